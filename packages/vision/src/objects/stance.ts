import type { Box } from '@lookout/protocol';
import { scaleBox } from '../tracker/track.js';
import { iou, shift } from './boxes.js';

/** Something that has moved this far from where it stood no longer stands there, in sizes. Unsteady boxes move less. */
const STEP = 0.25;

/** What has stood this long stands still, ms … */
export const STILL_MS = 10_000;
/** … and has left only if it is away for this long: a passer-by may have been mistaken for it. */
const AWAY_MS = 1000;
/** The place that it left is kept this long, ms, in case that it was a passer-by who was followed. */
const FORMER_MS = 30_000;

/** A box that overlaps the place less shows more or less than the object, IoU: it is hidden in part, or merged with another. */
const SAME_BOX = 0.7;
/** The place is the mean of its boxes over this time at most, ms. */
const MEAN_MS = 60_000;
/** A single box counts for no longer than this, ms. */
const MAX_STEP_MS = 1000;
/** A shape that lasts this long is its own, ms. */
const NEW_SHAPE_MS = 30_000;

interface Stand {
  place: Box;
  sinceMs: number;
}

/** Where one object stands, and since when. It stands from its last step on. Times are steady, ms. */
export class Stance {
  #stand: Stand;
  #former: (Stand & { leftMs: number }) | undefined;
  /** Last time at which it was seen at its place. */
  #atPlaceMs: number;
  #awaySinceMs: number | undefined;
  #oddSinceMs: number | undefined;

  constructor(box: Box, nowMs: number) {
    this.#stand = { place: box, sinceMs: nowMs };
    this.#atPlaceMs = nowMs;
  }

  /** Adds a look at the object. @param box smoothed, pixels. */
  observe(box: Box, nowMs: number): void {
    const { place, sinceMs } = this.#stand;
    if (shift(place, box) >= STEP) {
      this.#awaySinceMs ??= nowMs;
      if (!this.isStill || nowMs - this.#awaySinceMs >= AWAY_MS) this.#step(box, nowMs);
      return;
    }
    this.#awaySinceMs = undefined;
    const passedMs = Math.min(nowMs - this.#atPlaceMs, MAX_STEP_MS);
    this.#atPlaceMs = nowMs;
    if (iou(place, box) >= SAME_BOX) {
      this.#oddSinceMs = undefined;
      const share = Math.min(1, passedMs / Math.min(MEAN_MS, Math.max(1, nowMs - sinceMs)));
      this.#stand.place = mix(place, box, share);
    } else {
      this.#oddSinceMs ??= nowMs;
      if (nowMs - this.#oddSinceMs >= NEW_SHAPE_MS) this.#stand.place = box;
    }
  }

  /** Mean box of where it stands. */
  get place(): Box {
    return this.#stand.place;
  }

  get sinceMs(): number {
    return this.#stand.sinceMs;
  }

  /** How long it was seen to stand. */
  get stoodMs(): number {
    return this.#atPlaceMs - this.#stand.sinceMs;
  }

  get isStill(): boolean {
    return this.stoodMs >= STILL_MS;
  }

  /** Whether it seems to have left its place. */
  get isAway(): boolean {
    return this.#awaySinceMs !== undefined;
  }

  /** How long its box has been another shape at the same place, ms. */
  oddForMs(nowMs: number): number {
    return this.#oddSinceMs === undefined ? 0 : nowMs - this.#oddSinceMs;
  }

  /**
   * The place where it stood still, while it seems to be away from it or has just left it: whatever is found there may be it after all.
   * @param isSeen whether it is in sight.
   */
  openPlace(isSeen: boolean, nowMs: number): Box | undefined {
    return this.#openStand(isSeen, nowMs)?.place;
  }

  /** It never left its open place: it stands where it stood. */
  restore(isSeen: boolean, nowMs: number): void {
    const { place, sinceMs } = this.#openStand(isSeen, nowMs) ?? this.#stand;
    this.#stand = { place, sinceMs };
    this.#former = undefined;
    this.#awaySinceMs = undefined;
    this.#oddSinceMs = undefined;
    this.#atPlaceMs = nowMs;
  }

  /** The same in a picture that is `factor` times as large. */
  scale(factor: number): void {
    this.#stand.place = scaleBox(this.#stand.place, factor);
    if (this.#former) this.#former.place = scaleBox(this.#former.place, factor);
  }

  #openStand(isSeen: boolean, nowMs: number): Stand | undefined {
    if (this.isStill && (!isSeen || this.#awaySinceMs !== undefined)) return this.#stand;
    return this.#former && nowMs - this.#former.leftMs <= FORMER_MS ? this.#former : undefined;
  }

  #step(box: Box, nowMs: number): void {
    this.#former = this.isStill ? { ...this.#stand, leftMs: nowMs } : this.#former;
    this.#stand = { place: box, sinceMs: nowMs };
    this.#atPlaceMs = nowMs;
    this.#awaySinceMs = undefined;
    this.#oddSinceMs = undefined;
  }
}

function mix(a: Box, b: Box, share: number): Box {
  return [
    a[0] + share * (b[0] - a[0]),
    a[1] + share * (b[1] - a[1]),
    a[2] + share * (b[2] - a[2]),
    a[3] + share * (b[3] - a[3]),
  ];
}
