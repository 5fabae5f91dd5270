import { LookoutError } from '@lookout/protocol/core';
import type { AddressLimits } from '../network/address-guard.js';
import { pause } from '../source/pause.js';
import {
  type Attempt,
  type AttemptEvents,
  DEFAULT_DEMAND,
  type DecodeDevice,
  type SourceDemand,
} from '../source/source.js';
import { CaptureRun } from './capture-run.js';
import type { ReadingData } from './messages.js';

export interface CaptureAttemptOptions {
  /** Includes credentials; never shown. `file:`, a path, `http(s)://`, `rtmp://`, `srt://`, `rtsp://`, `/dev/video…`. */
  url: string;
  /** `rtsp`: our own client and our decoder; `demux`: FFmpeg does everything. */
  kind: 'demux' | 'rtsp';
  /** Play a recording in a loop. Default false: the attempt resolves at its end. */
  loop?: boolean;
  /** Whether the server states a length in bytes, as for files. It decides where a format's own duration can't be trusted (FLV). */
  knownLength?: boolean;
  /** Default auto. */
  rtspTransport?: 'auto' | 'tcp' | 'udp';
  /** rtsps: the only certificate to accept. Default: any that this machine trusts. */
  tlsPin?: string | undefined;
  /** Until the stream's properties are known, ms. Default 10 000. */
  openTimeoutMs?: number;
  /** Longest silence, ms. Default 8000. */
  stallTimeoutMs?: number;
  /** Default software. */
  decode?: DecodeDevice | undefined;
  /** Which addresses may be connected to over HTTP and RTSP. */
  limits?: AddressLimits;
}

/** Workers left behind, by address, until they end: each hangs in a system call, such as a read from an unreachable network share. */
const hanging = new Map<string, Promise<void>>();
const DEFAULT_OPEN_TIMEOUT_MS = 10_000;
const DEFAULT_STALL_TIMEOUT_MS = 8000;

/**
 * One attempt at a camera that sends a video codec. A worker thread of its own reads and decodes; it turns the frames it announces into RGB
 * or JPEG on request. No native code is loaded on this thread.
 *
 * The worker is never terminated: with an asynchronous FFmpeg call in flight, that would crash the process. Instead it is asked to stop,
 * interrupts whatever blocks, and ends. If it can't, because the operating system does not respond, no other worker is started for the same
 * address until it has ended.
 */
export class CaptureAttempt implements Attempt {
  readonly #options: CaptureAttemptOptions;
  #demand = DEFAULT_DEMAND;
  #run: CaptureRun | undefined;

  constructor(options: CaptureAttemptOptions) {
    this.#options = options;
  }

  demand(demand: SourceDemand): void {
    this.#demand = demand;
    this.#run?.demand(demand);
  }

  /** @throws LookoutError when the stream can't be opened or breaks. Resolves when a recording ends, or within 1 s of an abort. */
  async run(events: AttemptEvents, signal: AbortSignal): Promise<void> {
    const { url, openTimeoutMs = DEFAULT_OPEN_TIMEOUT_MS } = this.#options;
    const earlier = hanging.get(url);
    if (earlier !== undefined && !signal.aborted) {
      await Promise.race([earlier, pause(openTimeoutMs, signal)]);
      if (hanging.has(url) && !signal.aborted) throw stillHangs();
    }
    if (signal.aborted) return;
    const { decode = 'software' } = this.#options;
    const data = { ...readingData(this.#options), demand: this.#demand, decode };
    this.#run = new CaptureRun(data, events, signal, (exit) => {
      hanging.set(url, exit);
      void exit.then(() => hanging.delete(url));
    });
    await this.#run.done;
  }
}

function readingData(options: CaptureAttemptOptions): ReadingData {
  return {
    url: options.url,
    kind: options.kind,
    loop: options.loop ?? false,
    knownLength: options.knownLength ?? false,
    rtspTransport: options.rtspTransport ?? 'auto',
    tlsPin: options.tlsPin,
    openTimeoutMs: options.openTimeoutMs ?? DEFAULT_OPEN_TIMEOUT_MS,
    stallTimeoutMs: options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS,
    limits: options.limits ?? {},
  };
}

function stillHangs(): LookoutError {
  return new LookoutError('camera_stalled', 'An earlier attempt is still waiting for the operating system', {
    hint: 'If this is a file, check the disk or network share it is on.',
  });
}
