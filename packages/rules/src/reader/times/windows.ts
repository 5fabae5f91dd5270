import { DAYS, type Day, type Schedule, type ScheduleWindow } from '@lookout/protocol';

const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** A window of each of its days, in minutes after midnight. `to` at or before `from` is on the next day. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly days: readonly Day[];
}

export const ALL_DAYS: readonly Day[] = DAYS;

/** Windows whose start is on one of `days`. */
export function onDays(windows: readonly Window[], days: readonly Day[]): Window[] {
  return windows
    .map((window) => ({ ...window, days: window.days.filter((day) => days.includes(day)) }))
    .filter((window) => window.days.length > 0);
}

/** What is in both, keeping the start days of `windows`; empty where they never meet. */
export function intersect(windows: readonly Window[], others: readonly Window[]): Window[] {
  const mask = toMinutes(others);
  return fromMinutes(
    toMinutes(windows).map((on, i) => on & (mask[i] ?? 0)),
    windows,
    others,
  );
}

/** Everything of `windows` but `others`. */
export function subtract(windows: readonly Window[], others: readonly Window[]): Window[] {
  const mask = toMinutes(others);
  const cuts = windows === WHOLE_WEEK ? [others] : [windows, others];
  return fromMinutes(
    toMinutes(windows).map((on, i) => on & (1 - (mask[i] ?? 0))),
    ...cuts,
  );
}

export const WHOLE_WEEK: readonly Window[] = [{ from: 0, to: DAY_MINUTES, days: ALL_DAYS }];

/** The schedule of a rule; undefined for always. */
export function toSchedule(windows: readonly Window[]): Schedule | undefined {
  if (windows === WHOLE_WEEK || toMinutes(windows).every((on) => on === 1)) return undefined;
  const list = windows.map(({ from, to, days }): ScheduleWindow => {
    const times = { from: clockText(from), to: clockText(to) };
    return days.length === 7 ? times : { ...times, days: DAYS.filter((day) => days.includes(day)) };
  });
  return list.length === 1 ? list[0] : list;
}

export function clockText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function lengthOf({ from, to }: Window): number {
  return to > from ? to - from : to - from + DAY_MINUTES;
}

/** The minutes of a week, Monday 00:00 first, in which a window holds. */
function toMinutes(windows: readonly Window[]): Uint8Array {
  const on = new Uint8Array(WEEK_MINUTES);
  for (const window of windows) {
    for (const day of window.days) {
      const start = DAYS.indexOf(day) * DAY_MINUTES + window.from;
      for (let i = 0; i < lengthOf(window); i++) on[(start + i) % WEEK_MINUTES] = 1;
    }
  }
  return on;
}

/** Windows that hold exactly in these minutes, cut where the given ones begin or end, and alike days gathered. */
function fromMinutes(on: Uint8Array, ...given: ReadonlyArray<readonly Window[]>): Window[] {
  const cuts = new Set(given.flat().flatMap(({ from, to }) => [from, to % DAY_MINUTES]));
  const found = new Map<string, { from: number; to: number; days: Day[] }>();
  const startsAt = (minute: number) =>
    on[minute] === 1 && (on[(minute + WEEK_MINUTES - 1) % WEEK_MINUTES] === 0 || cuts.has(minute % DAY_MINUTES));
  for (let start = 0; start < WEEK_MINUTES; start++) {
    if (!startsAt(start)) continue;
    let end = start + 1;
    while (end - start < DAY_MINUTES && on[end % WEEK_MINUTES] === 1 && !startsAt(end % WEEK_MINUTES)) end++;
    const day = DAYS[Math.floor(start / DAY_MINUTES)] ?? 'mon';
    const from = start % DAY_MINUTES;
    const to = end % DAY_MINUTES || DAY_MINUTES;
    const key = `${from}-${to}`;
    found.set(key, { from, to, days: [...(found.get(key)?.days ?? []), day] });
  }
  return [...found.values()];
}
