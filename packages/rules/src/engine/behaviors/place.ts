import type { Trigger } from '@lookout/protocol';
import type { Scene } from '../scene/scene.js';

/** The zone or line of a rule on one camera. Updated when the camera's zones or lines are edited. */
export interface Place {
  /** Index of the zone; undefined: the whole view. */
  zone: number | undefined;
  /** Index of the line; undefined for behaviours without one. */
  line: number | undefined;
  /** Names as the camera's owner spells them, and those of the line's sides. */
  names: { zone?: string; line?: string; sides?: readonly [string, string] };
}

/** @returns `undefined` if the camera has no such zone or line: the rule does not apply to it. */
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
