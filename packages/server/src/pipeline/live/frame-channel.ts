/** How a channel reaches its viewer. */
export interface ChannelPort<T> {
  /** Hands an item to the socket. */
  send(item: T): void;
  /** Bytes the process still holds for this socket. */
  readonly bufferedBytes: number;
}

/** A second guard beside the acknowledgements: nothing is sent while the process still holds this much for the socket. */
const MAX_BUFFERED_BYTES = 1_000_000;

/**
 * One viewer's way out: a single pending slot and a window of unacknowledged items. What is offered while the window is full
 * replaces what waits, so a slow viewer loses frames and never time. (A socket's `bufferedAmount` alone would not do: the
 * kernel's own buffers hold seconds of video.)
 */
export class FrameChannel<T> {
  readonly #port: ChannelPort<T>;
  readonly #window: number;
  readonly #now: () => number;
  #pending: T | undefined;
  #inFlight = 0;
  #oldestSentMs = 0;
  sent = 0;
  dropped = 0;

  /** @param window most items that may be unacknowledged. */
  constructor(port: ChannelPort<T>, window: number, now: () => number) {
    this.#port = port;
    this.#window = window;
    this.#now = now;
  }

  offer(item: T): void {
    if (this.#pending !== undefined) this.dropped++;
    this.#pending = item;
    this.flush();
  }

  /** The viewer has taken `count` items (all, when it acknowledges a later one). */
  acknowledge(count = 1): void {
    this.#inFlight = Math.max(0, this.#inFlight - count);
    this.#oldestSentMs = this.#now();
    this.flush();
  }

  /** Sends what waits if the window is open. Call it too when the socket has drained. */
  flush(): void {
    if (this.#pending === undefined || this.#inFlight >= this.#window) return;
    if (this.#port.bufferedBytes > MAX_BUFFERED_BYTES) return;
    const item = this.#pending;
    this.#pending = undefined;
    if (this.#inFlight === 0) this.#oldestSentMs = this.#now();
    this.#inFlight++;
    this.sent++;
    this.#port.send(item);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** How long the window has been without any acknowledgement, ms; 0 when nothing is in flight. */
  get stuckMs(): number {
    return this.#inFlight === 0 ? 0 : this.#now() - this.#oldestSentMs;
  }
}

/** A publisher that skips more numbers than this at once did not drop frames: it counts anew. */
const MAX_STEP = 1_000_000_000;
/** Where counting may begin: far enough below what numbers can hold to go on for ever. */
const MAX_FIRST = 2 ** 52;

/**
 * Numbers for whoever is sent frames, each greater than the one before: the publisher's own as long as they rise, so that gaps
 * show what was dropped; after one that went back, or leapt, moved up by whole numbers to go on where the last one was.
 */
export class FrameNumbers {
  #last: number;
  #isFirst = true;
  #shift = 0;

  /** @param least the least number to give. */
  constructor(least = 0) {
    this.#last = least - 1;
  }

  next(published: number): number {
    const number = published + this.#shift;
    const most = this.#isFirst ? MAX_FIRST : this.#last + MAX_STEP;
    if (number <= this.#last || number > most) this.#shift = this.#last + 1 - published;
    this.#isFirst = false;
    this.#last = published + this.#shift;
    return this.#last;
  }
}
