import { type Frame, Latest, openSource, redactUrl, type Source } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Pacer } from '../../pipeline/analysis/pacer.js';

/** How long to wait for the next frame, ms. */
const FRAME_TIMEOUT_MS = 15_000;

interface Waiter {
  resolve(frame: Frame | undefined): void;
  reject(error: Error): void;
}

/**
 * A camera as a sequence of its newest frames: a frame that arrives between two calls replaces the one that waits. One `next` at a time.
 */
export class NewestFrames {
  readonly #label: string;
  readonly #source: Source;
  readonly #waiting = new Latest<Frame>((frame) => release(frame));
  #waiter: Waiter | undefined;
  #end: { error: Error | undefined } | undefined;
  #reason = 'it sent no frame';
  #taken: Frame | undefined;

  /** @param pacer selects the frames; default: every frame. @throws LookoutError for an address that nothing can open */
  constructor(url: string, { pacer, tlsPin }: { pacer?: Pacer | undefined; tlsPin?: string | undefined } = {}) {
    this.#label = redactUrl(url);
    this.#source = openSource(
      url,
      { loop: false, tlsPin },
      {
        onFrame: (frame) => {
          if (pacer && !pacer.pass(frame.timestampMs)) return;
          if (frame.kind === 'video') frame.retain();
          this.#waiting.put(frame);
          this.#settle();
        },
        onState: (state, reason, error) => {
          this.#reason = reason;
          if (state === 'off') this.#end = { error: undefined };
          else if (state === 'unreachable' || state === 'refused' || state === 'unsupported')
            this.#end = { error: error ?? new LookoutError('camera_unreachable', reason) };
          this.#settle();
        },
        onInfo: () => undefined,
        onInvalid: (error) => {
          this.#reason = error.message;
        },
        onBytes: () => undefined,
      },
    );
    this.#source.start();
  }

  /**
   * The waiting frame, or else the next; undefined when the camera has ended. Releases the previous frame.
   * @throws LookoutError with the reason if none arrives.
   */
  async next(): Promise<Frame | undefined> {
    this.#letGo();
    let timer: NodeJS.Timeout | undefined;
    try {
      const frame = await new Promise<Frame | undefined>((resolve, reject) => {
        this.#waiter = { resolve, reject };
        timer = setTimeout(() => reject(this.#nothing()), FRAME_TIMEOUT_MS);
        this.#settle();
      });
      this.#taken = frame;
      return frame;
    } finally {
      clearTimeout(timer);
      this.#waiter = undefined;
    }
  }

  async close(): Promise<void> {
    this.#letGo();
    const waiting = this.#waiting.take();
    if (waiting) release(waiting);
    await this.#source.close();
  }

  #settle(): void {
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    const frame = this.#waiting.take();
    if (frame === undefined && this.#end === undefined) return;
    this.#waiter = undefined;
    if (frame !== undefined || this.#end?.error === undefined) waiter.resolve(frame);
    else waiter.reject(this.#end.error);
  }

  #letGo(): void {
    if (this.#taken) release(this.#taken);
    this.#taken = undefined;
  }

  #nothing(): LookoutError {
    const seconds = FRAME_TIMEOUT_MS / 1000;
    return new LookoutError('camera_stalled', `${this.#label}: no frame within ${seconds} s: ${this.#reason}`);
  }
}

function release(frame: Frame): void {
  if (frame.kind === 'video') frame.release();
}
