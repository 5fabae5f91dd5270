import type { CameraActivity, ObjectFamily } from '@lookout/protocol';
import { familyOf } from '@lookout/protocol/core';

/** What all cameras saw in one quarter of an hour. */
export interface Quarter {
  /** Objects in view, of each family. */
  seen: Record<ObjectFamily, number>;
  /** Without a picture for at least half of it, after there had been one. */
  isGap: boolean;
  events: number;
}

export const QUARTER_MS = 15 * 60_000;
/** Most of the day that is chosen at once, in quarters: wide enough for a finger on a phone. */
export const QUARTERS_PER_PART = 12;

/** Midnight after the one that `dayMs` is, by the calendar of this device. */
export function nextDay(dayMs: number, days = 1): number {
  const day = new Date(dayMs);
  day.setDate(day.getDate() + days);
  return day.getTime();
}

/**
 * A day by quarters of an hour: 96, but for days on which clocks change.
 * @param dayMs midnight @param cameras in steps of a quarter that begin at it @param eventTimesMs when the listed events began
 * @param nowMs what is later is no gap
 */
export function quartersOf(
  dayMs: number,
  cameras: readonly CameraActivity[],
  eventTimesMs: readonly number[],
  nowMs: number,
): Quarter[] {
  const count = Math.round((nextDay(dayMs) - dayMs) / QUARTER_MS);
  const quarters = Array.from(
    { length: count },
    (): Quarter => ({ seen: { person: 0, vehicle: 0, animal: 0, thing: 0 }, isGap: false, events: 0 }),
  );
  const watched = new Set<Quarter>();
  const at = (timeMs: number) => quarters[Math.floor((timeMs - dayMs) / QUARTER_MS)];
  for (const step of cameras.flatMap(({ steps }) => steps)) {
    const quarter = at(step.at);
    if (!quarter) continue;
    for (const [name, objects] of Object.entries(step.classes)) quarter.seen[familyOf(name)] += objects;
    if (step.watched >= 0.5) watched.add(quarter);
    quarter.events += step.events;
  }
  const since = quarters.findIndex((quarter) => watched.has(quarter));
  const until = Math.floor((nowMs - dayMs) / QUARTER_MS);
  for (const quarter of since < 0 ? [] : quarters.slice(since, until)) quarter.isGap = !watched.has(quarter);
  const listed = new Map<Quarter, number>();
  for (const quarter of eventTimesMs.map(at)) if (quarter) listed.set(quarter, (listed.get(quarter) ?? 0) + 1);
  for (const [quarter, events] of listed) quarter.events = Math.max(quarter.events, events);
  return quarters;
}
