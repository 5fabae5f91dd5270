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

/** Finds by how much the view is shifted against the scene: when all objects at rest are off their places alike, the camera shakes. */
export class ViewShift {
  #shift: [number, number] = [0, 0];
  #shakenSinceMs: number | undefined;

  /** @param objects with boxes of this frame as the picture has them. @returns scene units, x and y. */
  observe(objects: Iterable<{ object: SceneObject; x: number; y: number }>, nowMs: number): readonly [number, number] {
    const witnesses: { dx: number; dy: number; tolerance: number }[] = [];
    for (const { object, x, y } of objects) {
      if (nowMs - object.rest.sinceMs < WITNESS_REST_MS) continue;
      const { left, top, right, bottom } = object.rest.place;
      const tolerance = object.height * (0.05 + 3 * object.trail.noise);
      witnesses.push({ dx: x - (left + right) / 2, dy: y - (top + bottom) / 2, tolerance });
    }
    this.#shift = this.#judge(witnesses, nowMs);
    return this.#shift;
  }

  #judge(witnesses: readonly { dx: number; dy: number; tolerance: number }[], nowMs: number): [number, number] {
    const dx = median(witnesses.map((one) => one.dx));
    const dy = median(witnesses.map((one) => one.dy));
    const size = Math.hypot(dx, dy);
    const agreeing = witnesses.filter((one) => Math.hypot(one.dx - dx, one.dy - dy) <= one.tolerance);
    const isCommon = witnesses.length >= MIN_WITNESSES && agreeing.length >= AGREEMENT * witnesses.length;
    // Shifts within the jitter of the boxes are of no account.
    const isClear = size > median(witnesses.map((one) => one.tolerance)) && size <= MAX_SHIFT;
    if (!isCommon || !isClear) {
      this.#shakenSinceMs = undefined;
      return [0, 0];
    }
    this.#shakenSinceMs ??= nowMs;
    return nowMs - this.#shakenSinceMs <= MAX_SHAKE_MS ? [dx, dy] : [0, 0];
  }
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
