import type { ActivityStep, ObjectFamily } from '@lookout/protocol';
import { familyOf } from '@lookout/protocol/core';

/** One minute of a camera. */
export interface Minute {
  atMs: number;
  /** Objects that were in view, of each family. */
  seen: Record<ObjectFamily, number>;
  /** There was no picture for most of it. */
  isGap: boolean;
  /** Something happened: an event began. */
  isWarned: boolean;
}

export const MINUTE_MS = 60_000;

/** From the bottom of a bar to its top. */
export const FAMILIES: readonly ObjectFamily[] = ['person', 'vehicle', 'animal', 'thing'];
/** What is seen at once at most times fills a part of the height only. */
const FULL_HEIGHT_COUNT = 4;

/** A camera's hour by minutes. @param steps of a minute each @param nowMs the minute that is not over is no gap */
export function minutesOf(steps: readonly ActivityStep[], nowMs: number): Minute[] {
  return steps.map(({ at, watched, classes, events }) => {
    const seen: Minute['seen'] = { person: 0, vehicle: 0, animal: 0, thing: 0 };
    for (const [name, count] of Object.entries(classes)) seen[familyOf(name)] += count;
    return { atMs: at, seen, isGap: watched < 0.5 && at + MINUTE_MS <= nowMs, isWarned: events > 0 };
  });
}

/** A part of a bar: of one family, in shares of the strip's height from its top. */
export interface BarPart {
  /** Place of the minute, 0 for the first. */
  minute: number;
  top: number;
  height: number;
}

/** The parts of all bars, by family; the highest bar fills the height if it is of four objects or more. */
export function barsOf(minutes: readonly Minute[]): Record<ObjectFamily, BarPart[]> {
  const bars: Record<ObjectFamily, BarPart[]> = { person: [], vehicle: [], animal: [], thing: [] };
  const most = Math.max(FULL_HEIGHT_COUNT, ...minutes.map(({ seen }) => total(seen)));
  for (const [minute, { seen }] of minutes.entries()) {
    let top = 1;
    for (const family of FAMILIES.filter((each) => seen[each] > 0)) {
      const height = seen[family] / most;
      top -= height;
      bars[family].push({ minute, top, height });
    }
  }
  return bars;
}

/** What a strip shows, for those who do not see it: minutes with each family, warnings, and without a picture. */
export interface HourSummary {
  minutes: Record<ObjectFamily, number>;
  warned: number;
  gap: number;
}

export function summaryOf(minutes: readonly Minute[]): HourSummary {
  const count = (test: (minute: Minute) => boolean) => minutes.filter(test).length;
  return {
    minutes: {
      person: count(({ seen }) => seen.person > 0),
      vehicle: count(({ seen }) => seen.vehicle > 0),
      animal: count(({ seen }) => seen.animal > 0),
      thing: count(({ seen }) => seen.thing > 0),
    },
    warned: count(({ isWarned }) => isWarned),
    gap: count(({ isGap }) => isGap),
  };
}

function total(seen: Minute['seen']): number {
  return FAMILIES.reduce((sum, family) => sum + seen[family], 0);
}
