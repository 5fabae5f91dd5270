import { LookoutError, type SessionConfig, type SessionSettings, type SessionStats } from '@lookout/protocol';
import { type Clock, systemClock } from '../timing/clock.js';
import { StatsWindow } from '../timing/stats-window.js';
import { answersInOrder } from './answers-in-order.js';
import { type ImageInput, imageBytes } from './detect-image.js';
import type {
  DetectionSession,
  DetectionSessionCounts,
  DetectionSessionState,
  DroppedFrame,
  FailedFrame,
  FrameId,
  FrameOptions,
  FrameResult,
  OpenDetectionSessionOptions,
  StreamedFrame,
} from './detect-types.js';
import { InFlight } from './in-flight.js';
import type { SessionTransport, TransportEvents, WireAnswer } from './session-transport.js';

/** What a session needs from outside. */
export interface DetectionSessionDependencies {
  transport(events: TransportEvents): SessionTransport;
  clock?: Clock;
}

const MAX_IN_FLIGHT = 50;
const DEFAULT_IN_FLIGHT = 2;
/** A server that has not answered by then will not; the frame's place is needed for another. */
const ANSWER_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 1000;

/** A detection session over either transport: tracks pending frames, the number in flight, and the counts. */
export class LiveDetectionSession implements DetectionSession {
  readonly #options: OpenDetectionSessionOptions;
  readonly #clock: Clock;
  readonly #transport: SessionTransport;
  readonly #inFlight: InFlight;
  readonly #maxInFlight: number;
  readonly #window = new StatsWindow();
  readonly #counts = { sent: 0, results: 0, failed: 0 };
  readonly #dropped: DetectionSessionCounts['dropped'] = {
    rate_limited: 0,
    superseded: 0,
    queue_full: 0,
    in_flight: 0,
    offline: 0,
  };
  #state: DetectionSessionState = { state: 'reconnecting', reason: 'connecting' };
  #config: SessionConfig | undefined;
  #nextNumber = 0;
  #calls = 0;
  #end: LookoutError | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #onAbort = () => void this.close();

  /** @throws RangeError for a `maxInFlight` outside 1..50 */
  private constructor(options: OpenDetectionSessionOptions, deps: DetectionSessionDependencies) {
    const { maxInFlight = DEFAULT_IN_FLIGHT } = options;
    if (!Number.isInteger(maxInFlight) || maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT) {
      throw new RangeError(
        `Expected \`maxInFlight\` to be a whole number from 1 to ${MAX_IN_FLIGHT}, got ${maxInFlight}`,
      );
    }
    this.#options = options;
    this.#clock = deps.clock ?? systemClock;
    this.#maxInFlight = maxInFlight;
    this.#inFlight = new InFlight(maxInFlight);
    this.#transport = deps.transport({
      onAnswer: (number, answer) => this.#onAnswer(number, answer),
      onFramesLost: (error) => this.#fail(error),
      onConfig: (config) => {
        this.#config = config;
      },
      onOpen: () => {
        this.#setState('open', '');
        this.#inFlight.wake();
      },
      onReconnecting: (reason) => this.#setState('reconnecting', reason),
      onEnd: (error) => this.#finish(error),
    });
  }

  /** Resolves when it is open. @throws LookoutError why it can't be; the signal's reason */
  static async open(
    options: OpenDetectionSessionOptions,
    deps: DetectionSessionDependencies,
  ): Promise<LiveDetectionSession> {
    const { signal } = options;
    signal?.throwIfAborted();
    const session = new LiveDetectionSession(options, deps);
    signal?.addEventListener('abort', session.#onAbort, { once: true });
    try {
      await session.#transport.open();
    } catch (error) {
      await session.close();
      signal?.throwIfAborted();
      throw error;
    }
    session.#timer = setInterval(() => session.#look(), LOOK_EVERY_MS);
    return session;
  }

  get config(): SessionConfig | undefined {
    return this.#config;
  }

  get state(): DetectionSessionState {
    return this.#state;
  }

  async detect(
    image: ImageInput,
    { frameId, timestampMs, signal }: FrameOptions = {},
  ): Promise<FrameResult | DroppedFrame> {
    signal?.throwIfAborted();
    if (this.#end) throw this.#end;
    const id = frameId ?? this.#calls++;
    if (!this.#transport.isOpen) return this.#drop(id, 'offline');
    if (!this.#inFlight.reserve()) return this.#drop(id, 'in_flight');
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      bytes = await imageBytes(image);
      signal?.throwIfAborted();
      if (this.#end) throw this.#end;
    } catch (error) {
      this.#inFlight.release();
      if (error instanceof LookoutError) this.#told({ type: 'error', frameId: id, error });
      throw error;
    }
    return this.#send(id, bytes, timestampMs, signal);
  }

  stream(frames: AsyncIterable<ImageInput | StreamedFrame> | Iterable<ImageInput | StreamedFrame>) {
    return answersInOrder(frames, this.#maxInFlight, async (frame) => {
      const { image, ...options } = isStreamedFrame(frame) ? frame : { image: frame };
      const frameId = options.frameId ?? this.#calls++;
      try {
        await this.ready();
        return await this.detect(image, { ...options, frameId });
      } catch (error) {
        if (!(error instanceof LookoutError)) throw error;
        return { type: 'error', frameId, error } satisfies FailedFrame;
      }
    });
  }

  async ready(): Promise<void> {
    while (!this.#end && !(this.#transport.isOpen && this.#inFlight.hasRoom)) await this.#inFlight.changed();
    if (this.#end) throw this.#end;
  }

  async configure(settings: SessionSettings): Promise<SessionConfig> {
    if (this.#end) throw this.#end;
    return this.#transport.configure(settings);
  }

  counts(): DetectionSessionCounts {
    const now = this.#clock.now();
    return {
      ...this.#counts,
      dropped: { ...this.#dropped },
      inFlight: this.#inFlight.size,
      fps: this.#window.fps(now),
      roundTripMs: this.#window.latencyMs(now),
      reconnects: this.#transport.reconnects,
    };
  }

  async serverStats(): Promise<SessionStats | undefined> {
    if (this.#end) throw this.#end;
    return this.#transport.stats();
  }

  async close(): Promise<void> {
    this.#finish(new LookoutError('session_closed', 'The session was closed'));
    await this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #send(
    frameId: FrameId,
    bytes: Uint8Array<ArrayBuffer>,
    timestampMs: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<FrameResult | DroppedFrame> {
    const number = this.#nextNumber;
    const sentAt = this.#clock.now();
    if (!this.#transport.send({ number, bytes, timestampMs })) {
      this.#inFlight.release();
      return Promise.resolve(this.#drop(frameId, 'offline'));
    }
    this.#nextNumber++;
    this.#counts.sent++;
    return new Promise((resolve, reject) => {
      // Its place stays taken until the answer comes, since it is still in flight.
      const onAbort = () => reject(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#inFlight.fill(number, {
        frameId,
        sentAt,
        settle: (outcome) => {
          signal?.removeEventListener('abort', onAbort);
          if (outcome instanceof LookoutError) {
            reject(outcome);
            this.#told({ type: 'error', frameId, error: outcome });
          } else {
            resolve(outcome);
            this.#told(outcome);
          }
        },
      });
    });
  }

  #onAnswer(number: number, answer: WireAnswer): void {
    const frame = this.#inFlight.take(number);
    if (!frame) return;
    const { frameId, sentAt, settle } = frame;
    if (answer instanceof LookoutError) settle(answer);
    else if ('reason' in answer) {
      this.#dropped[answer.reason]++;
      settle({ type: 'dropped', frameId, reason: answer.reason });
    } else {
      const now = this.#clock.now();
      const roundTripMs = now - sentAt;
      this.#counts.results++;
      this.#window.add(now, roundTripMs);
      const { detections, processing_time_ms, inference_ms, image_size } = answer;
      settle({ type: 'result', frameId, roundTripMs, detections, processing_time_ms, inference_ms, image_size });
    }
  }

  #drop(frameId: FrameId, reason: 'offline' | 'in_flight'): DroppedFrame {
    this.#dropped[reason]++;
    const dropped: DroppedFrame = { type: 'dropped', frameId, reason };
    this.#told(dropped);
    return dropped;
  }

  #fail(error: LookoutError): void {
    for (const { settle } of this.#inFlight.takeAll()) settle(error);
  }

  /** Fails frames that the server has not answered in time. */
  #look(): void {
    const error = new LookoutError('unavailable', `No answer to this frame within ${ANSWER_TIMEOUT_MS / 1000} s`);
    for (const { settle } of this.#inFlight.takeSentBefore(this.#clock.now() - ANSWER_TIMEOUT_MS)) settle(error);
  }

  #finish(error: LookoutError): void {
    if (this.#end) return;
    this.#end = error;
    clearInterval(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#fail(error);
    this.#setState('closed', error.message);
  }

  #told(answer: FrameResult | DroppedFrame | FailedFrame): void {
    if (answer.type === 'error') this.#counts.failed++;
    report(this.#options.onAnswer, answer);
  }

  #setState(state: DetectionSessionState['state'], reason: string): void {
    if (this.#state.state === state && this.#state.reason === reason) return;
    this.#state = { state, reason };
    report(this.#options.onState, this.#state);
  }
}

function isStreamedFrame(frame: ImageInput | StreamedFrame): frame is StreamedFrame {
  return typeof frame === 'object' && 'image' in frame;
}

/** Calls a listener whose exception must not reach the session, but stays visible like that of an event listener. */
function report<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
