import { t } from '../strings/index.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** What happened from then on in the evening was “last night” on the next day. */
const NIGHT_FROM_HOUR = 20;

/** Hours and minutes, `14:02` in every language. @param timeZone IANA name; default: this device's */
export function clockTime(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(atMs);
}

/**
 * A time as people say it: `just now`, `today 14:02`, `last night 23:47`, `yesterday 09:10`, `Thursday 14:02`, `3 May 14:02`.
 * @param timeZone IANA name; default: this device's
 */
export function timeInWords(atMs: number, nowMs: number, timeZone?: string): string {
  const day = dayInWords(atMs, nowMs, timeZone);
  const clock = clockTime(atMs, timeZone);
  if (day !== undefined) return t.times.on(day, clock);
  return isJustNow(atMs, nowMs) ? t.times.justNow : t.times.today(clock);
}

/** The same in fewer words where today goes without saying: `just now`, `14:02`, `last night 23:47`. */
export function briefTime(atMs: number, nowMs: number, timeZone?: string): string {
  const isToday = dayInWords(atMs, nowMs, timeZone) === undefined;
  return isToday && !isJustNow(atMs, nowMs) ? clockTime(atMs, timeZone) : timeInWords(atMs, nowMs, timeZone);
}

/** Since when, to follow “since”: `14:02`, `last night`, `yesterday`, `Thursday`, `3 May`. */
export function sinceInWords(atMs: number, nowMs: number, timeZone?: string): string {
  return dayInWords(atMs, nowMs, timeZone) ?? clockTime(atMs, timeZone);
}

const isJustNow = (atMs: number, nowMs: number) => Math.abs(nowMs - atMs) < MINUTE_MS;

/** `last night`, `yesterday`, `tomorrow`, `Thursday`, `3 May`; undefined: today. */
function dayInWords(atMs: number, nowMs: number, timeZone: string | undefined): string | undefined {
  const daysAgo = dayNumber(nowMs, timeZone) - dayNumber(atMs, timeZone);
  if (daysAgo === 0) return undefined;
  if (daysAgo === -1) return t.times.tomorrow;
  if (daysAgo === 1)
    return Number(clockTime(atMs, timeZone).slice(0, 2)) >= NIGHT_FROM_HOUR ? t.times.lastNight : t.times.yesterday;
  const isThisWeek = daysAgo > 0 && daysAgo < 7;
  return new Intl.DateTimeFormat(
    t.locale,
    isThisWeek ? { weekday: 'long', timeZone } : dateFormat(atMs, nowMs, timeZone),
  ).format(atMs);
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
