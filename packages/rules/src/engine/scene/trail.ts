/** Samples are at least this far apart, ms. */
const SAMPLE_MS = 66;
/** Enough for four seconds. */
const CAPACITY = 64;
/** Noise of a box before its jitter is known, in box heights; each observation of jitter reduces it. */
const INITIAL_NOISE = 0.02;
const MIN_NOISE = 0.0005;
/** Observations over which the jitter is averaged. */
const JITTER_MEMORY = 12;

/** What a trail remembers of a frame. Scene units; `y` is the box's middle. */
export interface TrailSample {
  readonly timeMs: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Whether the picture ends within the object, as far as one can tell. */
  readonly isCut: boolean;
}

/** How a quantity changes over a stretch of the trail. */
export interface Change {
  /** Least-squares slope, per second. */
  readonly rate: number;
  /** The slopes of the earlier and the later half: a jump shows in one of them only. */
  readonly halves: readonly [number, number];
  /** From the first to the last sample, s. */
  readonly spanS: number;
}

/** The last four seconds of an object that was seen. */
export class Trail {
  readonly #samples: TrailSample[] = [];
  #jitter = 0;
  #jitterCount = 0;
  /** Of the box's width and height over the trail, smoothed. */
  width = 0;
  height = 0;

  get samples(): readonly TrailSample[] {
    return this.#samples;
  }

  /**
   * Standard deviation of the box's position between frames, in box heights: what is left of its motion when what neighbouring samples have
   * in common is taken away.
   */
  get noise(): number {
    const measured = this.#jitterCount === 0 ? INITIAL_NOISE : 1.2533 * this.#jitter; // √(π/2): mean to standard deviation
    return Math.max(measured, INITIAL_NOISE / Math.max(1, this.#jitterCount), MIN_NOISE);
  }

  add(sample: TrailSample): void {
    const samples = this.#samples;
    const last = samples[samples.length - 1];
    if (last && sample.timeMs - last.timeMs < SAMPLE_MS) return;
    const share = last ? 0.2 : 1;
    this.width += share * (sample.width - this.width);
    this.height += share * (sample.height - this.height);
    const before = samples[samples.length - 2];
    if (before && last) this.#observeJitter(before, last, sample);
    samples.push(sample);
    if (samples.length > CAPACITY) samples.shift();
  }

  #observeJitter(before: TrailSample, middle: TrailSample, after: TrailSample): void {
    const share = (middle.timeMs - before.timeMs) / (after.timeMs - before.timeMs);
    if (!(share > 0.1 && share < 0.9)) return;
    const scale = this.height * Math.sqrt(1 + share * share + (1 - share) * (1 - share));
    // The bottom edge, which decides where an object stands, jitters with the middle and with the height.
    const across = residual(before.x, middle.x, after.x, share);
    const down = residual(bottomOf(before), bottomOf(middle), bottomOf(after), share);
    const jitter = Math.max(Math.abs(across), Math.abs(down)) / scale;
    this.#jitterCount++;
    const capped = this.#jitterCount > 3 ? Math.min(jitter, 3 * this.#jitter + 0.01) : jitter;
    this.#jitter += (capped - this.#jitter) / Math.min(JITTER_MEMORY, this.#jitterCount);
  }

  /**
   * How a quantity changed over the last `windowMs`; `undefined` with too few samples.
   * @param quantity a sample's value.
   */
  change(quantity: (sample: TrailSample) => number, windowMs: number, minSamples = 5): Change | undefined {
    const samples = this.#samples;
    const end = samples.length;
    const lastMs = samples[end - 1]?.timeMs ?? 0;
    let start = end;
    while (start > 0 && (samples[start - 1]?.timeMs ?? 0) >= lastMs - windowMs) start--;
    if (end - start < minSamples) return undefined;
    const middle = (start + end) >> 1;
    return {
      rate: slope(samples, start, end, quantity),
      halves: [slope(samples, start, middle + 1, quantity), slope(samples, middle, end, quantity)],
      spanS: (lastMs - (samples[start]?.timeMs ?? lastMs)) / 1000,
    };
  }

  /** Whether the object was cut off by the picture's edge within the last `windowMs`. */
  wasCut(windowMs: number): boolean {
    const lastMs = this.#samples[this.#samples.length - 1]?.timeMs ?? 0;
    return this.#samples.some(({ isCut, timeMs }) => isCut && timeMs >= lastMs - windowMs);
  }
}

function residual(before: number, middle: number, after: number, share: number): number {
  return middle - before - share * (after - before);
}

function bottomOf({ y, height }: TrailSample): number {
  return y + height / 2;
}

/** Least-squares slope over samples `start` to `end` (excluded), per second. */
function slope(
  samples: readonly TrailSample[],
  start: number,
  end: number,
  quantity: (sample: TrailSample) => number,
): number {
  const originMs = samples[start]?.timeMs ?? 0;
  let count = 0;
  let sumT = 0;
  let sumV = 0;
  let sumTT = 0;
  let sumTV = 0;
  for (let index = start; index < end; index++) {
    const sample = samples[index];
    if (!sample) continue;
    const time = (sample.timeMs - originMs) / 1000;
    const value = quantity(sample);
    count++;
    sumT += time;
    sumV += value;
    sumTT += time * time;
    sumTV += time * value;
  }
  const spread = count * sumTT - sumT * sumT;
  return spread > 0 ? (count * sumTV - sumT * sumV) / spread : 0;
}
