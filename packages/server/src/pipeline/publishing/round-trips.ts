import { WindowedMinimum } from './windowed-minimum.js';

const RECENT_MS = 10_000;

/** Round trips of WebSocket pings to a publisher. They queue behind the frames under way, so they tell of a link that is full. */
export class RoundTrips {
  readonly #recent = new WindowedMinimum(RECENT_MS);
  #leastMs = Number.POSITIVE_INFINITY;

  add(ms: number, nowMs: number): void {
    this.#recent.add(ms, nowMs);
    this.#leastMs = Math.min(this.#leastMs, ms);
  }

  /** The least of the last 10 to 20 s, ms; 0 while unknown. */
  recentMs(nowMs: number): number {
    const ms = this.#recent.get(nowMs);
    return Number.isFinite(ms) ? ms : this.leastMs;
  }

  /** The least of all: the bare link, ms; 0 while unknown. */
  get leastMs(): number {
    return Number.isFinite(this.#leastMs) ? this.#leastMs : 0;
  }
}
