/**
 * Frames drawn within the last `windowMs`: how many a second, and how old they were. Bounded: at most `maxFrames` are kept, the
 * oldest leave first.
 */
export class StatsWindow {
  readonly #at: number[] = [];
  readonly #latencies: number[] = [];
  #since: number | undefined;

  constructor(
    private readonly windowMs = 1000,
    private readonly maxFrames = 240,
  ) {}

  /** @param at when it was drawn, ms, not before the last one @param latencyMs its age then */
  add(at: number, latencyMs: number): void {
    this.#since ??= at;
    this.#at.push(at);
    this.#latencies.push(latencyMs);
    this.#trim(at);
    while (this.#at.length > this.maxFrames) this.#shift();
  }

  /** Frames per second over the window that ends at `now`; over the time since the first frame while that is shorter. */
  fps(now: number): number {
    this.#trim(now);
    const elapsedMs = now - (this.#since ?? now);
    // The first frame opens the time that is counted, so it is not counted itself. Under a fifth of a second nothing can be said.
    if (elapsedMs < this.windowMs && elapsedMs >= 200) return ((this.#at.length - 1) * 1000) / elapsedMs;
    return (this.#at.length * 1000) / this.windowMs;
  }

  /** Median age of the window's frames, ms; undefined when there were none. */
  latencyMs(now: number): number | undefined {
    this.#trim(now);
    if (this.#latencies.length === 0) return undefined;
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }

  /**
   * How unevenly frames come, ms: the mean difference between the ages of one frame and the next (D of RFC 3550, section 6.4.1, averaged
   * over the window). Steady frames have none, however old they are. Undefined for fewer than two frames.
   */
  jitterMs(now: number): number | undefined {
    this.#trim(now);
    const ages = this.#latencies;
    if (ages.length < 2) return undefined;
    let sum = 0;
    for (let i = 1; i < ages.length; i++) sum += Math.abs(ages[i]! - ages[i - 1]!);
    return sum / (ages.length - 1);
  }

  /** Begins anew. */
  reset(): void {
    this.#since = undefined;
    this.#at.length = 0;
    this.#latencies.length = 0;
  }

  #trim(now: number): void {
    while (this.#at.length > 0 && this.#at[0]! <= now - this.windowMs) this.#shift();
  }

  #shift(): void {
    this.#at.shift();
    this.#latencies.shift();
  }
}
