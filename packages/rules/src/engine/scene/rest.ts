import type { SceneBox } from './scene-box.js';
import type { Trail } from './trail.js';

/** An object that moves less than this is at rest, in its heights. */
const REST_RADIUS = 0.25;
/** One that was this far away within the last seconds has moved, in its heights. */
const MOVED_DISTANCE = 0.5;
/** Shorter excursions do not end a rest: people sway, boxes jump, cameras shake. */
const EXCURSION_MS = 1000;
/** When a rest has lasted this long, its beginning is dated: the last steps before it belong to the way there, ms. */
const DATING_MS = 1500;
/** Samples closer than this to the place belong to the rest, in heights. */
const DATING_RADIUS = 0.12;
/** The place is taken from so many samples. */
const DATING_SAMPLES = 8;
/** Over so many observations the place is averaged. */
const PLACE_MEMORY = 50;

/** Where an object stands, and since when. */
export class Rest {
  /** Since when it has been where it is. */
  sinceMs: number;
  /** Whether it has moved from one place to another since it is known. */
  hasMoved = false;
  /** Its usual box there. */
  readonly place: SceneBox;
  #observations = 1;
  #strayedMs: number | undefined;
  #isDated = true;

  constructor(box: SceneBox, sinceMs: number) {
    this.place = { ...box };
    this.sinceMs = sinceMs;
  }

  /** Whether it is at its place now. */
  get isAtPlace(): boolean {
    return this.#strayedMs === undefined;
  }

  /** @param height its usual height; `trail` includes the present box. */
  observe(box: SceneBox, height: number, trail: Trail, nowMs: number): void {
    const radius = height * (REST_RADIUS + 2 * trail.noise);
    if (displacement(this.place, box) <= radius) {
      this.#strayedMs = undefined;
      this.#refine(box);
      if (!this.#isDated && nowMs - this.sinceMs >= DATING_MS) this.#date(height, trail, nowMs);
      return;
    }
    this.#strayedMs ??= nowMs;
    if (nowMs - this.#strayedMs >= EXCURSION_MS) this.#settle(box, height, radius, trail, nowMs);
  }

  #refine(box: SceneBox): void {
    this.#observations = Math.min(PLACE_MEMORY, this.#observations + 1);
    const share = 1 / this.#observations;
    this.place.left += share * (box.left - this.place.left);
    this.place.top += share * (box.top - this.place.top);
    this.place.right += share * (box.right - this.place.right);
    this.place.bottom += share * (box.bottom - this.place.bottom);
  }

  #date(height: number, trail: Trail, nowMs: number): void {
    const place = meanBox(trail, DATING_SAMPLES);
    const sinceMs = earliestNear(place, height * (DATING_RADIUS + 2 * trail.noise), trail);
    this.#isDated = sinceMs !== undefined;
    this.sinceMs = Math.max(this.sinceMs, sinceMs ?? nowMs);
  }

  #settle(box: SceneBox, height: number, radius: number, trail: Trail, nowMs: number): void {
    this.#strayedMs = undefined;
    this.#observations = 1;
    Object.assign(this.place, box);
    this.#isDated = false;
    this.sinceMs = earliestNear(box, radius, trail) ?? nowMs;
    trail.lookBack((sample) => {
      this.hasMoved ||= displacement(box, sample) >= MOVED_DISTANCE * height;
      return this.hasMoved;
    });
  }
}

/** The time of the earliest sample since which all lie close to a place. */
function earliestNear(place: SceneBox, radius: number, trail: Trail): number | undefined {
  let earliestMs: number | undefined;
  trail.lookBack((box, timeMs) => {
    if (displacement(place, box) > radius) return true;
    earliestMs = timeMs;
    return false;
  });
  return earliestMs;
}

/**
 * How far a box has moved, by those of its edges that moved least: an edge that jumps because part of the object is hidden is no motion.
 */
export function displacement(from: SceneBox, to: SceneBox): number {
  const across = Math.min(Math.abs(to.left - from.left), Math.abs(to.right - from.right));
  const down = Math.min(Math.abs(to.top - from.top), Math.abs(to.bottom - from.bottom));
  return Math.hypot(across, down);
}

/** The mean of the latest boxes. */
function meanBox(trail: Trail, count: number): SceneBox {
  const mean: SceneBox = { left: 0, top: 0, right: 0, bottom: 0 };
  let taken = 0;
  trail.lookBack(({ left, top, right, bottom }) => {
    taken++;
    mean.left += (left - mean.left) / taken;
    mean.top += (top - mean.top) / taken;
    mean.right += (right - mean.right) / taken;
    mean.bottom += (bottom - mean.bottom) / taken;
    return taken >= count;
  });
  return mean;
}
