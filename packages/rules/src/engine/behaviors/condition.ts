import type { Kinds, Trigger } from '@lookout/protocol';
import { bodyDistance } from '../scene/distance.js';
import { normalSpeed } from '../scene/kinds.js';
import { directedMotion, fastMotion, type Motion, slowMotion } from '../scene/motion.js';
import type { Scene } from '../scene/scene.js';
import type { SceneObject } from '../scene/scene-object.js';
import type { Visit } from '../scene/visit.js';
import { Matcher } from './matcher.js';

/** Objects closer than this, in body heights, are near each other, until they are farther apart than `FAR_HEIGHTS`. */
const NEAR_HEIGHTS = 1;
const FAR_HEIGHTS = 1.2;
/** Minimum time for `near`, s: a single jump of a box does not count. */
const NEAR_HOLD_S = 0.4;
/** Shorter stops are part of walking, ms. */
const MIN_STANDSTILL_MS = 1500;
/** How long a fallen person must stay down, s. */
const FALL_S = 3;

/** A condition that holds, or does not hold, for each object by itself. */
export interface Condition {
  /** The rule fires once the condition has held for this long. */
  readonly seconds: number;
  /** Whether events report how long it held. */
  readonly reportsSeconds: boolean;
  /**
   * @param object seen in the current frame, inside the rule's zone.
   * @param heldSinceMs the previous result, if the condition held until a moment ago.
   * @returns steady time since which the condition has held; `undefined` if it does not hold.
   */
  look(object: SceneObject, visit: Visit, scene: Scene, heldSinceMs: number | undefined): number | undefined;
  /** What events report of an object for which it holds, beside the time. */
  measure?(object: SceneObject, scene: Scene): Record<string, number>;
}

/** Triggers whose condition holds for each object by itself. */
export type HoldingTrigger = Extract<
  Trigger,
  { behavior: 'appear' | 'stay' | 'stop' | 'move' | 'speed' | 'near' | 'without' | 'fall' }
>;

export function conditionOf(trigger: HoldingTrigger): Condition {
  switch (trigger.behavior) {
    case 'appear':
      return { seconds: 0, reportsSeconds: false, look: presence };
    case 'stay':
      return { seconds: trigger.seconds, reportsSeconds: true, look: presence };
    case 'stop':
      return { seconds: trigger.seconds, reportsSeconds: true, look: standstill };
    case 'fall':
      return { seconds: FALL_S, reportsSeconds: true, look: lying };
    case 'move':
      return moving(
        (object) => directedMotion(object, trigger.direction),
        trigger.direction === 'toward' || trigger.direction === 'away' ? 'growth_per_second' : 'heights_per_second',
      );
    case 'speed':
      return moving((object) => {
        const { slow, fast } = normalSpeed(object.className);
        return trigger.level === 'fast' ? fastMotion(object, fast) : slowMotion(object, slow);
      });
    case 'near':
      return nearness(trigger.other, trigger.seconds);
    case 'without':
      return aloneness(trigger.other, trigger.seconds);
  }
}

function presence(object: SceneObject, visit: Visit): number {
  return Math.max(visit.sinceMs, object.visibleSinceMs);
}

function standstill({ rest, visibleSinceMs }: SceneObject, _visit: Visit, { nowMs }: Scene): number | undefined {
  const isStanding = rest.hasMoved && rest.isAtPlace && nowMs - rest.sinceMs >= MIN_STANDSTILL_MS;
  return isStanding ? Math.max(rest.sinceMs, visibleSinceMs) : undefined;
}

function lying({ posture }: SceneObject): number | undefined {
  return posture.downSinceMs;
}

function moving(motionOf: (object: SceneObject) => Motion | undefined, unit = 'heights_per_second'): Condition {
  return {
    seconds: 0,
    reportsSeconds: false,
    look(object, _visit, _scene, heldSinceMs) {
      const motion = motionOf(object);
      return motion && (heldSinceMs ?? motion.sinceMs);
    },
    measure: (object) => ({ [unit]: motionOf(object)?.rate ?? 0 }),
  };
}

function nearness(kinds: Kinds, seconds: number | undefined): Condition {
  const others = new Matcher(kinds);
  return {
    seconds: Math.max(NEAR_HOLD_S, seconds ?? 0),
    reportsSeconds: (seconds ?? 0) > 0,
    look(object, _visit, scene, heldSinceMs) {
      const limit = heldSinceMs === undefined ? NEAR_HEIGHTS : FAR_HEIGHTS;
      return closest(object, others, scene) <= limit ? (heldSinceMs ?? scene.nowMs) : undefined;
    },
    measure: (object, scene) => ({ distance_heights: closest(object, others, scene) }),
  };
}

function aloneness(kinds: Kinds, seconds: number): Condition {
  const others = new Matcher(kinds);
  return {
    seconds,
    reportsSeconds: true,
    look(object, _visit, scene, heldSinceMs) {
      const limit = heldSinceMs === undefined ? FAR_HEIGHTS : NEAR_HEIGHTS;
      return closest(object, others, scene) > limit ? (heldSinceMs ?? scene.nowMs) : undefined;
    },
  };
}

/** Distance to the closest other object of these classes, in body heights; infinite if there is none. */
function closest(object: SceneObject, others: Matcher, scene: Scene): number {
  let distance = Number.POSITIVE_INFINITY;
  for (const other of scene.objects) {
    if (other === object || !other.isPresent(scene.nowMs) || !others.matches(other)) continue;
    distance = Math.min(distance, bodyDistance(object, other));
  }
  return distance;
}
