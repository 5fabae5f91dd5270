/** The last `capacity` values, for percentiles. */
export class RollingWindow {
  readonly #values: Float64Array;
  #next = 0;
  #count = 0;

  constructor(capacity = 512) {
    this.#values = new Float64Array(capacity);
  }

  add(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#values.length;
    if (this.#count < this.#values.length) this.#count++;
  }

  /** Nearest-rank percentiles, rounded to 0.1; 0 without values. @param ranks each in 0..1 */
  percentiles(...ranks: number[]): number[] {
    const sorted = this.#values.slice(0, this.#count).sort();
    return ranks.map((rank) => {
      const value = sorted[Math.min(this.#count - 1, Math.floor(rank * this.#count))] ?? 0;
      return Math.round(value * 10) / 10;
    });
  }

  get median(): number | undefined {
    return this.#count ? this.percentiles(0.5)[0] : undefined;
  }
}

/** Events per second over the last `spanMs`. */
export class RateMeter {
  readonly #times: Float64Array;
  readonly #spanMs: number;
  #next = 0;

  /** Counts at most `capacity` events per span: 4 s at 100 per second. */
  constructor(spanMs = 4000, capacity = 400) {
    this.#spanMs = spanMs;
    this.#times = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
  }

  add(timeMs: number): void {
    this.#times[this.#next] = timeMs;
    this.#next = (this.#next + 1) % this.#times.length;
  }

  /** Rounded to 0.1. Divides by the time since the oldest event in the span. */
  rate(nowMs: number): number {
    let count = 0;
    let oldest = nowMs;
    for (const time of this.#times) {
      // Times in the future were recorded before the clock was set back.
      if (time <= nowMs - this.#spanMs || time > nowMs + this.#spanMs) continue;
      count++;
      if (time < oldest) oldest = time;
    }
    if (count < 2) return count / (this.#spanMs / 1000);
    // `count` events have count − 1 intervals; the time since the last one counts too.
    const spanMs = Math.max(nowMs - oldest, 1);
    return Math.round(((count - 1) / spanMs) * 10_000) / 10;
  }
}
