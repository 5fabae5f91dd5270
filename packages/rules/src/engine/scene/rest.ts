import type { SceneBox } from './scene-box.js';
import type { Trail } from './trail.js';

/** Maximum displacement at rest, in heights. */
const REST_RADIUS = 0.25;
/** Minimum displacement within the trail that counts as having moved, in heights. */
const MOVED_DISTANCE = 0.5;
/** Shorter excursions do not end a rest, ms: people sway, boxes jump, cameras shake. */
const EXCURSION_MS = 1000;
/** The start of a rest is determined once it has lasted this long, ms, so that the last steps before it are excluded. */
const DATING_MS = 1500;
/** Samples this close to the resting place belong to the rest, in heights. */
const DATING_RADIUS = 0.12;
/** Time over which the resting place is determined, ms. */
const DATING_WINDOW_MS = 800;
/** Number of observations over which the place is averaged. */
const PLACE_MEMORY = 50;

/** Where an object is at rest, and since when. */
export class Rest {
  /** Start of the rest, steady time. */
  sinceMs: number;
  /** Whether the object has ever moved from one place to another. */
  hasMoved = false;
  /** Its average box there. */
  readonly place: SceneBox;
  #observations = 1;
  #strayedMs: number | undefined;
  #isDated = true;

  constructor(box: SceneBox, sinceMs: number) {
    this.place = { ...box };
    this.sinceMs = sinceMs;
  }

  /** Whether it is currently at that place. */
  get isAtPlace(): boolean {
    return this.#strayedMs === undefined;
  }

  /** @param height smoothed. @param trail including the current box. */
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
    const place = meanBox(trail, nowMs - DATING_WINDOW_MS);
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

/** Time of the earliest sample from which on all samples are close to a place; undefined if the latest is not. */
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
 * Distance between two boxes by the edges that moved least: if part of an object is hidden, an edge jumps although the object has not moved.
 */
export function displacement(from: SceneBox, to: SceneBox): number {
  const across = Math.min(Math.abs(to.left - from.left), Math.abs(to.right - from.right));
  const down = Math.min(Math.abs(to.top - from.top), Math.abs(to.bottom - from.bottom));
  return Math.hypot(across, down);
}

/** The mean of the boxes since a time, at least of the latest. */
function meanBox(trail: Trail, sinceMs: number): SceneBox {
  const mean: SceneBox = { left: 0, top: 0, right: 0, bottom: 0 };
  let taken = 0;
  trail.lookBack(({ left, top, right, bottom }, timeMs) => {
    if (taken > 0 && timeMs < sinceMs) return true;
    taken++;
    mean.left += (left - mean.left) / taken;
    mean.top += (top - mean.top) / taken;
    mean.right += (right - mean.right) / taken;
    mean.bottom += (bottom - mean.bottom) / taken;
    return false;
  });
  return mean;
}
