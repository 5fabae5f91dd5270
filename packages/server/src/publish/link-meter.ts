/** What was measured of a publisher's link since the last look. */
export interface LinkMeasure {
  /** Frames that arrived whole, a second; those over the intake limit included. */
  receivedFps: number;
  /** Bytes of pictures a second. */
  bytesPerSecond: number;
  /** The last round trip of a WebSocket ping, ms. It queues behind frames under way, so it grows with what the link holds. */
  roundTripMs: number | undefined;
  /** The least round trip so far: the bare link, ms. */
  leastRoundTripMs: number | undefined;
  /** Median of how much longer frames took than the quickest of late: waiting for the link, ms. `undefined` without frames. */
  queueingMs: number | undefined;
}

/** Longest interval whose delays are kept, at 60 frames a second: about 17 s. */
const maxDelays = 1024;

/** Adds up what one publisher's link does between two looks. */
export class LinkMeter {
  #sinceMs: number;
  #frames = 0;
  #bytes = 0;
  #delays: number[] = [];
  #roundTripMs: number | undefined;
  #leastRoundTripMs: number | undefined;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  get leastRoundTripMs(): number | undefined {
    return this.#leastRoundTripMs;
  }

  frame(bytes: number): void {
    this.#frames++;
    this.#bytes += bytes;
  }

  delay(ms: number): void {
    if (this.#delays.length < maxDelays) this.#delays.push(ms);
  }

  roundTrip(ms: number): void {
    this.#roundTripMs = ms;
    this.#leastRoundTripMs = Math.min(ms, this.#leastRoundTripMs ?? ms);
  }

  /** What was measured since the last call. */
  take(nowMs: number): LinkMeasure {
    const seconds = Math.max(nowMs - this.#sinceMs, 1) / 1000;
    const delays = this.#delays.sort((a, b) => a - b);
    const measure = {
      receivedFps: this.#frames / seconds,
      bytesPerSecond: this.#bytes / seconds,
      roundTripMs: this.#roundTripMs,
      leastRoundTripMs: this.#leastRoundTripMs,
      queueingMs: delays[delays.length >> 1],
    };
    this.#sinceMs = nowMs;
    this.#frames = 0;
    this.#bytes = 0;
    this.#delays = [];
    return measure;
  }
}
