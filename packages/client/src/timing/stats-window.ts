import { shiftWhile } from './shift-while.js';

interface Entry {
  at: number;
  ageMs: number;
  bytes: number;
}

/** Shortest time over which a rate can be measured. */
const MIN_ELAPSED_MS = 200;

/**
 * Frames drawn within the last `windowMs`: their rate, ages and sizes. Bounded: at most `maxFrames` are kept, the oldest are dropped
 * first.
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

  /** Frames per second over the window that ends at `now`, or over the time since the first frame if that is shorter. */
  fps(now: number): number {
    this.#trim(now);
    const elapsedMs = now - (this.#since ?? now);
    // The first frame starts the measured time, so it is not counted itself.
    if (elapsedMs < this.windowMs && elapsedMs >= MIN_ELAPSED_MS)
      return ((this.#entries.length - 1) * 1000) / elapsedMs;
    return (this.#entries.length * 1000) / this.windowMs;
  }

  /** Data rate of the window's frames, kbit/s. */
  kbitPerSecond(now: number): number {
    this.#trim(now);
    return (this.#entries.reduce((sum, { bytes }) => sum + bytes, 0) * 8) / this.windowMs;
  }

  /** Median age of the window's frames, ms; undefined if there were none. */
  latencyMs(now: number): number | undefined {
    this.#trim(now);
    const sorted = this.#entries.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)];
  }

  /**
   * Jitter, ms: the mean difference between the ages of one frame and the next (D of RFC 3550, section 6.4.1, averaged over the
   * window). Frames of equal age have none, however old they are. Undefined for fewer than two frames.
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

  /** Starts over. */
  reset(): void {
    this.#since = undefined;
    this.#entries.length = 0;
  }

  #trim(now: number): void {
    shiftWhile(this.#entries, ({ at }) => at <= now - this.windowMs);
  }
}
