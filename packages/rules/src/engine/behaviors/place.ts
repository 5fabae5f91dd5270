import type { Trigger } from '@lookout/protocol';
import type { Scene } from '../scene/scene.js';

/** Where on a camera a rule looks. It changes when the camera's zones or lines are redrawn. */
export interface Place {
  /** Index of the zone; undefined: the whole view. */
  zone: number | undefined;
  /** Index of the line, where the rule is about one. */
  line: number | undefined;
  /** As the camera's owner spells them, with what the line's sides are called. */
  names: { zone?: string; line?: string; sides?: readonly [string, string] };
}

/** @returns `undefined` if the camera has no zone or line of the trigger's name: the rule says nothing about it. */
export function placeOf(trigger: Trigger, { regions }: Scene): Place | undefined {
  if (trigger.behavior === 'cross') {
    const line = regions.line(trigger.line);
    return (
      line && { zone: undefined, line: line.index, names: { line: line.name, sides: regions.sidesOf(line.index) } }
    );
  }
  if (trigger.zone === undefined) return { zone: undefined, line: undefined, names: {} };
  const zone = regions.zone(trigger.zone);
  return zone && { zone: zone.index, line: undefined, names: { zone: zone.name } };
}
