import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol';
import type { Rendered, RenderRequest } from '../frame/frame.js';
import type { AddressLimits } from '../network/address-guard.js';
import { machineError } from '../source/machine-error.js';
import { pause } from '../source/pause.js';
import type { Attempt, AttemptEvents } from '../source/source.js';
import { UntrustedCertificateError } from '../source/tls-pin.js';
import type { CaptureWorkerData, ErrorMessage, FromCaptureWorker, ToCaptureWorker } from './messages.js';
import { type FrameHost, RemoteFrame } from './remote-frame.js';

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
  /** Which addresses may be connected to over HTTP and RTSP. */
  limits?: AddressLimits;
}

/** How long an attempt that has ended waits for its worker before leaving it to end by itself. */
const STOP_TIMEOUT_MS = 900;
/** Workers left behind, by address, until they end: each hangs in a system call, such as a read from an unreachable network share. */
const hanging = new Map<string, Promise<void>>();
const DEFAULT_OPEN_TIMEOUT_MS = 10_000;
const MAX_PENDING_RENDERS = 64;
/** Pixels live outside V8's heap. A small young generation is collected before packets and messages pile up in it. */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 };

interface PendingRender {
  resolve(rendered: Rendered): void;
  reject(error: LookoutError): void;
}

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

  constructor(options: CaptureAttemptOptions) {
    this.#options = options;
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
    await new CaptureRun(this.#options, events, signal).done;
  }
}

class CaptureRun implements FrameHost {
  readonly done: Promise<void>;
  readonly #url: string;
  readonly #worker: Worker;
  readonly #events: AttemptEvents;
  readonly #signal: AbortSignal;
  readonly #renders = new Map<number, PendingRender>();
  #nextRequestId = 0;
  #stopTimer: NodeJS.Timeout | undefined;
  #settled = false;
  #failure: LookoutError | undefined = new LookoutError('internal', 'The capture worker ended unexpectedly');
  #resolve!: () => void;
  #reject!: (error: LookoutError) => void;

  constructor(options: CaptureAttemptOptions, events: AttemptEvents, signal: AbortSignal) {
    this.#url = options.url;
    this.#events = events;
    this.#signal = signal;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const data: CaptureWorkerData = {
      url: options.url,
      kind: options.kind,
      loop: options.loop ?? false,
      knownLength: options.knownLength ?? false,
      rtspTransport: options.rtspTransport ?? 'auto',
      tlsPin: options.tlsPin,
      openTimeoutMs: options.openTimeoutMs ?? DEFAULT_OPEN_TIMEOUT_MS,
      stallTimeoutMs: options.stallTimeoutMs ?? 8000,
      limits: options.limits ?? {},
    };
    this.#worker = new Worker(workerUrl(), { workerData: data, name: 'capture', resourceLimits: WORKER_LIMITS });
    this.#worker.on('message', (message: FromCaptureWorker) => this.#onMessage(message));
    this.#worker.on('error', (cause: NodeJS.ErrnoException) => {
      this.#failure = machineError(cause.code) ?? new LookoutError('internal', 'The capture worker crashed', { cause });
    });
    this.#worker.on('exit', () => this.#settle());
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  render(frameId: number, request: RenderRequest): Promise<Rendered> {
    if (this.#settled) return Promise.reject(frameGone());
    if (this.#renders.size >= MAX_PENDING_RENDERS) {
      return Promise.reject(new LookoutError('unavailable', 'The capture worker is busy with other pictures'));
    }
    const requestId = this.#nextRequestId++;
    return new Promise((resolve, reject) => {
      this.#renders.set(requestId, { resolve, reject });
      this.#post({ type: 'render', requestId, frameId, request });
    });
  }

  retain(frameId: number): void {
    this.#post({ type: 'retain', frameId });
  }

  release(frameId: number): void {
    this.#post({ type: 'release', frameId });
  }

  readonly #onAbort = (): void => {
    this.#post({ type: 'stop' });
    this.#leaveSoon();
  };

  /** The attempt is over, so the worker must end now or counts as hanging. */
  #leaveSoon(): void {
    this.#stopTimer ??= setTimeout(() => {
      const exit = once(this.#worker, 'exit').then(() => void hanging.delete(this.#url));
      hanging.set(this.#url, exit);
      this.#settle();
    }, STOP_TIMEOUT_MS);
  }

  #onMessage(message: FromCaptureWorker): void {
    switch (message.type) {
      case 'rendered':
        this.#take(message.requestId)?.resolve(message.rendered);
        return;
      case 'not-rendered':
        this.#take(message.requestId)?.reject(fromMessage(message.error));
        return;
      case 'ended':
        this.#failure = message.error === undefined ? undefined : fromMessage(message.error);
        this.#leaveSoon();
        return;
    }
    if (this.#settled || this.#signal.aborted) return;
    switch (message.type) {
      case 'frame':
        if (message.bytes > 0) this.#events.onBytes(message.bytes);
        this.#events.onFrame(new RemoteFrame(this, message));
        return;
      case 'info':
        this.#events.onInfo(message.info);
        return;
      case 'bytes':
        this.#events.onBytes(message.bytes);
        return;
      case 'invalid':
        this.#events.onInvalid(fromMessage(message.error));
        return;
    }
  }

  #take(requestId: number): PendingRender | undefined {
    const pending = this.#renders.get(requestId);
    this.#renders.delete(requestId);
    return pending;
  }

  /** Settles the run, once: the worker has ended, or has not ended in time after an abort. */
  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#stopTimer);
    this.#signal.removeEventListener('abort', this.#onAbort);
    for (const pending of this.#renders.values()) pending.reject(frameGone());
    this.#renders.clear();
    if (this.#signal.aborted || this.#failure === undefined) this.#resolve();
    else this.#reject(this.#failure);
  }

  #post(message: ToCaptureWorker): void {
    this.#worker.postMessage(message);
  }
}

/** Workers run JavaScript: when run from the sources (in tests), this is the built file. */
function workerUrl(): URL {
  const url = new URL('./capture-worker.js', import.meta.url);
  url.pathname = url.pathname.replace('/media/src/', '/media/dist/');
  return url;
}

function fromMessage({ code, message, hint, tlsPin }: ErrorMessage): LookoutError {
  if (tlsPin !== undefined && hint !== undefined) return new UntrustedCertificateError(message, hint, tlsPin);
  return new LookoutError(code, message, { hint });
}

function stillHangs(): LookoutError {
  return new LookoutError('camera_stalled', 'An earlier attempt is still waiting for the operating system', {
    hint: 'If this is a file, check the disk or network share it is on.',
  });
}

function frameGone(): LookoutError {
  return new LookoutError('frame_gone', 'The stream of this frame has ended');
}
