import { AV_NOPTS_VALUE, avGetCodecName, type Packet, type Stream } from '../codec/native.js';
import { DecodeTimes } from '../encoded/decode-times.js';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { StreamClock } from '../encoded/stream-clock.js';
import { nowMs } from '../frame/clock.js';
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
  /** Maps the times of live packets; undefined for recordings, whose pace we set. */
  readonly clock: StreamClock | undefined;
  readonly #msPerTick: number;
  readonly #decodeTimes = new DecodeTimes();
  #lastDtsMs: number;

  /** @param playback the pace of a recording; undefined for live video */
  constructor(
    stream: Stream,
    fps: number | null,
    readonly playback: PlaybackClock | undefined,
  ) {
    const codec = avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
    const { num, den } = stream.timeBase;
    this.format = { codec, fps, ...readFraming(codec, stream.codecpar.extradata) };
    this.isCompressed = codec !== 'rawvideo';
    this.frameMs = fps === null ? DEFAULT_FRAME_MS : 1000 / fps;
    this.clock = playback === undefined ? new StreamClock({ ticksPerSecond: den / num }) : undefined;
    this.#msPerTick = (1000 * num) / den;
    this.#lastDtsMs = 0;
  }

  /** @param clock as `clock` of this */
  live(native: Packet, clock: StreamClock): EncodedPacket {
    const { pts, dts } = native;
    const ptsMs = clock.arrived(pts === AV_NOPTS_VALUE ? undefined : Number(pts), nowMs());
    const reorderMs = pts === AV_NOPTS_VALUE || dts === AV_NOPTS_VALUE ? 0 : Number(pts - dts) * this.#msPerTick;
    return this.#packet(native, ptsMs, ptsMs - reorderMs, clock.capturedAt(ptsMs, nowMs()));
  }

  /**
   * @param starved whether reading had to wait for data
   * @param paced false: only asks when it would be due, and does not move the schedule
   */
  recorded(native: Packet, playback: PlaybackClock, starved: boolean, paced: boolean): DuePacket {
    const { pts, dts } = native;
    const timestamp = dts === AV_NOPTS_VALUE ? pts : dts;
    // Raw streams have no times: they play at their nominal rate.
    const dtsMs = timestamp === AV_NOPTS_VALUE ? this.#lastDtsMs + this.frameMs : Number(timestamp) * this.#msPerTick;
    const reorderMs = pts === AV_NOPTS_VALUE ? 0 : Number(pts) * this.#msPerTick - dtsMs;
    this.#lastDtsMs = dtsMs;
    const verdict: Verdict = paced
      ? playback.schedule(dtsMs, nowMs(), starved)
      : { dueMs: playback.dueOf(dtsMs), kind: 'far-behind' };
    const ptsMs = verdict.dueMs + reorderMs;
    return { packet: this.#packet(native, ptsMs, verdict.dueMs, ptsMs), verdict };
  }

  #packet(native: Packet, ptsMs: number, dtsMs: number, timestampMs: number): EncodedPacket {
    return {
      // A copy: the memory is FFmpeg's.
      data: this.isCompressed && native.data !== null ? new Uint8Array(native.data) : NO_DATA,
      format: this.format,
      keyframe: native.isKeyframe,
      ptsMs,
      dtsMs: this.#decodeTimes.next(dtsMs),
      timestampMs,
    };
  }
}

function readFraming(codec: string, extradata: Buffer | null): Pick<EncodedFormat, 'framing' | 'extradata'> {
  const own = extradata === null || extradata.length === 0 ? {} : { extradata: new Uint8Array(extradata) };
  if (codec !== 'h264' && codec !== 'hevc') return { framing: 'none', ...own };
  return { framing: own.extradata?.[0] === CONFIGURATION_VERSION ? 'length-prefixed' : 'annexb', ...own };
}
