import { displacement } from './rest.js';
import { hiddenShare, type SceneBox } from './scene-box.js';
import type { SceneObject } from './scene-object.js';

/** Minimum time that a thing must have stood still, ms. */
const STOOD_MS = 10_000;
/** Its place must be visibly empty for this long, ms, … */
const EMPTY_MS = 3000;
/** … and for this multiple of its longest detection gap so far, … */
const LOSS_FACTOR = 3;
/** … up to this maximum, ms. */
const MAX_EMPTY_MS = 30_000;
/** A place is hidden if another object's box covers this fraction of it. */
const HIDDEN_SHARE = 0.2;
/** A thing has left its place if it is this far away, in multiples of its longer side. */
const AWAY = 1;
/** A new object of the same class is the old one if each box covers this fraction of the other, … */
const SAME_PLACE_SHARE = 0.5;
/** … and it has been at rest for this long, ms. */
const SAME_REST_MS = 1000;
/** Maximum number of places watched. */
const MAX_WATCHED = 128;
/** A place that stays hidden for longer is forgotten, ms. */
const MAX_HIDDEN_MS = 3_600_000;
/** If this many things, and more than half of all, vanish within `TOGETHER_MS`, the picture has changed, not the things. */
const MANY = 3;
const TOGETHER_MS = 2000;

/** The place of a thing that stood still. */
interface Place {
  readonly object: SceneObject;
  readonly box: SceneBox;
  /** When the thing was last seen there. */
  seenMs: number;
  /** How long the place has been visible without the thing; 0 while the thing is there. */
  emptyMs: number;
  /** The longest such time after which the thing was detected again. */
  longestEmptyMs: number;
}

/** Detects things that stood still and are gone while nothing hides their place. */
export class RemovalWatch {
  /** Removals detected in the last frame, and when each thing was last seen at its place. */
  removed: { object: SceneObject; sinceMs: number }[] = [];
  /** By the thing's key. */
  readonly #places = new Map<number, Place>();

  /** Call once a frame. @param watchedMs time with a picture since the last frame. */
  update(objects: readonly SceneObject[], watchedMs: number, nowMs: number): void {
    this.removed = [];
    for (const object of objects) this.#note(object, nowMs);
    for (const [key, place] of this.#places) {
      if (place.seenMs === nowMs) continue;
      if (isTakenAgain(place, objects, nowMs) || nowMs - place.seenMs > MAX_HIDDEN_MS) this.#places.delete(key);
      else if (!isHidden(place, objects, nowMs)) place.emptyMs += watchedMs;
    }
    this.#report();
  }

  /** Forgets all places: without a picture, nothing is known about them. */
  forget(): void {
    this.#places.clear();
  }

  /** Records that a thing is at its place. */
  #note(object: SceneObject, nowMs: number): void {
    if (!object.isSeen) return;
    const place = this.#places.get(object.key);
    if (!place) {
      const hasStood = object.rest.isAtPlace && nowMs - object.rest.sinceMs >= STOOD_MS;
      if (!hasStood || this.#places.size >= MAX_WATCHED) return;
      const box = { ...object.rest.place };
      this.#places.set(object.key, { object, box, seenMs: nowMs, emptyMs: 0, longestEmptyMs: 0 });
    } else if (!isAway(object.box, place.box)) {
      place.longestEmptyMs = Math.max(place.longestEmptyMs, place.emptyMs);
      place.emptyMs = 0;
      place.seenMs = nowMs;
      if (object.rest.isAtPlace) Object.assign(place.box, object.rest.place);
    }
  }

  #report(): void {
    for (const [key, place] of this.#places) {
      if (place.emptyMs < requiredMs(place)) continue;
      this.#places.delete(key);
      const others = [...this.#places.values()].filter(({ object }) => object.isOpen === place.object.isOpen);
      const together = others.filter((other) => vanishedTogether(place, other));
      if (together.length + 1 < MANY || together.length < others.length - together.length) {
        this.removed.push({ object: place.object, sinceMs: place.seenMs });
      } else {
        for (const { object } of together) this.#places.delete(object.key);
      }
    }
  }
}

function requiredMs({ longestEmptyMs }: Place): number {
  return Math.min(MAX_EMPTY_MS, Math.max(EMPTY_MS, LOSS_FACTOR * longestEmptyMs));
}

function vanishedTogether(place: Place, other: Place): boolean {
  return other.emptyMs > 0 && Math.abs(other.seenMs - place.seenMs) <= TOGETHER_MS;
}

/** Whether a new object of the same class stands where the thing was: the thing under a new id. */
function isTakenAgain({ object, box }: Place, objects: readonly SceneObject[], nowMs: number): boolean {
  return objects.some(
    (other) =>
      other !== object &&
      other.isSeen &&
      other.className === object.className &&
      nowMs - other.rest.sinceMs >= SAME_REST_MS &&
      hiddenShare(box, other.box) >= SAME_PLACE_SHARE &&
      hiddenShare(other.box, box) >= SAME_PLACE_SHARE,
  );
}

/**
 * Whether another object is in front of the place. Things that stood there before, such as a table underneath, do not hide it; nor do
 * objects found by their description, such as smoke.
 */
function isHidden({ object, box, seenMs }: Place, objects: readonly SceneObject[], nowMs: number): boolean {
  return objects.some(
    (other) =>
      other !== object &&
      !other.isOpen &&
      other.isPresent(nowMs) &&
      other.rest.sinceMs > seenMs - STOOD_MS &&
      hiddenShare(box, other.box) >= HIDDEN_SHARE,
  );
}

function isAway(box: SceneBox, place: SceneBox): boolean {
  return displacement(place, box) > AWAY * Math.max(place.right - place.left, place.bottom - place.top);
}
