import { LookoutError, type Segment } from '@lookout/protocol';
import type { Segmenter, TaskModelInfo } from '@lookout/vision';

/** Owner of a frozen picture: all callers who may watch the camera, or the caller who sent it. */
export type SegmentOwner = { readonly camera: string } | { readonly caller: string };

export interface KeptSegmentOptions {
  readonly id: string;
  readonly picture: Uint8Array;
  readonly owner: SegmentOwner;
  /** Of the upright image. */
  readonly size: readonly [width: number, height: number];
  readonly model: TaskModelInfo;
}

/** A frozen picture and the state of its encoding. */
export class KeptSegment {
  readonly id: string;
  readonly picture: Uint8Array;
  readonly owner: SegmentOwner;
  readonly model: TaskModelInfo;
  expiresAt = 0;
  cancelExpiry: () => void = () => undefined;
  readonly #size: readonly [number, number];
  readonly #waiting = new Set<() => void>();
  #state: Segment['state'] = 'waiting';
  #handle: number | undefined;
  #error: Error | undefined;

  constructor({ id, picture, owner, size, model }: KeptSegmentOptions) {
    this.id = id;
    this.picture = picture;
    this.owner = owner;
    this.model = model;
    this.#size = size;
  }

  /** Of the encoded image. */
  get handle(): number | undefined {
    return this.#handle;
  }

  begin(): void {
    this.#state = 'encoding';
  }

  succeed(handle: number): void {
    this.#handle = handle;
    this.#state = 'ready';
    this.#settled();
  }

  /** Also invalidates one that was ready. */
  fail(error: Error): void {
    this.#error = error;
    this.#state = 'failed';
    this.#settled();
  }

  /** Waits for the encoding. @throws the error of the encoding; LookoutError `unavailable` after `waitMs`; the signal's reason */
  async ready(
    waitMs: number,
    later: (run: () => void, delayMs: number) => () => void,
    signal: AbortSignal,
  ): Promise<number> {
    if (this.#state === 'waiting' || this.#state === 'encoding') await this.#settling(waitMs, later, signal);
    if (this.#error) throw this.#error;
    return this.#handle!;
  }

  describe(takes: Segmenter['takes']): Segment {
    return {
      id: this.id,
      image_size: [...this.#size],
      expires_at: Math.round(this.expiresAt),
      state: this.#state,
      ...(this.#error && { error: this.#error.message }),
      model: this.model.name,
      takes,
      picture_url: `/api/segments/${this.id}/picture.jpg`,
    };
  }

  #settling(
    waitMs: number,
    later: (run: () => void, delayMs: number) => () => void,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = (finish: () => void) => () => {
        this.#waiting.delete(onSettled);
        cancel();
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onSettled = end(resolve);
      const onAbort = end(() => reject(signal.reason));
      const late = new LookoutError('unavailable', `The picture is not encoded after ${waitMs / 1000} seconds`, {
        hint: 'Try again: encoding continues. A smaller model is faster.',
        retryAfterS: 5,
      });
      const cancel = later(
        end(() => reject(late)),
        waitMs,
      );
      signal.addEventListener('abort', onAbort);
      this.#waiting.add(onSettled);
    });
  }

  #settled(): void {
    for (const resume of [...this.#waiting]) resume();
  }
}
