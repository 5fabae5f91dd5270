import type { CameraState } from '@lookout/protocol';
import { Backoff, LookoutError } from '@lookout/protocol/core';
import { nowMs } from '../frame/clock.js';
import type { Frame } from '../frame/frame.js';
import { redactUrl } from './credentials.js';
import { machineError } from './machine-error.js';
import { pause } from './pause.js';
import {
  type Attempt,
  type AttemptEvents,
  DEFAULT_DEMAND,
  type Source,
  type SourceDemand,
  type SourceEvents,
} from './source.js';

export interface PulledSourceOptions {
  /** Creates a new attempt; called once per try. */
  createAttempt(): Attempt;
  events: SourceEvents;
  /** What is being opened, for the reason of the first state. Without credentials. */
  label: string;
  /** Randomises the pauses between attempts: uniform in [0, 1). */
  random?: () => number;
  /** The number of the first frame: a camera that is reopened continues its count. Default 0. */
  firstFrameNumber?: number;
  now?: () => number;
}

/** An attempt that has not ended this long after its abort is left behind. */
const CLOSE_TIMEOUT_MS = 900;
/** After a stream that ran this long, the next failure counts as the first. */
const SUCCESS_MS = 5000;

/**
 * Keeps a camera open: makes one attempt after the other until closed, with pauses that grow while the camera is away, and reports its
 * state in words. While a camera is away the state says why, and does not flicker with each attempt.
 *
 * Frames get the camera's number here: each attempt counts from 0, while the camera's count continues over reconnects.
 */
export class PulledSource implements Source {
  readonly #options: PulledSourceOptions;
  /** For failures that may pass: gone, stalled, refused at the moment. */
  readonly #quickRetries: Backoff;
  /** For failures that last until somebody acts, such as a wrong password: slow, so that the camera does not lock the account. */
  readonly #slowRetries: Backoff;
  readonly #now: () => number;
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;
  #demand = DEFAULT_DEMAND;
  #attempt: Attempt | undefined;
  #nextNumber: number;
  #state: CameraState | undefined;
  #reason = '';
  #liveSinceMs: number | undefined;

  constructor(options: PulledSourceOptions) {
    this.#options = options;
    this.#nextNumber = options.firstFrameNumber ?? 0;
    const { random } = options;
    this.#quickRetries = new Backoff({ baseMs: 250, maxMs: 15_000, random });
    this.#slowRetries = new Backoff({ baseMs: 60_000, maxMs: 300_000, random });
    this.#now = options.now ?? nowMs;
  }

  start(): void {
    if (this.#abort.signal.aborted || this.#running !== undefined) return;
    this.#running = this.#run(this.#abort.signal);
  }

  demand(demand: SourceDemand): void {
    this.#demand = demand;
    this.#attempt?.demand?.(demand);
  }

  async close(): Promise<void> {
    this.#abort.abort();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([this.#running, timeout]);
    clearTimeout(timer);
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#setState('connecting', `Connecting to ${this.#options.label}`);
    while (!signal.aborted) {
      this.#liveSinceMs = undefined;
      const failure = await this.#tryOnce(signal);
      if (signal.aborted) return;
      if (failure === undefined) {
        this.#setState('off', 'Played to the end');
        return;
      }
      const liveMs = this.#liveSinceMs === undefined ? 0 : this.#now() - this.#liveSinceMs;
      if (liveMs > 0) this.#slowRetries.reset();
      if (liveMs >= SUCCESS_MS) this.#quickRetries.reset();
      const delayMs = (failure.retryable ? this.#quickRetries : this.#slowRetries).next();
      this.#setFailed(failure, liveMs);
      await pause(delayMs, signal);
    }
  }

  /** @returns why it ended; `undefined` when the stream ended normally. */
  async #tryOnce(signal: AbortSignal): Promise<LookoutError | undefined> {
    // Events of an attempt that was left behind must be ignored.
    const attempt = { ended: false };
    try {
      this.#attempt = this.#options.createAttempt();
      this.#attempt.demand?.(this.#demand);
      await this.#attempt.run(this.#attemptEvents(attempt, signal), signal);
      return undefined;
    } catch (error) {
      return error instanceof LookoutError ? error : unexpected(error);
    } finally {
      attempt.ended = true;
      this.#attempt = undefined;
    }
  }

  #attemptEvents(attempt: { ended: boolean }, signal: AbortSignal): AttemptEvents {
    const { events } = this.#options;
    const isHeard = () => !attempt.ended && !signal.aborted;
    return {
      onFrame: (frame) => {
        if (!isHeard()) return;
        // The only write to a frame after it was created, before anybody else has seen it.
        (frame as { -readonly [K in keyof Frame]: Frame[K] }).number = this.#nextNumber++;
        if (this.#liveSinceMs === undefined) {
          this.#liveSinceMs = this.#now();
          this.#setState('live', 'Receiving frames');
        }
        events.onFrame(frame);
      },
      onInfo: (info) => {
        if (isHeard()) events.onInfo(info);
      },
      onInvalid: (error) => {
        if (isHeard()) events.onInvalid(error);
      },
      onBytes: (count) => {
        if (isHeard()) events.onBytes(count);
      },
      onPacket: (packet) => {
        if (isHeard()) events.onPacket?.(packet);
      },
      onEncoded: (report) => {
        if (isHeard()) events.onEncoded?.(report);
      },
    };
  }

  #setFailed(failure: LookoutError, liveMs: number): void {
    const state = stateOf(failure);
    // A stream that ran and broke off is retried at once; only a second failure makes the camera unreachable.
    if (liveMs > 0 && state === 'unreachable')
      this.#setState('connecting', `${failure.message}; reconnecting`, failure);
    else
      this.#setState(state, failure.hint ? `${sentence(failure.message)} ${failure.hint}` : failure.message, failure);
  }

  #setState(state: CameraState, reason: string, error?: LookoutError): void {
    const shown = redactUrl(reason);
    if (state === this.#state && shown === this.#reason) return;
    this.#state = state;
    this.#reason = shown;
    this.#options.events.onState(state, shown, error);
  }
}

function stateOf(error: LookoutError): CameraState {
  switch (error.code) {
    case 'camera_stalled':
      return 'stalled';
    case 'camera_refused':
    case 'camera_unauthorized':
      return 'refused';
    case 'camera_unsupported':
      return 'unsupported';
    default:
      return 'unreachable';
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A bug inside an attempt: reported as such, and retried slowly as for any camera that is away. */
function unexpected(error: unknown): LookoutError {
  const ours = machineError((error as NodeJS.ErrnoException | undefined)?.code);
  if (ours !== undefined) return ours;
  const message = error instanceof Error ? error.message : String(error);
  return new LookoutError('internal', redactUrl(`Reading the camera failed unexpectedly: ${message}`), {
    cause: error,
  });
}
