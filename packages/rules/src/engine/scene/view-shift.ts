import { SCENE_WIDTH } from './scene-box.js';
import type { SceneObject } from './scene-object.js';

/** So many objects at rest must move alike before it is the camera that moves. */
const MIN_WITNESSES = 3;
/** An object is a witness once it has been at rest this long, ms. */
const WITNESS_REST_MS = 2000;
/** Share of the witnesses that must agree. */
const AGREEMENT = 0.8;
/** Cameras shake by less than this share of the picture's width; more is a new view. */
const MAX_SHIFT = 0.08 * SCENE_WIDTH;
/** A shift that lasts longer is no shake but a new view, or a group that walks off, ms. */
const MAX_SHAKE_MS = 3000;

/** How far an object at rest is off its place, and how far its box alone could be, scene units. */
interface Witness {
  readonly dx: number;
  readonly dy: number;
  readonly tolerance: number;
}

/** Finds by how much the view is shifted against the scene: when all objects at rest are off their places alike, the camera shakes. */
export class ViewShift {
  #shakenSinceMs: number | undefined;

  /** @param objects with boxes of this frame as the picture has them. @returns scene units, x and y. */
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

/** The shift that most witnesses share, if it is more than the jitter of their boxes. */
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
