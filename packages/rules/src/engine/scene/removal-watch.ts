import { displacement } from './rest.js';
import { hiddenShare, type SceneBox } from './scene-box.js';
import type { SceneObject } from './scene-object.js';

/** What stood still for less does not count as removed when it is gone, ms. */
const STOOD_MS = 10_000;
/** Its place must be seen empty for this long, ms, … */
const EMPTY_MS = 3000;
/** … and for this multiple of the longest time that it was not detected at its place, … */
const LOSS_FACTOR = 3;
/** … but not for longer than this, ms. */
const MAX_EMPTY_MS = 30_000;
/** A place is hidden when another object's box covers this share of it. */
const HIDDEN_SHARE = 0.2;
/** A thing this far from its place, in its longer sides, is gone from it. */
const AWAY = 1;
/** A new object that covers this share of the place, and the place of it, is the old one, detected again, … */
const SAME_PLACE_SHARE = 0.5;
/** … once it has stood there this long, ms. */
const SAME_REST_MS = 1000;
/** Things whose places are watched at the same time. */
const MAX_WATCHED = 128;
/** A place that stays hidden for longer is given up, ms. */
const MAX_HIDDEN_MS = 3_600_000;
/** When this many things vanish within `TOGETHER_MS`, and they are most of all, the picture has changed and not the things. */
const MANY = 3;
const TOGETHER_MS = 2000;

/** The place of a thing that stood still. */
interface Place {
  readonly object: SceneObject;
  readonly box: SceneBox;
  /** When the thing was last seen there. */
  seenMs: number;
  /** For how long nothing was seen there, although nothing hid it; 0 while the thing is there. */
  emptyMs: number;
  /** The longest of the times after which the thing was there again. */
  longestEmptyMs: number;
}

/** Finds things that stood still and are gone while nothing hides their place. */
export class RemovalWatch {
  /** Things that the last frame found to be gone, with when they were last seen at their place. */
  removed: { object: SceneObject; sinceMs: number }[] = [];
  /** By the key of the thing. */
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

  /** The camera was without a picture: nobody knows what happened to the things. */
  forget(): void {
    this.#places.clear();
  }

  /** Notes that a thing is at its place. */
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
      const together = [...this.#places.values()].filter((other) => vanishedTogether(place, other));
      if (together.length + 1 < MANY || together.length < this.#places.size - together.length) {
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

/** A new track of the same class stands where the thing was: it was only detected anew. */
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

/** Another object is in front of the place, and does not stand there like a table that the thing was seen on. */
function isHidden({ object, box, seenMs }: Place, objects: readonly SceneObject[], nowMs: number): boolean {
  return objects.some(
    (other) =>
      other !== object &&
      other.isPresent(nowMs) &&
      other.rest.sinceMs > seenMs - STOOD_MS &&
      hiddenShare(box, other.box) >= HIDDEN_SHARE,
  );
}

function isAway(box: SceneBox, place: SceneBox): boolean {
  return displacement(place, box) > AWAY * Math.max(place.right - place.left, place.bottom - place.top);
}
