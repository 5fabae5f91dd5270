import { t } from '../strings/index.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What happened from then on in the evening was “last night” on the next day. */
const NIGHT_FROM_HOUR = 20;

/** Hours and minutes, `14:02`. @param timeZone IANA name; default: this device's */
export function clockTime(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(atMs);
}

/**
 * A time as people say it: `just now`, `today 14:02`, `last night 23:47`, `yesterday 09:10`, `Thursday 14:02`, `3 May 14:02`.
 * @param timeZone IANA name; default: this device's
 */
export function timeInWords(atMs: number, nowMs: number, timeZone?: string): string {
  const clock = clockTime(atMs, timeZone);
  const daysAgo = dayNumber(nowMs, timeZone) - dayNumber(atMs, timeZone);
  if (daysAgo === 0) return Math.abs(nowMs - atMs) < MINUTE_MS ? t.times.justNow : t.times.today(clock);
  if (daysAgo === 1)
    return Number(clock.slice(0, 2)) >= NIGHT_FROM_HOUR ? t.times.lastNight(clock) : t.times.yesterday(clock);
  if (daysAgo === -1) return t.times.tomorrow(clock);
  const isThisWeek = daysAgo > 0 && daysAgo < 7;
  const day = new Intl.DateTimeFormat(
    'en-GB',
    isThisWeek ? { weekday: 'long', timeZone } : dateFormat(atMs, nowMs, timeZone),
  );
  return t.times.on(day.format(atMs), clock);
}

function dateFormat(atMs: number, nowMs: number, timeZone: string | undefined): Intl.DateTimeFormatOptions {
  const isSameYear = year(atMs, timeZone) === year(nowMs, timeZone);
  return { day: 'numeric', month: 'long', timeZone, ...(!isSameYear && { year: 'numeric' }) };
}

function year(atMs: number, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone }).format(atMs);
}

/** Days since 1970 of the calendar day there. */
function dayNumber(atMs: number, timeZone: string | undefined): number {
  const iso = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }).format(atMs);
  return Date.parse(iso) / DAY_MS;
}
