import type { Trigger } from '@lookout/protocol';
import { bodyDistance } from '../scene/distance.js';
import { normalSpeed } from '../scene/kinds.js';
import { directedMotion, fastMotion, type Motion, slowMotion } from '../scene/motion.js';
import type { Scene } from '../scene/scene.js';
import type { SceneObject } from '../scene/scene-object.js';
import type { Visit } from '../scene/visit.js';
import { matcherOf } from './matcher.js';

/** Objects closer than this, in body heights, are near each other, until they are farther apart than `FAR_HEIGHTS`. */
const NEAR_HEIGHTS = 1;
const FAR_HEIGHTS = 1.2;
/** Minimum time for `near`, s: a single jump of a box does not count. */
const NEAR_HOLD_S = 0.4;
/** Shorter stops are part of walking, ms. */
const MIN_STANDSTILL_MS = 1500;
/** How long a fallen person must stay down, s. */
const FALL_S = 3;

/** A condition that holds for an object. Steady time. */
export interface Holding {
  readonly sinceMs: number;
  readonly measured?: Readonly<Record<string, number>>;
}

/** A condition that holds, or does not hold, for each object by itself. */
export interface Condition {
  /** The rule fires once the condition has held for this long. */
  readonly seconds: number;
  /** Whether events report how long it held. */
  readonly reportsSeconds: boolean;
  /**
   * @param object seen in the current frame, inside the rule's zone.
   * @param held the previous result, if the condition held until a moment ago.
   */
  look(object: SceneObject, visit: Visit, scene: Scene, held: Holding | undefined): Holding | undefined;
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
      return nearness(trigger.other.classes, trigger.seconds);
    case 'without':
      return aloneness(trigger.other.classes, trigger.seconds);
  }
}

function presence(object: SceneObject, visit: Visit): Holding {
  return { sinceMs: Math.max(visit.sinceMs, object.visibleSinceMs) };
}

function standstill({ rest, visibleSinceMs }: SceneObject, _visit: Visit, { nowMs }: Scene): Holding | undefined {
  const isStanding = rest.hasMoved && rest.isAtPlace && nowMs - rest.sinceMs >= MIN_STANDSTILL_MS;
  return isStanding ? { sinceMs: Math.max(rest.sinceMs, visibleSinceMs) } : undefined;
}

function lying({ posture }: SceneObject): Holding | undefined {
  return posture.downSinceMs === undefined ? undefined : { sinceMs: posture.downSinceMs };
}

function moving(motionOf: (object: SceneObject) => Motion | undefined, unit = 'heights_per_second'): Condition {
  return {
    seconds: 0,
    reportsSeconds: false,
    look(object, _visit, _scene, held) {
      const motion = motionOf(object);
      if (!motion) return undefined;
      return { sinceMs: held?.sinceMs ?? motion.sinceMs, measured: { [unit]: motion.rate } };
    },
  };
}

function nearness(classes: readonly string[], seconds: number | undefined): Condition {
  const isOther = matcherOf(classes);
  return {
    seconds: Math.max(NEAR_HOLD_S, seconds ?? 0),
    reportsSeconds: (seconds ?? 0) > 0,
    look(object, _visit, scene, held) {
      const distance = closest(object, isOther, scene);
      if (distance > (held ? FAR_HEIGHTS : NEAR_HEIGHTS)) return undefined;
      return { sinceMs: held?.sinceMs ?? scene.nowMs, measured: { distance_heights: distance } };
    },
  };
}

function aloneness(classes: readonly string[], seconds: number): Condition {
  const isOther = matcherOf(classes);
  return {
    seconds,
    reportsSeconds: true,
    look(object, _visit, scene, held) {
      if (closest(object, isOther, scene) <= (held ? NEAR_HEIGHTS : FAR_HEIGHTS)) return undefined;
      return { sinceMs: held?.sinceMs ?? scene.nowMs };
    },
  };
}

/** Distance to the closest other object of these classes, in body heights; infinite if there is none. */
function closest(object: SceneObject, isOther: (className: string) => boolean, scene: Scene): number {
  let distance = Number.POSITIVE_INFINITY;
  for (const other of scene.objects) {
    if (other === object || !other.isPresent(scene.nowMs) || !isOther(other.className)) continue;
    distance = Math.min(distance, bodyDistance(object, other));
  }
  return distance;
}
