import { isLiving } from '../tracker/class-families.js';
import { hasTakenPlaceOf } from './returns.js';
import type { SceneObject } from './scene-object.js';

/** More are not kept: the one last seen longest ago is forgotten. */
const MAX_ABSENT = 64;
/** How long a resident that has ended is remembered, ms: a parked car through a night, people not so long, as they leave unseen. */
const THING_MEMORY_MS = 24 * 3_600_000;
const LIVING_MEMORY_MS = 10 * 60_000;

/**
 * Objects that stood still and are out of sight: expected back for a while, then, if they were residents, remembered, so that what is
 * found at their place is known.
 */
export class AbsentObjects implements Iterable<SceneObject> {
  #objects: SceneObject[] = [];

  [Symbol.iterator](): Iterator<SceneObject> {
    return this.#objects[Symbol.iterator]();
  }

  /** @returns the one that was dropped to make room, if any. */
  add(object: SceneObject): SceneObject | undefined {
    this.#objects.push(object);
    if (this.#objects.length <= MAX_ABSENT) return undefined;
    const oldest = this.#objects.reduce((a, b) => (b.seenMs < a.seenMs ? b : a));
    this.remove(oldest);
    return oldest;
  }

  remove(object: SceneObject): void {
    this.#objects = this.#objects.filter((one) => one !== object);
  }

  /**
   * Lets time pass.
   * @param present objects in sight, which may have taken the place of an absent one.
   * @returns those that are not expected back any more.
   */
  pass(stepMs: number, nowMs: number, present: Iterable<SceneObject>): SceneObject[] {
    if (this.#objects.length === 0) return [];
    const ended: SceneObject[] = [];
    const others = [...present];
    this.#objects = this.#objects.filter((object) => {
      object.unseenForMs += stepMs;
      const isReplaced = others.some((other) => hasTakenPlaceOf(object, other, nowMs));
      const isOverdue = object.unseenForMs > object.holdMs;
      if (isReplaced || isOverdue) ended.push(object);
      const isRemembered = object.isResident && nowMs - object.seenMs <= memoryOf(object);
      object.isForgotten = isReplaced || (isOverdue && !isRemembered);
      return !object.isForgotten;
    });
    return ended;
  }

  clear(): void {
    this.#objects = [];
  }
}

function memoryOf({ classes }: SceneObject): number {
  return isLiving(classes.winner.class_name) ? LIVING_MEMORY_MS : THING_MEMORY_MS;
}
