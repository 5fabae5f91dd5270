/**
 * SORT (Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016, arXiv:1602.00763), written from the paper as the reference for the
 * product's tracker. Noise and life-cycle values are those its authors publish. It counts in frames, not time.
 */
import type { Box } from '@lookout/protocol';
import { maximiseTotal } from '@lookout/vision';
import { boxIou, type MotBox } from './sequence.js';

export interface SortOptions {
  /** Frames a track survives unseen. */
  maxAge: number;
  /** Consecutive frames in which a track must be seen before it is reported. */
  minHits: number;
  /** Minimum overlap of a detection with a prediction. */
  iou: number;
}

/** One quantity with its rate under a constant-velocity Kalman filter, one step per frame. */
class Coordinate {
  rate = 0;
  #valueVariance = 10;
  #covariance = 0;
  /** Unknown at first. */
  #rateVariance = 10_000;

  constructor(
    public value: number,
    private readonly measuredVariance: number,
    private readonly rateNoise: number,
  ) {}

  predict(): void {
    this.value += this.rate;
    this.#valueVariance += 2 * this.#covariance + this.#rateVariance + 1;
    this.#covariance += this.#rateVariance;
    this.#rateVariance += this.rateNoise;
  }

  correct(measured: number): void {
    const total = this.#valueVariance + this.measuredVariance;
    const innovation = measured - this.value;
    const rateGain = this.#covariance / total;
    this.value += (this.#valueVariance / total) * innovation;
    this.rate += rateGain * innovation;
    this.#rateVariance -= rateGain * this.#covariance;
    this.#covariance *= this.measuredVariance / total;
    this.#valueVariance *= this.measuredVariance / total;
  }
}

/** Centre u, v, area s, each with a rate, and aspect ratio r, which is constant. */
class SortTrack {
  hitsInARow = 0;
  misses = 0;
  readonly #u: Coordinate;
  readonly #v: Coordinate;
  readonly #s: Coordinate;
  #r: number;
  #rVariance = 10;

  constructor(
    readonly id: number,
    box: Box,
  ) {
    const [u, v, s, r] = toState(box);
    this.#u = new Coordinate(u, 1, 0.01);
    this.#v = new Coordinate(v, 1, 0.01);
    this.#s = new Coordinate(s, 10, 0.0001);
    this.#r = r;
  }

  predict(): Box {
    if (this.#s.value + this.#s.rate <= 0) this.#s.rate = 0;
    for (const coordinate of [this.#u, this.#v, this.#s]) coordinate.predict();
    this.#rVariance += 1;
    if (this.misses > 0) this.hitsInARow = 0;
    this.misses++;
    return this.box;
  }

  correct(box: Box): void {
    const [u, v, s, r] = toState(box);
    this.#u.correct(u);
    this.#v.correct(v);
    this.#s.correct(s);
    this.#r += (this.#rVariance / (this.#rVariance + 10)) * (r - this.#r);
    this.#rVariance *= 10 / (this.#rVariance + 10);
    this.misses = 0;
    this.hitsInARow++;
  }

  get box(): Box {
    const width = Math.sqrt(this.#s.value * this.#r);
    const height = this.#s.value / width;
    const [u, v] = [this.#u.value, this.#v.value];
    return [u - width / 2, v - height / 2, u + width / 2, v + height / 2];
  }
}

function toState([x1, y1, x2, y2]: Box): [number, number, number, number] {
  return [(x1 + x2) / 2, (y1 + y2) / 2, (x2 - x1) * (y2 - y1), (x2 - x1) / (y2 - y1)];
}

/** @returns a function that takes the boxes of one frame after the other and returns the tracks reported for each. */
export function createSort({ maxAge, minHits, iou }: SortOptions): (boxes: readonly Box[]) => MotBox[] {
  let tracks: SortTrack[] = [];
  let nextId = 1;
  let frames = 0;
  return (boxes) => {
    frames++;
    const predicted = tracks.map((track) => track.predict());
    const overlaps = Float64Array.from(boxes.flatMap((box) => predicted.map((prediction) => boxIou(box, prediction))));
    const trackOfBox = maximiseTotal(overlaps, boxes.length, tracks.length);
    for (const [index, box] of boxes.entries()) {
      const at = trackOfBox[index]!;
      if (at >= 0 && overlaps[index * predicted.length + at]! >= iou) tracks[at]!.correct(box);
      else trackOfBox[index] = -1;
    }
    for (const [index, box] of boxes.entries()) if (trackOfBox[index] === -1) tracks.push(new SortTrack(nextId++, box));
    const reported = tracks.filter(
      ({ misses, hitsInARow }) => misses === 0 && (hitsInARow >= minHits || frames <= minHits),
    );
    tracks = tracks.filter(({ misses }) => misses <= maxAge);
    return reported.map(({ id, box }) => ({ id, bbox: box }));
  };
}
