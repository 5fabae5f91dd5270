import { shiftWhile } from './shift-while.js';

interface Entry {
  at: number;
  ageMs: number;
  bytes: number;
}

/** Over less time than this no rate can be told. */
const MIN_ELAPSED_MS = 200;

/**
 * Frames drawn within the last `windowMs`: how many a second, how old and how large they were. Bounded: at most `maxFrames` are kept, the
 * oldest leave first.
 */
export class StatsWindow {
  readonly #entries: Entry[] = [];
  #since: number | undefined;

  constructor(
    private readonly windowMs = 1000,
    private readonly maxFrames = 240,
  ) {}

  /** @param at when it was drawn, ms, not before the last one @param ageMs its age then */
  add(at: number, ageMs: number, bytes = 0): void {
    this.#since ??= at;
    this.#entries.push({ at, ageMs, bytes });
    if (this.#entries.length > this.maxFrames) this.#entries.shift();
    this.#trim(at);
  }

  /** Frames per second over the window that ends at `now`; over the time since the first frame while that is shorter. */
  fps(now: number): number {
    this.#trim(now);
    const elapsedMs = now - (this.#since ?? now);
    // The first frame opens the time that is counted, so it is not counted itself. Under a fifth of a second nothing can be said.
    if (elapsedMs < this.windowMs && elapsedMs >= MIN_ELAPSED_MS)
      return ((this.#entries.length - 1) * 1000) / elapsedMs;
    return (this.#entries.length * 1000) / this.windowMs;
  }

  /** Bytes of the window's frames, kbit/s. */
  kbitPerSecond(now: number): number {
    this.#trim(now);
    return (this.#entries.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / this.windowMs;
  }

  /** Median age of the window's frames, ms; undefined when there were none. */
  latencyMs(now: number): number | undefined {
    this.#trim(now);
    const sorted = this.#entries.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }

  /**
   * How unevenly frames come, ms: the mean difference between the ages of one frame and the next (D of RFC 3550, section 6.4.1, averaged
   * over the window). Steady frames have none, however old they are. Undefined for fewer than two frames.
   */
  jitterMs(now: number): number | undefined {
    this.#trim(now);
    const [first, ...others] = this.#entries;
    if (!first || others.length === 0) return undefined;
    let sum = 0;
    let before = first.ageMs;
    for (const { ageMs } of others) {
      sum += Math.abs(ageMs - before);
      before = ageMs;
    }
    return sum / others.length;
  }

  /** Begins anew. */
  reset(): void {
    this.#since = undefined;
    this.#entries.length = 0;
  }

  #trim(now: number): void {
    shiftWhile(this.#entries, ({ at }) => at <= now - this.windowMs);
  }
}
