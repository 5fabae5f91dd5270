import type { SceneBox } from './scene-box.js';

/** Minimum interval between samples, ms. */
const SAMPLE_MS = 66;
/** Four seconds of samples. */
const CAPACITY = 64;
/** Assumed noise before the jitter has been measured, in box heights; it declines with each measurement. */
const INITIAL_NOISE = 0.02;
const MIN_NOISE = 0.0005;
/** Number of measurements over which the jitter is averaged. */
const JITTER_MEMORY = 12;
/** Weight of a new sample in the smoothed height. */
const HEIGHT_SHARE = 0.2;

const QUANTITIES = ['x', 'y', 'logWidth', 'logHeight'] as const;
/** Recorded quantities: centre and logarithms of width and height, scene units. */
export type Quantity = (typeof QUANTITIES)[number];

/** Change of a quantity over a window. */
export interface Change {
  /** Least-squares slope, per second. */
  readonly rate: number;
  /** Slopes of the earlier and the later half: a jump shows in at most one of them. */
  readonly halves: readonly [number, number];
  /** From the first to the last sample, s. */
  readonly spanS: number;
}

/** The last four seconds of an object's sightings. */
export class Trail {
  /** Smoothed height of the box. */
  height = 0;
  #length = 0;
  readonly #times = new Float64Array(CAPACITY);
  readonly #values: Readonly<Record<Quantity, Float64Array>> = {
    x: new Float64Array(CAPACITY),
    y: new Float64Array(CAPACITY),
    logWidth: new Float64Array(CAPACITY),
    logHeight: new Float64Array(CAPACITY),
  };
  /** When the object was last cut off by the edge of the picture. */
  #cutMs = Number.NEGATIVE_INFINITY;
  #jitter = 0;
  #jitterCount = 0;
  /** Cached results of `change` by window, as several rules use the same ones. */
  readonly #changes: Readonly<Record<Quantity, Map<number, Change | undefined>>> = {
    x: new Map(),
    y: new Map(),
    logWidth: new Map(),
    logHeight: new Map(),
  };

  /**
   * Standard deviation of the reference point's position, in box heights, estimated from how far each sample is from the line between its
   * neighbours.
   */
  get noise(): number {
    const measured = this.#jitterCount === 0 ? INITIAL_NOISE : 1.2533 * this.#jitter; // √(π/2): mean to standard deviation
    return Math.max(measured, INITIAL_NOISE / Math.max(1, this.#jitterCount), MIN_NOISE);
  }

  /** @param isCut whether the edge of the picture cuts it off. */
  add(timeMs: number, { left, top, right, bottom }: SceneBox, isCut: boolean): void {
    if (isCut) this.#cutMs = timeMs;
    if (this.#length > 0 && timeMs - (this.#times[this.#length - 1] ?? 0) < SAMPLE_MS) return;
    const height = bottom - top;
    this.height += (this.#length > 0 ? HEIGHT_SHARE : 1) * (height - this.height);
    if (this.#length === CAPACITY) this.#dropOldest();
    const at = this.#length++;
    this.#times[at] = timeMs;
    this.#values.x[at] = (left + right) / 2;
    this.#values.y[at] = (top + bottom) / 2;
    this.#values.logWidth[at] = Math.log(Math.max(1e-6, right - left));
    this.#values.logHeight[at] = Math.log(Math.max(1e-6, height));
    for (const quantity of QUANTITIES) this.#changes[quantity].clear();
    if (this.#length >= 3) this.#observeJitter();
  }

  /** Change over the last `windowMs`; `undefined` with fewer than `minSamples`. */
  change(quantity: Quantity, windowMs: number, minSamples = 4): Change | undefined {
    const known = this.#changes[quantity];
    if (known.has(windowMs)) return known.get(windowMs);
    const start = this.#startOf(windowMs);
    const change = this.#length - start < minSamples ? undefined : this.#measure(this.#values[quantity], start);
    known.set(windowMs, change);
    return change;
  }

  /** Whether the object was cut off by the edge of the picture within the last `windowMs`. */
  wasCut(windowMs: number): boolean {
    return this.#cutMs >= this.#lastMs - windowMs;
  }

  /** Calls `isEnough` with each sample, latest first, until it returns true. */
  lookBack(isEnough: (box: SceneBox, timeMs: number) => boolean): void {
    for (let at = this.#length - 1; at >= 0; at--) {
      if (isEnough(this.#boxAt(at), this.#times[at] ?? 0)) return;
    }
  }

  get #lastMs(): number {
    return this.#times[this.#length - 1] ?? 0;
  }

  #boxAt(at: number): SceneBox {
    const x = this.#values.x[at] ?? 0;
    const y = this.#values.y[at] ?? 0;
    const halfWidth = Math.exp(this.#values.logWidth[at] ?? 0) / 2;
    const halfHeight = Math.exp(this.#values.logHeight[at] ?? 0) / 2;
    return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
  }

  #dropOldest(): void {
    this.#times.copyWithin(0, 1);
    for (const quantity of QUANTITIES) this.#values[quantity].copyWithin(0, 1);
    this.#length--;
  }

  #startOf(windowMs: number): number {
    const fromMs = this.#lastMs - windowMs;
    let start = this.#length;
    while (start > 0 && (this.#times[start - 1] ?? 0) >= fromMs) start--;
    return start;
  }

  /** Measures how far the second last sample is from the line between its neighbours. */
  #observeJitter(): void {
    const after = this.#length - 1;
    const [from = 0, middle = 0, until = 0] = this.#times.subarray(after - 2, after + 1);
    const share = (middle - from) / (until - from);
    if (!(share > 0.1 && share < 0.9)) return;
    const scale = this.height * Math.sqrt(1 + share * share + (1 - share) * (1 - share));
    const { x, y, logHeight } = this.#values;
    const residual = (valueAt: (at: number) => number) =>
      Math.abs(valueAt(after - 1) - valueAt(after - 2) - share * (valueAt(after) - valueAt(after - 2)));
    const across = residual((at) => x[at] ?? 0);
    // The bottom edge jitters with both the centre and the height.
    const down = residual((at) => (y[at] ?? 0) + Math.exp(logHeight[at] ?? 0) / 2);
    const jitter = Math.max(across, down) / scale;
    this.#jitterCount++;
    const capped = this.#jitterCount > 3 ? Math.min(jitter, 3 * this.#jitter + 0.01) : jitter;
    this.#jitter += (capped - this.#jitter) / Math.min(JITTER_MEMORY, this.#jitterCount);
  }

  /** Slopes over the samples from `start` to the last. */
  #measure(values: Float64Array, start: number): Change {
    const middle = (start + this.#length) >> 1;
    const originMs = this.#times[start] ?? 0;
    const earlier = this.#sum(values, start, middle, originMs);
    const later = this.#sum(values, middle, this.#length, originMs);
    return {
      rate: slope(add(earlier, later)),
      halves: [slope(earlier), slope(later)],
      spanS: (this.#lastMs - originMs) / 1000,
    };
  }

  #sum(values: Float64Array, start: number, end: number, originMs: number): Sums {
    const sums = { count: end - start, t: 0, v: 0, tt: 0, tv: 0 };
    for (let at = start; at < end; at++) {
      const time = ((this.#times[at] ?? 0) - originMs) / 1000;
      const value = values[at] ?? 0;
      sums.t += time;
      sums.v += value;
      sums.tt += time * time;
      sums.tv += time * value;
    }
    return sums;
  }
}

/** Sums over samples of time t, s, and value v. */
interface Sums {
  readonly count: number;
  readonly t: number;
  readonly v: number;
  readonly tt: number;
  readonly tv: number;
}

function add(a: Sums, b: Sums): Sums {
  return { count: a.count + b.count, t: a.t + b.t, v: a.v + b.v, tt: a.tt + b.tt, tv: a.tv + b.tv };
}

/** Least-squares slope, per second. */
function slope({ count, t, v, tt, tv }: Sums): number {
  const spread = count * tt - t * t;
  return spread > 1e-9 ? (count * tv - t * v) / spread : 0;
}
