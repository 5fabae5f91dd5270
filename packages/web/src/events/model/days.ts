/** A part of a day, as people speak of it. */
export interface DayPart<T> {
  /** Start of the day, local time, Unix epoch ms. */
  dayMs: number;
  part: 'night' | 'morning' | 'afternoon' | 'evening';
  items: T[];
}

const PARTS = [
  [6, 'night'],
  [12, 'morning'],
  [18, 'afternoon'],
  [24, 'evening'],
] as const;

/** Groups what happened, newest first, by the parts of days. The order stays. */
export function byDayPart<T>(items: readonly T[], timeOf: (item: T) => number): DayPart<T>[] {
  const groups: DayPart<T>[] = [];
  for (const item of items) {
    const time = new Date(timeOf(item));
    const part = PARTS.find(([until]) => time.getHours() < until)?.[1] ?? 'evening';
    const dayMs = startOfDay(time.getTime());
    const last = groups.at(-1);
    if (last?.dayMs === dayMs && last.part === part) last.items.push(item);
    else groups.push({ dayMs, part, items: [item] });
  }
  return groups;
}

/** Midnight before a time, in the time zone of this device. */
export function startOfDay(timeMs: number): number {
  const day = new Date(timeMs);
  day.setHours(0, 0, 0, 0);
  return day.getTime();
}

/** Days between two times, by the calendar. */
export function daysBetween(earlierMs: number, laterMs: number): number {
  return Math.round((startOfDay(laterMs) - startOfDay(earlierMs)) / 86_400_000);
}
