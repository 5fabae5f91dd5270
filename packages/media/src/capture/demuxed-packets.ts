import { AV_NOPTS_VALUE, avGetCodecName, type Packet, type Stream } from '../codec/native.js';
import { DecodeTimes } from '../encoded/decode-times.js';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { PacketStamper, type PacketTimes } from '../encoded/packet-stamper.js';
import { nowMs } from '../frame/clock.js';
import { displayRotation } from './display-rotation.js';
import type { PlaybackClock, Verdict } from './playback-clock.js';

/** A packet of a recording, with when it is due. */
export interface DuePacket {
  packet: EncodedPacket;
  verdict: Verdict;
}

const DEFAULT_FRAME_MS = 40;
const NO_DATA = new Uint8Array(0);
/** Begins an avcC or hvcC record, which the packets' lengths refer to; parameter sets begin with a start code. */
const CONFIGURATION_VERSION = 1;

/** Turns the packets of a demuxer into those of an encoded stream: with data of their own, and stamped. */
export class DemuxedPackets {
  readonly format: EncodedFormat;
  /** Whether the codec compresses. Raw pictures of a device are too large to be kept. */
  readonly isCompressed: boolean;
  readonly frameMs: number;
  /** Stamps live packets; undefined for recordings, whose pace we set. */
  readonly stamper: PacketStamper | undefined;
  readonly #msPerTick: number;
  readonly #decodeTimes = new DecodeTimes();
  #lastDtsMs = 0;

  /** @param playback the pace of a recording; undefined for live video */
  constructor(
    stream: Stream,
    fps: number | null,
    readonly playback: PlaybackClock | undefined,
  ) {
    const codec = avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
    const { num, den } = stream.timeBase;
    const rotation = displayRotation(stream.codecpar);
    const framing = readFraming(codec, stream.codecpar.extradata);
    this.format = { codec, fps, ...framing, ...(rotation !== undefined && { rotation }) };
    this.isCompressed = codec !== 'rawvideo';
    this.frameMs = fps === null ? DEFAULT_FRAME_MS : 1000 / fps;
    this.stamper = playback === undefined ? new PacketStamper({ ticksPerSecond: den / num }) : undefined;
    this.#msPerTick = (1000 * num) / den;
  }

  /** @param stamper that of this */
  live(native: Packet, stamper: PacketStamper): EncodedPacket {
    return this.#packet(native, stamper.stamp(ticksOf(native.pts), ticksOf(native.dts), nowMs()));
  }

  /**
   * @param starved whether reading had to wait for data
   * @param paced false: only asks when it would be due, and does not move the schedule
   */
  recorded(native: Packet, playback: PlaybackClock, starved: boolean, paced: boolean): DuePacket {
    const pts = ticksOf(native.pts);
    const ticks = ticksOf(native.dts) ?? pts;
    // Raw streams have no times: they play at their nominal rate.
    const dtsMs = ticks === undefined ? this.#lastDtsMs + this.frameMs : ticks * this.#msPerTick;
    const reorderMs = pts === undefined ? 0 : pts * this.#msPerTick - dtsMs;
    this.#lastDtsMs = dtsMs;
    const verdict: Verdict = paced
      ? playback.schedule(dtsMs, nowMs(), starved)
      : { dueMs: playback.dueOf(dtsMs), kind: 'far-behind' };
    const ptsMs = verdict.dueMs + reorderMs;
    const times = { ptsMs, dtsMs: this.#decodeTimes.next(verdict.dueMs), timestampMs: ptsMs };
    return { packet: this.#packet(native, times), verdict };
  }

  #packet(native: Packet, times: PacketTimes): EncodedPacket {
    return {
      // A copy: the memory is FFmpeg's.
      data: this.isCompressed && native.data !== null ? new Uint8Array(native.data) : NO_DATA,
      format: this.format,
      keyframe: native.isKeyframe,
      ...times,
    };
  }
}

function ticksOf(timestamp: bigint): number | undefined {
  return timestamp === AV_NOPTS_VALUE ? undefined : Number(timestamp);
}

function readFraming(codec: string, extradata: Buffer | null): Pick<EncodedFormat, 'framing' | 'extradata'> {
  const own = extradata === null || extradata.length === 0 ? {} : { extradata: new Uint8Array(extradata) };
  if (codec !== 'h264' && codec !== 'hevc') return { framing: 'none', ...own };
  return { framing: own.extradata?.[0] === CONFIGURATION_VERSION ? 'length-prefixed' : 'annexb', ...own };
}
