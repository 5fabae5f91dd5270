import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { EncodedStream } from '../encoded/encoded-stream.js';
import { PacketReceipts, PacketSender } from '../encoded/packet-sender.js';
import type { Rendered, RenderRequest } from '../frame/frame.js';
import { machineError } from '../source/machine-error.js';
import type { AttemptEvents, SourceDemand } from '../source/source.js';
import { UntrustedCertificateError } from '../source/tls-pin.js';
import type { CaptureWorkerData, ErrorMessage, FromCaptureWorker, ToCaptureWorker } from './messages.js';
import { packetMessage } from './packet-message.js';
import { type FrameHost, RemoteFrame } from './remote-frame.js';

/** How long a run that has ended waits for its worker before leaving it to end by itself. */
const STOP_TIMEOUT_MS = 900;
const MAX_PENDING_RENDERS = 64;
/** Pixels live outside V8's heap. A small young generation is collected before packets and messages pile up in it. */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 96 };

/** New takers of what is on its way to a worker are the worker's own affair. */
const NONE_KEPT = { maxBytes: 0, maxPackets: 0 };

interface PendingRender {
  resolve(rendered: Rendered): void;
  reject(error: LookoutError): void;
}

/**
 * A capture worker at work, as the main thread sees it. The worker is never terminated: with an asynchronous FFmpeg call in flight, that
 * would crash the process. Instead it is asked to stop, interrupts whatever blocks, and ends.
 */
export class CaptureRun implements FrameHost {
  /** Rejects with a `LookoutError` if the stream breaks. */
  readonly done: Promise<void>;
  readonly #worker: Worker;
  readonly #events: AttemptEvents;
  readonly #signal: AbortSignal;
  readonly #onLeft: (exit: Promise<void>) => void;
  readonly #renders = new Map<number, PendingRender>();
  #nextRequestId = 0;
  #stopTimer: NodeJS.Timeout | undefined;
  #settled = false;
  #failure: LookoutError | undefined = new LookoutError('internal', 'The capture worker ended unexpectedly');
  #resolve!: () => void;
  #reject!: (error: LookoutError) => void;

  readonly #receipts = new PacketReceipts((packets) => this.#post({ type: 'confirmed', packets }));
  /** Packets on their way to a worker that is given them. */
  readonly #given = new EncodedStream(NONE_KEPT);
  readonly #sender: PacketSender;
  /** Of the last packet from the worker, and to it. */
  #format: EncodedFormat | undefined;
  #sentFormat: EncodedFormat | undefined;

  /** @param onLeft the worker did not end in time, and resolves when it has */
  constructor(
    data: CaptureWorkerData,
    events: AttemptEvents,
    signal: AbortSignal,
    onLeft: (exit: Promise<void>) => void = () => undefined,
  ) {
    this.#events = events;
    this.#signal = signal;
    this.#onLeft = onLeft;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#worker = new Worker(workerUrl(), { workerData: data, name: 'capture', resourceLimits: WORKER_LIMITS });
    this.#sender = new PacketSender(this.#given, (packet) => this.#give(packet));
    this.#worker.on('message', (message: FromCaptureWorker) => this.#onMessage(message));
    this.#worker.on('error', (cause: NodeJS.ErrnoException) => {
      this.#failure = machineError(cause.code) ?? new LookoutError('internal', 'The capture worker crashed', { cause });
    });
    this.#worker.on('exit', () => this.#settle());
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  demand(demand: SourceDemand): void {
    this.#post({ type: 'demand', demand });
  }

  /** Gives a packet to a worker of kind `packets`; one that is busy loses some. */
  give(packet: EncodedPacket): void {
    this.#given.put(packet);
  }

  /** Packets that were not given are missing. */
  lost(): void {
    this.#given.lost();
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
      this.#onLeft(once(this.#worker, 'exit').then(() => undefined));
      this.#settle();
    }, STOP_TIMEOUT_MS);
  }

  #onMessage(message: FromCaptureWorker): void {
    switch (message.type) {
      case 'packet':
        this.#receipts.read();
        break;
      case 'confirmed':
        this.#sender.confirmed(message.packets);
        return;
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
      case 'packet':
        this.#format = message.format ?? this.#format;
        if (this.#format !== undefined) this.#events.onPacket?.({ ...message.packet, format: this.#format });
        return;
      case 'encoded':
        this.#events.onEncoded?.(message.report);
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
    this.#given.close();
    if (this.#signal.aborted || this.#failure === undefined) this.#resolve();
    else this.#reject(this.#failure);
  }

  #give(packet: EncodedPacket): void {
    const message = packetMessage(packet, this.#sentFormat);
    this.#sentFormat = packet.format;
    this.#worker.postMessage(message, [message.packet.data.buffer]);
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

function frameGone(): LookoutError {
  return new LookoutError('frame_gone', 'The stream of this frame has ended');
}
