import { LookoutError } from '@lookout/protocol';
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
  avGetCodecName,
  FormatContext,
  type Frame,
  Packet,
  type Stream,
} from '../codec/native.js';
import type { PictureTools } from '../codec/picture-tools.js';
import { nowMs } from '../frame/clock.js';
import { AddressGuard, type AddressLimits } from '../network/address-guard.js';
import { pause } from '../source/pause.js';
import type { VideoBytes } from '../video-bytes/byte-source.js';
import { openHttpVideo } from '../video-bytes/open-http-video.js';
import { BlindLimit } from './blind-limit.js';
import type { CaptureSink } from './capture-sink.js';
import { CustomInput, stalledError } from './custom-input.js';
import { openError, readError } from './demux-errors.js';
import { type InputPlan, planInput } from './input-plan.js';
import { deviceAt, openInput, openVideoFile } from './open-input.js';
import { PlaybackClock } from './playback-clock.js';
import { ReadWatchdog } from './read-watchdog.js';
import { StreamClock } from './stream-clock.js';
import { VideoDecoder } from './video-decoder.js';

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
const DEFAULT_FRAME_MS = 40;

interface OpenInput {
  context: FormatContext;
  stream: Stream;
  decoder: VideoDecoder;
  /** Maps the times of live frames; undefined for recordings, whose pace we set. */
  clock: StreamClock | undefined;
  frameMs: number;
}

/**
 * Reads a stream with FFmpeg's demuxer and decodes it until it ends, breaks or `signal` aborts. Frames of live streams are passed on as
 * they arrive, those of recordings at their own speed.
 *
 * Reads are asynchronous and are ended by `interrupt()`, which works because `allocContext()` is called before `openInput`. The thread must
 * not be terminated while this runs.
 * @throws LookoutError `camera_…`, `source_protocol_error`. Resolves at the end of a recording and after an abort.
 */
export async function runDemux(
  options: DemuxOptions,
  tools: PictureTools,
  sink: CaptureSink,
  signal: AbortSignal,
): Promise<void> {
  const driver = new DemuxDriver(options, tools, sink, signal);
  for (;;) {
    const again = await driver.playOnce();
    if (!again) return;
  }
}

class DemuxDriver {
  readonly #options: DemuxOptions;
  readonly #plan: InputPlan;
  readonly #tools: PictureTools;
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
  #skipToKeyframe = false;
  #lastPtsMs = 0;
  #framesShown = 0;

  constructor(options: DemuxOptions, tools: PictureTools, sink: CaptureSink, signal: AbortSignal) {
    this.#options = options;
    this.#plan = planInput(options.url);
    this.#tools = tools;
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
      for (const { frame } of this.#decoded.splice(0)) this.#tools.giveBack(frame);
      input?.decoder.close();
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
    const parameters = stream.codecpar;
    const decoder = new VideoDecoder({ parameters }, !recorded, this.#tools, {
      onFrame: (frame, mediaMs) => {
        this.#limit.reset();
        this.#decoded.push({ frame, mediaMs });
      },
      onInvalid: (reason) => this.#sink.onInvalid(reason),
    });
    this.#sink.onStream({
      transport: this.#transport,
      codec: avGetCodecName(parameters.codecId) ?? 'unknown',
      fps: rate,
    });
    const clock = recorded ? undefined : new StreamClock({ ticksPerSecond: stream.timeBase.den / stream.timeBase.num });
    return { context, stream, decoder, clock, frameMs: rate === null ? DEFAULT_FRAME_MS : 1000 / rate };
  }

  async #read(input: OpenInput, interrupt: () => void): Promise<boolean> {
    const { context, stream, decoder, clock } = input;
    const packet = allocated(new Packet());
    const watchdog = new ReadWatchdog(context, this.#stallTimeoutMs(), interrupt);
    const shownBefore = this.#framesShown;
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
        if (code === AVERROR_EOF && clock === undefined) {
          decoder.drain();
          await this.#show(input);
          if (this.#video?.bytes.startsAnew === true) return !this.#signal.aborted;
          if (!this.#options.loop || this.#signal.aborted) return false;
          if (this.#framesShown === shownBefore) throw openError(AVERROR_INVALIDDATA, this.#transport);
          if (!(await this.#rewind(input))) return true;
          continue;
        }
        if (code === AVERROR_INVALIDDATA && ++broken <= MAX_BROKEN_PACKETS) {
          decoder.lost();
          this.#sink.onInvalid('a part of the stream is damaged');
          continue;
        }
        if (code < 0) throw readError(code, this.#transport);
        broken = 0;
        // Data of a file is always available: a slow read of it means that the processor is busy.
        this.#starved ||= waitedMs > STARVED_MS && this.#plan.path === undefined;
        if (this.#custom === undefined) this.#limit.spend(packet.size);
        if (packet.streamIndex === stream.index) this.#decode(packet, input);
        packet.unref();
        await this.#show(input);
      }
      return false;
    } finally {
      watchdog.stop();
      packet.free();
    }
  }

  #decode(packet: Packet, { stream, decoder, clock, frameMs }: OpenInput): void {
    this.#sink.onBytes(packet.size);
    if (packet.hasFlags(AV_PKT_FLAG_CORRUPT)) {
      decoder.lost();
      this.#sink.onInvalid('a packet is damaged');
      return;
    }
    if (clock !== undefined) {
      const pts = packet.pts === AV_NOPTS_VALUE ? undefined : Number(packet.pts);
      decoder.decodePacket(packet, clock.arrived(pts, nowMs()));
      return;
    }
    if (this.#skipToKeyframe && !packet.isKeyframe) return;
    if (this.#skipToKeyframe) decoder.flush();
    this.#skipToKeyframe = false;
    const timestamp = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
    // Raw streams have no times: they play at their nominal rate.
    if (timestamp === AV_NOPTS_VALUE) this.#lastPtsMs += frameMs;
    else this.#lastPtsMs = (Number(timestamp) * 1000 * stream.timeBase.num) / stream.timeBase.den;
    decoder.decodePacket(packet, this.#lastPtsMs);
  }

  /** Passes on what was decoded; frames of recordings when they are due. */
  async #show({ clock }: OpenInput): Promise<void> {
    for (let next = this.#decoded.shift(); next !== undefined; next = this.#decoded.shift()) {
      const { frame, mediaMs } = next;
      if (clock !== undefined) {
        this.#sink.onFrame(frame, clock.timeOf(mediaMs, nowMs()));
        continue;
      }
      const verdict = this.#clock.schedule(mediaMs, nowMs(), this.#starved);
      this.#starved = false;
      if (!verdict.show) {
        this.#tools.giveBack(frame);
        this.#skipToKeyframe ||= verdict.skipToKeyframe;
        continue;
      }
      const waitMs = verdict.dueMs - nowMs();
      // Timers may fire a millisecond early, and no frame may lie in the future.
      if (waitMs > 0) await pause(Math.ceil(waitMs) + 1, this.#signal);
      if (this.#signal.aborted) {
        this.#tools.giveBack(frame);
        return;
      }
      this.#framesShown++;
      this.#sink.onFrame(frame, verdict.dueMs);
    }
  }

  /** @returns false when the input can't be rewound. */
  async #rewind({ context, stream, decoder, frameMs }: OpenInput): Promise<boolean> {
    const start = stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime;
    const sought = await context.seekFrame(stream.index, start, AVSEEK_FLAG_BACKWARD);
    const startMs = (Number(start) * 1000 * stream.timeBase.num) / stream.timeBase.den;
    this.#clock.rewind(startMs, frameMs);
    this.#lastPtsMs = startMs;
    this.#skipToKeyframe = false;
    decoder.flush();
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
