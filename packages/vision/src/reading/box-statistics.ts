import type { Box } from '@lookout/protocol';
import type { BoxSink } from '../output-formats/output-format.js';

/** A coordinate beyond this is not in 0..1: boxes may extend past the picture, but hardly by its whole size. */
const MAX_FRACTION = 2;
/** A box that spans more than this share of both sides covers the picture. */
const WHOLE_FRACTION = 0.95;

/** Boxes measured against the input, whose sides are 1×1 or width×height. */
interface FrameStatistics {
  width: number;
  height: number;
  /** Boxes that are not much larger than the picture and have their centre in or close to it. */
  inside: number;
  whole: number;
  sum: number;
  squares: number;
}

/**
 * Statistics of all boxes of a reading, without keeping the boxes. The unit is left open: each figure exists for boxes in pixels
 * and for boxes in 0..1.
 */
export class BoxStatistics implements BoxSink {
  /** Number of boxes, not counting padding (all zeros). */
  count = 0;
  /** Of these, those without NaN or infinity. */
  finite = 0;
  /** With x1 ≤ x2 and y1 ≤ y2. */
  ordered = 0;
  /** With no coordinate beyond 2. */
  small = 0;
  /** With an integer class id that the model has. */
  classed = 0;
  lowestScore = Infinity;
  highestScore = -Infinity;
  readonly pixels: FrameStatistics = { width: 1, height: 1, inside: 0, whole: 0, sum: 0, squares: 0 };
  readonly fractions: FrameStatistics = { width: 1, height: 1, inside: 0, whole: 0, sum: 0, squares: 0 };
  /** The highest-scoring box of each class in the current photo. */
  readonly best = new Map<number, { score: number; box: Box }>();
  readonly #classCount: number;

  constructor(classCount: number) {
    this.#classCount = classCount;
  }

  /** Starts a new photo. @param width,height of the model input that holds it, pixels */
  begin(width: number, height: number): void {
    this.pixels.width = width;
    this.pixels.height = height;
    this.best.clear();
  }

  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number): void {
    if (x1 === 0 && y1 === 0 && x2 === 0 && y2 === 0) return;
    this.count++;
    if (!Number.isFinite(x1 + y1 + x2 + y2 + score)) return;
    this.finite++;
    if (x1 <= x2 && y1 <= y2) this.ordered++;
    if (Math.max(Math.abs(x1), Math.abs(y1), Math.abs(x2), Math.abs(y2)) <= MAX_FRACTION) this.small++;
    if (Number.isInteger(classId) && classId >= 0 && classId < this.#classCount) this.classed++;
    this.lowestScore = Math.min(this.lowestScore, score);
    this.highestScore = Math.max(this.highestScore, score);
    place(this.pixels, x1, y1, x2, y2);
    place(this.fractions, x1, y1, x2, y2);
    if (score > (this.best.get(classId)?.score ?? -Infinity)) {
      this.best.set(classId, { score, box: [x1, y1, x2, y2] });
    }
  }
}

/** Standard deviation of the centres, as a fraction of the input's sides; 0.29 if they are spread evenly. */
export function spreadOf({ sum, squares }: FrameStatistics, count: number): number {
  return Math.sqrt(Math.max(0, squares / (2 * count) - (sum / (2 * count)) ** 2));
}

function place(frame: FrameStatistics, x1: number, y1: number, x2: number, y2: number): void {
  const x = (x1 + x2) / 2 / frame.width;
  const y = (y1 + y2) / 2 / frame.height;
  const width = (x2 - x1) / frame.width;
  const height = (y2 - y1) / frame.height;
  if (Math.min(x, y) >= -0.1 && Math.max(x, y) <= 1.1 && width <= 1.5 && height <= 1.5) frame.inside++;
  const covers = (center: number, size: number) =>
    Math.min(center + size / 2, 1) - Math.max(center - size / 2, 0) >= WHOLE_FRACTION;
  if (covers(x, width) && covers(y, height)) frame.whole++;
  frame.sum += x + y;
  frame.squares += x * x + y * y;
}

/** An 8-bit tensor has at most this many distinct values. */
const MAX_VALUES = 256;
/** With fewer values, nothing can be said about steps between them. */
const MIN_VALUES = 20;

/**
 * The step that all values of an output are multiples of, if the whole output was quantised to 8 bits. Scores that share an output
 * with boxes of hundreds of pixels then come in steps of 1 or 2.
 * @returns undefined if the values are not in such steps.
 */
export function stepOf(values: ArrayLike<number | bigint>): number | undefined {
  const distinct = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    distinct.add(Number(values[i]));
    if (distinct.size > MAX_VALUES) return undefined;
  }
  if (distinct.size < MIN_VALUES) return undefined;
  const sorted = [...distinct].sort((a, b) => a - b);
  let step = Infinity;
  for (let i = 1; i < sorted.length; i++) step = Math.min(step, sorted[i]! - sorted[i - 1]!);
  const isMultiple = (value: number) => Math.abs(value / step - Math.round(value / step)) < 0.01;
  return sorted.every(isMultiple) ? step : undefined;
}
