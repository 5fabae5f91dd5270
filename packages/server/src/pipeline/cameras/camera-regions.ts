import { type CameraRegions, isInside, LookoutError, objectPoint, regionKey } from '@lookout/protocol';
import type { DetectionRules } from '../analysis/detection-rules.js';

/** Names of zones and lines, as rules refer to them. */
export interface RegionNames {
  readonly zones: readonly string[];
  readonly lines: readonly string[];
}

type Named = Pick<CameraRegions, 'zones' | 'lines'>;

/**
 * Refuses a change that removes or renames zones or lines that rules refer to. A name of which only case or spaces change stays the same.
 * @param rulesNaming ids of the rules that refer to any of these
 * @throws LookoutError `conflict`, with the ids
 */
export function checkRemovedNames(
  before: Named,
  { zones = before.zones, lines = before.lines }: { [Key in keyof Named]?: Named[Key] | undefined },
  rulesNaming: (names: RegionNames) => readonly string[],
): void {
  const names = { zones: missingFrom(zones, before.zones), lines: missingFrom(lines, before.lines) };
  const removed = [...names.zones, ...names.lines];
  const rules = removed.length > 0 ? rulesNaming(names) : [];
  if (rules.length === 0) return;
  const quoted = removed.map((name) => `“${name}”`).join(', ');
  throw new LookoutError('conflict', `Rules refer to ${quoted}, which this change removes or renames`, {
    hint: 'Change those rules first, or repeat the request with ?force=true: they then no longer fire on this camera.',
    rules,
  });
}

function missingFrom(after: ReadonlyArray<{ name: string }>, before: ReadonlyArray<{ name: string }>): string[] {
  const kept = new Set(after.map(({ name }) => regionKey(name)));
  return before.map(({ name }) => name).filter((name) => !kept.has(regionKey(name)));
}

/** Whether anything is drawn. */
export function hasRegions({ zones, lines, masks }: CameraRegions): boolean {
  return zones.length + lines.length + masks.length > 0;
}

/** Whether a detection is in a mask of its class; undefined if there are no masks. */
export function maskFilter(masks: CameraRegions['masks']): DetectionRules['ignored'] {
  if (masks.length === 0) return undefined;
  return ({ class_name, bbox }, { width, height }) => {
    const [x, y] = objectPoint(class_name, bbox);
    return masks.some(
      ({ points, classes }) =>
        (classes === undefined || classes.includes(class_name)) && isInside(x / width, y / height, points),
    );
  };
}
