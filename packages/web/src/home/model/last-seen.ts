import type { ActivityStep } from '@lookout/protocol';
import { familyOf } from '@lookout/protocol/core';
import { briefTime, clockTime } from '../../lib/when.js';
import { t } from '../../strings/index.js';

/** When something was last in view of a camera. */
export interface LastSeen {
  className: string;
  /** Unix epoch ms. */
  atMs: number;
}

/**
 * What was last in view: people, vehicles and animals before other things.
 * @param lastSeen of each class, as the server told it with the camera @param steps of the last hour, which may be newer
 */
export function lastSeenOf(
  lastSeen: Readonly<Record<string, number>> | undefined,
  steps: readonly ActivityStep[],
): LastSeen | undefined {
  const seen = [
    ...Object.entries(lastSeen ?? {}),
    ...steps.flatMap(({ at, classes }) => Object.keys(classes).map((name) => [name, at] as const)),
  ].map(([className, atMs]): LastSeen => ({ className, atMs }));
  const living = seen.filter(({ className }) => familyOf(className) !== 'thing');
  return (living.length > 0 ? living : seen).reduce<LastSeen | undefined>(
    (newest, one) => (newest === undefined || one.atMs > newest.atMs ? one : newest),
    undefined,
  );
}

/** `Last person 13:58`, `Last car, last night 22:31`. */
export function lastSeenInWords({ className, atMs }: LastSeen, nowMs: number): string {
  const time = briefTime(atMs, nowMs);
  return t.home.tile.last(className, time, time === clockTime(atMs));
}
