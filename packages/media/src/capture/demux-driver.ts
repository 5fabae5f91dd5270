import { LookoutError } from '@lookout/protocol/core';
import { FrameTurner } from '../codec/frame-turner.js';
import {
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_CORRUPT,
  AVDISCARD_ALL,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVERROR_EXIT,
  AVERROR_INVALIDDATA,
  AVFMT_FLAG_NONBLOCK,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  allocated,
  FormatContext,
  type Frame,
  Packet,
  type Stream,
} from '../codec/native.js';
import { nowMs } from '../frame/clock.js';
import { AddressGuard, type AddressLimits } from '../network/address-guard.js';
import { pause } from '../source/pause.js';
import type { VideoBytes } from '../video-bytes/byte-source.js';
import { openHttpVideo } from '../video-bytes/open-http-video.js';
import { BlindLimit } from './blind-limit.js';
import type { CaptureSink } from './capture-sink.js';
import { CustomInput, stalledError } from './custom-input.js';
import { DecodeStage } from './decode-stage.js';
import { openError, readError } from './demux-errors.js';
import { DemuxedPackets } from './demuxed-packets.js';
import { type InputPlan, planInput } from './input-plan.js';
import { deviceAt, openInput, openVideoFile } from './open-input.js';
import { PlaybackClock } from './playback-clock.js';
import { ReadWatchdog } from './read-watchdog.js';

export interface DemuxOptions {
  url: string;
  /** Start again at the end of a recording, for ever. */
  loop: boolean;
  /** Over HTTP: whether the server states a length in bytes. */
  knownLength: boolean;
  openTimeoutMs: number;
  stallTimeoutMs: number;
  /** Over HTTPS: the only certificate to accept from the camera. */
  tlsPin: string | undefined;
  /** Which addresses may be connected to over HTTP and RTSP. */
  limits: AddressLimits;
}

/** A read that takes longer had to wait for its data. */
const STARVED_MS = 30;
/** How often to ask a device that has no picture yet: waiting in its driver could not be interrupted. */
const DEVICE_POLL_MS = 4;
const MAX_BROKEN_PACKETS = 100;
/** HLS is silent between segments, for up to one and a half segment lengths. */
const HLS_STALL_SEGMENTS = 3;

interface OpenInput {
  context: FormatContext;
  stream: Stream;
  packets: DemuxedPackets;
  stage: DecodeStage;
  turner: FrameTurner | undefined;
}

/**
 * Reads a stream with FFmpeg's demuxer and decodes it until it ends, breaks or `signal` aborts. Frames of live streams are passed on as
 * they arrive, those of recordings at their own speed.
 *
 * Reads are asynchronous and are ended by `interrupt()`, which works because `allocContext()` is called before `openInput`. The thread must
 * not be terminated while this runs.
 * @throws LookoutError `camera_…`, `source_protocol_error`. Resolves at the end of a recording and after an abort.
 */
export async function runDemux(options: DemuxOptions, sink: CaptureSink, signal: AbortSignal): Promise<void> {
  const driver = new DemuxDriver(options, sink, signal);
  for (;;) {
    const again = await driver.playOnce();
    if (!again) return;
  }
}

class DemuxDriver {
  readonly #options: DemuxOptions;
  readonly #plan: InputPlan;
  readonly #sink: CaptureSink;
  readonly #signal: AbortSignal;
  readonly #clock = new PlaybackClock();
  readonly #decoded: { frame: Frame; mediaMs: number }[] = [];
  readonly #limit = new BlindLimit(nowMs);
  /** Ends our own reading for FFmpeg. */
  readonly #reading = new AbortController();
  #video: VideoBytes | undefined;
  #custom: CustomInput | undefined;
  #starved = false;
  /** Decoding can't keep up with a recording: it continues at the next keyframe. */
  #skipToKeyframe = false;
  #packetsShown = 0;

  constructor(options: DemuxOptions, sink: CaptureSink, signal: AbortSignal) {
    this.#options = options;
    this.#plan = planInput(options.url);
    this.#sink = sink;
    this.#signal = signal;
  }

  /** @returns whether to open it again: it loops but can't be rewound, or other video follows. */
  async playOnce(): Promise<boolean> {
    const context = new FormatContext();
    context.allocContext();
    const interrupt = () => {
      this.#reading.abort();
      context.interrupt();
    };
    this.#signal.addEventListener('abort', interrupt, { once: true });
    let input: OpenInput | undefined;
    try {
      input = await this.#open(context, interrupt);
      if (input === undefined) return false;
      return await this.#read(input, interrupt);
    } finally {
      this.#signal.removeEventListener('abort', interrupt);
      this.#discardDecoded();
      input?.stage.close();
      input?.turner?.free();
      await context.closeInput();
      this.#custom?.free();
      this.#custom = undefined;
      if (this.#video?.bytes.startsAnew !== true) {
        this.#video?.close();
        this.#video = undefined;
      }
    }
  }

  /** @returns undefined after an abort. */
  async #open(context: FormatContext, interrupt: () => void): Promise<OpenInput | undefined> {
    const { openTimeoutMs } = this.#options;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      interrupt();
    }, openTimeoutMs);
    const isOver = () => timedOut || this.#signal.aborted;
    try {
      const code = await this.#openContext(context, isOver).catch((error) => {
        if (!isOver()) throw error;
        return AVERROR_EXIT;
      });
      if (this.#signal.aborted) return undefined;
      if (timedOut) throw nothingCame(openTimeoutMs, this.#transport);
      if (code < 0) throw this.#custom?.failure ?? openError(code, this.#transport);
      return this.#prepare(context);
    } finally {
      clearTimeout(timer);
    }
  }

  /** @returns FFmpeg's return code. @throws LookoutError when we do the reading and it fails. */
  async #openContext(context: FormatContext, isOver: () => boolean): Promise<number> {
    const { input } = this.#plan;
    if (input === '') {
      this.#video ??= await this.#openVideo();
      this.#custom = new CustomInput(this.#video.bytes, this.#limit, this.#stallTimeoutMs());
      this.#custom.attach(context);
    }
    const isDevice = this.#transport === 'device';
    const plan = isDevice ? { ...this.#plan, input: await deviceAt(input) } : this.#plan;
    const code = await openInput(context, plan, isOver, isDevice ? AVFMT_FLAG_NONBLOCK : undefined);
    return code >= 0 && !isOver() ? context.findStreamInfo(null) : code;
  }

  async #openVideo(): Promise<VideoBytes> {
    const { signal } = this.#reading;
    const { path } = this.#plan;
    if (path !== undefined) return openVideoFile(path, signal);
    const { url, tlsPin, limits } = this.#options;
    const lost = { onLost: (reason: string) => this.#sink.onInvalid(reason) };
    return openHttpVideo({ url, tlsPin, guard: new AddressGuard(limits) }, lost, signal);
  }

  get #transport(): string {
    return this.#video?.transport ?? this.#plan.transport;
  }

  #prepare(context: FormatContext): OpenInput {
    const streamIndex = context.findBestStream(AVMEDIA_TYPE_VIDEO);
    const stream = context.streams.find(({ index }) => index === streamIndex);
    if (stream === undefined) {
      throw new LookoutError('camera_unsupported', 'It contains no video', {
        hint: 'Only sound or data was found.',
      });
    }
    for (const other of context.streams) if (other.index !== streamIndex) other.discard = AVDISCARD_ALL;
    const { pace } = this.#plan;
    const hls = this.#video?.hls;
    const recorded =
      pace === 'recorded' || (pace === 'unknown' && (hls !== undefined || isFile(context, this.#options.knownLength)));
    this.#clock.catchUp = hls?.live === true;
    const rate = toNumber(stream.avgFrameRate) ?? toNumber(stream.rFrameRate);
    const packets = new DemuxedPackets(stream, rate, recorded ? this.#clock : undefined);
    const { rotation } = packets.format;
    const turner = rotation && new FrameTurner(this.#sink.tools, rotation);
    const stage = new DecodeStage({ parameters: stream.codecpar }, !recorded, this.#sink, (frame, mediaMs) => {
      this.#limit.reset();
      this.#decoded.push({ frame: turner?.turn(frame) ?? frame, mediaMs });
    });
    this.#sink.onStream({ transport: this.#transport, codec: packets.format.codec, fps: rate });
    return { context, stream, packets, stage, turner };
  }

  async #read(input: OpenInput, interrupt: () => void): Promise<boolean> {
    const { context, stream, packets, stage } = input;
    const isRecording = packets.playback !== undefined;
    const packet = allocated(new Packet());
    const watchdog = new ReadWatchdog(context, this.#stallTimeoutMs(), interrupt);
    const shownBefore = this.#packetsShown;
    let broken = 0;
    try {
      while (!this.#signal.aborted) {
        const { code, waitedMs } = await watchdog.read(packet);
        if (this.#signal.aborted) break;
        if (watchdog.fired) throw stalledError();
        if (code === AVERROR_EAGAIN) {
          await pause(DEVICE_POLL_MS, this.#signal);
          continue;
        }
        if (code < 0 && this.#custom?.failure !== undefined) throw this.#custom.failure;
        if (code === AVERROR_EOF && isRecording) {
          stage.drain();
          await this.#show(input);
          if (this.#video?.bytes.startsAnew === true) return !this.#signal.aborted;
          if (!this.#options.loop || this.#signal.aborted) return false;
          if (this.#packetsShown === shownBefore) throw openError(AVERROR_INVALIDDATA, this.#transport);
          if (!(await this.#rewind(input))) return true;
          continue;
        }
        if (code === AVERROR_INVALIDDATA && ++broken <= MAX_BROKEN_PACKETS) {
          stage.lost();
          this.#sink.onInvalid('a part of the stream is damaged');
          continue;
        }
        if (code < 0) throw readError(code, this.#transport);
        broken = 0;
        // Data of a file is always available: a slow read of it means that the processor is busy.
        this.#starved ||= waitedMs > STARVED_MS && this.#plan.path === undefined;
        if (this.#custom === undefined) this.#limit.spend(packet.size);
        if (packet.streamIndex === stream.index) await this.#take(packet, input);
        packet.unref();
        await this.#show(input);
      }
      return false;
    } finally {
      watchdog.stop();
      packet.free();
    }
  }

  async #take(native: Packet, { packets, stage }: OpenInput): Promise<void> {
    this.#sink.onBytes(native.size);
    if (native.hasFlags(AV_PKT_FLAG_CORRUPT)) {
      stage.lost();
      this.#sink.onInvalid('a packet is damaged');
      return;
    }
    const { stamper, playback } = packets;
    if (stamper !== undefined) {
      const packet = packets.live(native, stamper);
      if (packets.isCompressed) this.#sink.encoded.put(packet);
      if (!stage.take(packet, native)) this.#limit.reset();
    } else if (playback !== undefined) await this.#play(native, packets, playback, stage);
  }

  /** Passes on a packet of a recording when it is due. */
  async #play(native: Packet, packets: DemuxedPackets, playback: PlaybackClock, stage: DecodeStage): Promise<void> {
    const paced = !this.#skipToKeyframe || native.isKeyframe;
    const { packet, verdict } = packets.recorded(native, playback, this.#starved, paced);
    this.#starved &&= !paced;
    this.#skipToKeyframe = verdict.kind === 'far-behind';
    await this.#waitUntil(verdict.dueMs);
    if (this.#signal.aborted) return;
    if (packets.isCompressed) this.#sink.encoded.put(packet);
    if (verdict.kind === 'far-behind') {
      stage.skip();
      return;
    }
    if (!stage.take(packet, native)) this.#limit.reset();
    if (verdict.kind === 'show') this.#packetsShown++;
    else this.#discardDecoded();
  }

  /** Passes on what was decoded; frames of recordings when they are due. */
  async #show({ packets: { stamper } }: OpenInput): Promise<void> {
    for (let next = this.#decoded.shift(); next !== undefined; next = this.#decoded.shift()) {
      const { frame, mediaMs } = next;
      if (stamper === undefined) await this.#waitUntil(mediaMs);
      if (this.#signal.aborted) {
        this.#sink.tools.giveBack(frame);
        return;
      }
      this.#sink.onFrame(frame, mediaMs, stamper?.clock.timeOf(mediaMs, nowMs()) ?? mediaMs);
    }
  }

  async #waitUntil(dueMs: number): Promise<void> {
    const waitMs = dueMs - nowMs();
    // Timers may fire a millisecond early, and no frame may lie in the future.
    if (waitMs > 0) await pause(Math.ceil(waitMs) + 1, this.#signal);
  }

  #discardDecoded(): void {
    for (const { frame } of this.#decoded.splice(0)) this.#sink.tools.giveBack(frame);
  }

  /** @returns false when the input can't be rewound. */
  async #rewind({ context, stream, packets, stage }: OpenInput): Promise<boolean> {
    const start = stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime;
    const sought = await context.seekFrame(stream.index, start, AVSEEK_FLAG_BACKWARD);
    this.#clock.rewind(packets.frameMs);
    this.#skipToKeyframe = false;
    stage.flush();
    this.#sink.encoded.lost();
    return sought >= 0;
  }

  #stallTimeoutMs(): number {
    return Math.max(this.#options.stallTimeoutMs, (this.#video?.hls?.targetMs ?? 0) * HLS_STALL_SEGMENTS);
  }
}

function nothingCame(timeoutMs: number, transport: string): LookoutError {
  const within = `within ${timeoutMs / 1000} s`;
  if (transport === 'file')
    return new LookoutError('camera_stalled', `The file could not be read ${within}`, {
      hint: 'Check the disk or the network share that it is on.',
    });
  return new LookoutError('camera_unreachable', `No video came ${within}`, {
    hint: 'Check that the camera sends at this address.',
  });
}

/** Over HTTP, a known duration means a file. The exception is FLV, where live streams may claim one too, but have no length. */
function isFile(context: FormatContext, knownLength: boolean): boolean {
  return context.duration > 0n && (knownLength || context.iformat?.name !== 'flv');
}

function toNumber({ num, den }: { num: number; den: number }): number | null {
  const rate = den > 0 ? num / den : 0;
  // Values like 90000 are clock rates, not frame rates.
  return rate > 0 && rate <= 240 ? rate : null;
}
