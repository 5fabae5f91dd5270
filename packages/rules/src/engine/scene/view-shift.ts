import { SCENE_WIDTH } from './scene-box.js';
import type { SceneObject } from './scene-object.js';

/** Minimum number of objects at rest that must shift alike. */
const MIN_WITNESSES = 3;
/** Objects at rest for this long are witnesses, ms. */
const WITNESS_REST_MS = 2000;
/** Fraction of the witnesses that must agree. */
const AGREEMENT = 0.8;
/** Maximum shift, scene units: a larger one is a new view. */
const MAX_SHIFT = 0.08 * SCENE_WIDTH;
/** A longer shift is not a shake but a new view, or a group walking off, ms. */
const MAX_SHAKE_MS = 3000;

/** Displacement of an object at rest from its place, and how much of it jitter can explain, scene units. */
interface Witness {
  readonly dx: number;
  readonly dy: number;
  readonly tolerance: number;
}

/** Estimates the shift of a shaking camera: objects at rest are displaced alike. */
export class ViewShift {
  #shakenSinceMs: number | undefined;

  /** @param objects with the centres of their boxes in the picture. @returns the shift of the view, x and y, scene units. */
  observe(objects: Iterable<{ object: SceneObject; x: number; y: number }>, nowMs: number): readonly [number, number] {
    const witnesses: Witness[] = [];
    for (const { object, x, y } of objects) {
      if (nowMs - object.rest.sinceMs < WITNESS_REST_MS) continue;
      const { left, top, right, bottom } = object.rest.place;
      const tolerance = object.height * (0.05 + 3 * object.trail.noise);
      witnesses.push({ dx: x - (left + right) / 2, dy: y - (top + bottom) / 2, tolerance });
    }
    return this.#judge(witnesses, nowMs);
  }

  #judge(witnesses: readonly Witness[], nowMs: number): [number, number] {
    const shift = commonShift(witnesses);
    if (!shift) {
      this.#shakenSinceMs = undefined;
      return [0, 0];
    }
    this.#shakenSinceMs ??= nowMs;
    return nowMs - this.#shakenSinceMs <= MAX_SHAKE_MS ? shift : [0, 0];
  }
}

/** The shift shared by most witnesses, if it is larger than their jitter. */
function commonShift(witnesses: readonly Witness[]): [number, number] | undefined {
  if (witnesses.length < MIN_WITNESSES) return undefined;
  const dx = median(witnesses.map((one) => one.dx));
  const dy = median(witnesses.map((one) => one.dy));
  const agreeing = witnesses.filter((one) => Math.hypot(one.dx - dx, one.dy - dy) <= one.tolerance);
  const size = Math.hypot(dx, dy);
  const isClear = size > median(witnesses.map((one) => one.tolerance)) && size <= MAX_SHIFT;
  return isClear && agreeing.length >= AGREEMENT * witnesses.length ? [dx, dy] : undefined;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
