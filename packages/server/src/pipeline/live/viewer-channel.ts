/** Connection of a channel to its viewer. */
export interface ChannelPort<T> {
  /** Passes an item to the socket. */
  send(item: T): void;
  /** Bytes still buffered by the process for this socket. */
  readonly bufferedBytes: number;
}

/** Second limit besides acknowledgements: nothing is sent while the process buffers more than this for the socket. */
const MAX_BUFFERED_BYTES = 1_000_000;

/**
 * Outgoing frames for one viewer: a single pending slot and a window of unacknowledged items. A new item replaces the pending
 * one while the window is full, so a slow viewer loses frames, never time. (A socket's `bufferedAmount` alone is not enough: the
 * kernel's own buffers hold seconds of video.)
 */
export class ViewerChannel<T> {
  readonly #port: ChannelPort<T>;
  readonly #window: number;
  readonly #now: () => number;
  #pending: T | undefined;
  #inFlight = 0;
  #oldestSentMs = 0;
  sent = 0;
  dropped = 0;

  /** @param window maximum unacknowledged items */
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

  /** The viewer acknowledged `count` items (all of them if it acknowledges a later one). */
  acknowledge(count = 1): void {
    this.#inFlight = Math.max(0, this.#inFlight - count);
    this.#oldestSentMs = this.#now();
    this.flush();
  }

  /** Sends the pending item if the window is open. Call it also when the socket drains. */
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

  /** Time since the last acknowledgement, ms; 0 when nothing is in flight. */
  get stuckMs(): number {
    return this.#inFlight === 0 ? 0 : this.#now() - this.#oldestSentMs;
  }
}

/** A larger step between frame numbers means a new count, not dropped frames. */
const MAX_STEP = 1_000_000_000;
/** Upper limit for the first number, far enough below the largest safe integer that counting never reaches it. */
const MAX_FIRST = 2 ** 52;

/**
 * Strictly increasing frame numbers for viewers: the publisher's own as long as they increase, so that gaps show dropped frames.
 * After a number that went back or leapt, an offset continues from the last one.
 */
export class FrameNumbers {
  #last: number;
  #isFirst = true;
  #shift = 0;

  /** @param least smallest number to issue */
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
