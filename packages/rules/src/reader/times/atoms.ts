import { DAYS, type Day } from '@lookout/protocol';
import { type Found, numberAt, wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import type { Token } from '../text/tokens.js';
import { UNITS_S } from '../words/numbers.js';
import {
  ALWAYS,
  DAY_GROUPS,
  DAY_NAMES,
  DAY_PARTS,
  UNKNOWN_TIMES,
  WEEKDAYS,
  WORK_DAY,
  WORK_HOURS,
} from '../words/times.js';
import { type ClockTime, clockAt, minutesOf } from './clock.js';
import type { Window } from './windows.js';

/** One expression of time, before it is combined with those around it. */
export type Atom = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'days'; readonly days: readonly Day[] }
  | {
      readonly kind: 'part';
      readonly name: string;
      readonly from: number;
      readonly to: number;
      readonly whole: boolean;
    }
  | { readonly kind: 'windows'; readonly windows: readonly Window[] }
  /** Hours; an end that is undefined was not said. */
  | { readonly kind: 'hours'; readonly from?: ClockTime; readonly to?: ClockTime }
  | { readonly kind: 'point'; readonly time: ClockTime }
  | { readonly kind: 'always' }
  | { readonly kind: 'unknown' }
);

/** Whether something that is no time starts at a token: "between 2 and 5 people". */
export type IsThing = (at: number) => boolean;

const GROUPS = new PatternTable(DAY_GROUPS);
const PARTS = new PatternTable(DAY_PARTS);
const WORK_TIMES = new PatternTable([
  ['after|before work|school|bed|dark|hours', true],
  ['till|until late', true],
  ['at work', true],
]);
const UNKNOWN_OPENERS = new PatternTable([
  ['at|in|during|on|over|through|throughout|by|after|before|until|till|since|from|past|outside|within|around', true],
  ['outside of', true],
  ['not during|in|at', true],
]);
const OVERNIGHT = new PatternTable([
  ['overnight', true],
  ['nightly', true],
]);
const HOURS_OF_WORK = new PatternTable(WORK_HOURS.map((pattern) => [pattern, true] as const));
const ALWAYS_TABLE = new PatternTable(ALWAYS.map((pattern) => [pattern, true] as const));
const UNKNOWN = new PatternTable(UNKNOWN_TIMES.map((pattern) => [pattern, true] as const));
/** Words before a day, a part of the day or hours that say no more than that they are meant. */
const OPENERS = new Set([
  'on',
  'at',
  'in',
  'during',
  'by',
  'over',
  'throughout',
  'through',
  'within',
  'every',
  'each',
  'any',
  'all',
  'the',
  'a',
  'an',
  'only',
  'just',
  'of',
  'and',
  'whole',
  'entire',
  'for',
]);
const AFTER = new PatternTable([
  ['[any time/anytime] after', true],
  ['past', true],
  ['later than', true],
  ['from', true],
  ['as of', true],
  ['starting|beginning [at/from]', true],
]);
const BEFORE = new PatternTable([
  ['[any time/anytime] before', true],
  ['until|till|til', true],
  ['up until|till|to', true],
  ['earlier than', true],
  ['ending at', true],
]);
const LATE = /^(?:late|close|closing|whenever)$/;
const TO = new Set(['to', 'till', 'til', 'until', 'through', 'thru', '-', 'and']);
const ONWARDS = new PatternTable([
  ['on|onwards|onward', true],
  ['and later', true],
]);
const POINT = new PatternTable([
  ['[exactly/precisely] at [about/around/exactly/roughly]', true],
  ['around|about|by', true],
]);

/** The longest single expression of time that starts at `at`. `inRun`: words of time stand right before. */
export function atomAt(tokens: readonly Token[], at: number, isThing: IsThing, inRun: boolean): Atom | undefined {
  const always = ALWAYS_TABLE.longest(tokens, at);
  const found =
    daySpanAt(tokens, at) ??
    hoursAt(tokens, at, isThing, inRun) ??
    namedAt(tokens, at, inRun) ??
    pointAt(tokens, at, isThing);
  if (always && (!found || always.end >= found.end)) return { kind: 'always', start: at, end: always.end };
  return found && withOnly(tokens, found);
}

function withOnly(tokens: readonly Token[], atom: Atom): Atom {
  return wordAt(tokens, atom.end) === 'only' ? { ...atom, end: atom.end + 1 } : atom;
}

/** Days, parts of days and hours of work, with the words that open them. */
function namedAt(tokens: readonly Token[], at: number, inRun: boolean): Atom | undefined {
  const unknown = unknownAt(tokens, at);
  if (unknown) return unknown;
  const range = /^(?:from|between)$/.test(wordAt(tokens, at)) ? dayRangeAt(tokens, at + 1) : undefined;
  if (range && range.end > at + 2) return { kind: 'days', days: range.value, start: at, end: range.end };
  let start = at;
  const opened = new Set<string>();
  while (OPENERS.has(wordAt(tokens, start)) && start - at < 4) opened.add(wordAt(tokens, start++));
  if (opened.has('and') || (opened.has('for') && !opened.has('the'))) return undefined;
  const overnight = OVERNIGHT.longest(tokens, start);
  if (overnight)
    return { kind: 'part', name: 'night', from: 22 * 60, to: 6 * 60, whole: false, start: at, end: overnight.end };
  const work = HOURS_OF_WORK.longest(tokens, start);
  if (work) return { kind: 'windows', windows: [{ ...WORK_DAY, days: WEEKDAYS }], start: at, end: work.end };
  const days = daysAt(tokens, start, inRun || opened.has('on') || opened.has('every') || opened.has('each'));
  const part = PARTS.longest(tokens, days?.end ?? start);
  if (days && !(part && /s$/.test(wordAt(tokens, part.end - 1)) && part.value.name === 'day')) {
    return { kind: 'days', days: days.value, start: at, end: days.end };
  }
  if (!part) return undefined;
  const plural = /s$/.test(wordAt(tokens, part.end - 1)) || /^(?:nighttime|daytime)$/.test(wordAt(tokens, start));
  const opener = ['at', 'by', 'in', 'during', 'over', 'throughout', 'through', 'every', 'each', 'all', 'within'].some(
    (word) => opened.has(word),
  );
  // "person, back door, night"
  const alone = opened.size === 0 && at > 0 && part.value.name !== 'day' && endsClause(tokens, part.end);
  if (!inRun && !opener && !plural && !alone) return undefined;
  if (!inRun && part.value.name === 'day' && !dayPartOf(tokens, at, part.end)) return undefined;
  const whole = opened.has('all') || opened.has('whole') || opened.has('entire');
  return { kind: 'part', ...part.value, whole, start: at, end: part.end };
}

function endsClause(tokens: readonly Token[], at: number): boolean {
  return tokens[at] === undefined || /^(?:stop|comma)$/.test(tokens[at]?.kind ?? '');
}

/** "after dark", "outside opening hours", "at lunchtime": what only the user knows. */
function unknownAt(tokens: readonly Token[], at: number): Atom | undefined {
  const work = WORK_TIMES.longest(tokens, at);
  if (work) return { kind: 'unknown', start: at, end: work.end };
  const opener = UNKNOWN_OPENERS.longest(tokens, at);
  const start = opener && /^(?:our|my|the|a)$/.test(wordAt(tokens, opener.end)) ? opener.end + 1 : opener?.end;
  const found = start === undefined ? undefined : UNKNOWN.longest(tokens, start);
  if (!found || (PARTS.longest(tokens, start ?? at)?.end ?? 0) >= found.end) return undefined;
  return { kind: 'unknown', start: at, end: found.end };
}

/** "a day" is a rate and "the day" nothing, but "by day", "during the day" and "daytime" are 06:00 to 22:00. */
function dayPartOf(tokens: readonly Token[], at: number, end: number): boolean {
  const words = tokens.slice(at, end).map(({ word }) => word);
  return (
    words.includes('daytime') ||
    words.includes('time') ||
    (/^(?:by|during|in|throughout|at)$/.test(words[0] ?? '') && !words.includes('a') && !words.includes('days'))
  );
}

/** `mondays to thursdays`, `sat & sun`, `mon, wed and fri`, `weekends`. */
export function daysAt(tokens: readonly Token[], at: number, opened: boolean): Found<readonly Day[]> | undefined {
  const first = dayRangeAt(tokens, at);
  if (!first) return undefined;
  let { value: days, end, sure } = first;
  for (;;) {
    let next = end;
    while (/^(?:,|and|or|\/|plus)$/.test(wordAt(tokens, next)) && next - end < 2) next++;
    if (next > end && /^(?:on|the|a)$/.test(wordAt(tokens, next))) next++;
    const more = next > end ? dayRangeAt(tokens, next) : undefined;
    if (!more) break;
    days = [...days, ...more.value];
    ({ end, sure } = { end: more.end, sure: true });
  }
  // A short name alone may be another word; followed by a time it is a day.
  if (!sure && !opened && !PARTS.longest(tokens, end) && !clockAt(tokens, end)) return undefined;
  return { value: days, end };
}

function dayRangeAt(tokens: readonly Token[], at: number): (Found<readonly Day[]> & { sure: boolean }) | undefined {
  const group = GROUPS.longest(tokens, at);
  if (group) return { value: group.value, end: group.end, sure: true };
  const first = DAY_NAMES.get(wordAt(tokens, at));
  if (!first) return undefined;
  const to =
    /^(?:to|-|through|thru|till|until)$/.test(wordAt(tokens, at + 1)) ||
    (wordAt(tokens, at - 1) === 'between' && wordAt(tokens, at + 1) === 'and')
      ? DAY_NAMES.get(wordAt(tokens, at + 2))
      : undefined;
  if (!to) return { value: [first.day], end: at + 1, sure: !first.short };
  const from = DAYS.indexOf(first.day);
  const length = (DAYS.indexOf(to.day) - from + 7) % 7;
  return {
    value: Array.from({ length: length + 1 }, (_, i) => DAYS[(from + i) % 7] ?? 'mon'),
    end: at + 3,
    sure: true,
  };
}

/** `Friday 6pm to Monday 6am`: from one day into another. */
function daySpanAt(tokens: readonly Token[], at: number): Atom | undefined {
  const start = /^(?:from|between)$/.test(wordAt(tokens, at)) ? at + 1 : at;
  const a = dayAndTimeAt(tokens, start);
  if (!a || !TO.has(wordAt(tokens, a.end))) return undefined;
  const b = dayAndTimeAt(tokens, a.end + 1);
  const from = a && minutesOf(a.value.time);
  const to = b && minutesOf(b.value.time);
  if (!b || from === undefined || to === undefined) return undefined;
  const first = DAYS.indexOf(a.value.day);
  const length = (DAYS.indexOf(b.value.day) - first + 7) % 7;
  if (length === 0) return undefined;
  const between = Array.from({ length: length - 1 }, (_, i) => DAYS[(first + 1 + i) % 7] ?? 'mon');
  const windows: Window[] = [
    { from, to: 1440, days: [a.value.day] },
    ...(between.length > 0 ? [{ from: 0, to: 1440, days: between }] : []),
    ...(to > 0 ? [{ from: 0, to, days: [b.value.day] }] : []),
  ];
  return { kind: 'windows', windows, start: at, end: b.end };
}

function dayAndTimeAt(tokens: readonly Token[], at: number): Found<{ day: Day; time: ClockTime }> | undefined {
  const day = DAY_NAMES.get(wordAt(tokens, at));
  const time = day && clockAt(tokens, at + (wordAt(tokens, at + 1) === 'at' ? 2 : 1));
  return time && { value: { day: day.day, time: time.value }, end: time.end };
}

/** `between a and b`, `from a to b`, `9-17`, `after a`, `before b`, `from 9pm on`. */
function hoursAt(tokens: readonly Token[], at: number, isThing: IsThing, inRun: boolean): Atom | undefined {
  const start =
    /^(?:at|during|in|,)$/.test(wordAt(tokens, at)) && /^(?:between|from)$/.test(wordAt(tokens, at + 1)) ? at + 1 : at;
  const opener = /^(?:between|from)$/.test(wordAt(tokens, start));
  const from = timeAt(tokens, opener ? start + 1 : start, isThing);
  if (from && TO.has(wordAt(tokens, from.end)) && LATE.test(wordAt(tokens, from.end + 1)))
    return { kind: 'unknown', start: at, end: from.end + 2 };
  if (from && TO.has(wordAt(tokens, from.end))) {
    const and = wordAt(tokens, from.end) === 'and';
    const to = timeAt(tokens, from.end + 1, isThing);
    // Without "between" or "from", numbers joined by "to" are hours only if one of them says so.
    const dash = wordAt(tokens, from.end) === '-';
    const said = inRun || opener || dash || from.value.half !== undefined || to?.value.half !== undefined;
    if (to && said && (!and || wordAt(tokens, start) === 'between')) {
      return { kind: 'hours', from: from.value, to: to.value, start: at, end: to.end };
    }
  }
  const after = AFTER.longest(tokens, at);
  const since = after && timeAt(tokens, after.end, isThing);
  if (since) {
    const on = ONWARDS.longest(tokens, since.end);
    return {
      kind: 'hours',
      from: since.value,
      start: at,
      end:
        on && !isThing(on.end) && on.end === since.end + 1 && wordAt(tokens, since.end) === 'on'
          ? DAY_NAMES.has(wordAt(tokens, on.end)) || GROUPS.longest(tokens, on.end)
            ? since.end
            : on.end
          : (on?.end ?? since.end),
    };
  }
  const before = BEFORE.longest(tokens, at);
  const until = before && timeAt(tokens, before.end, isThing);
  return until && { kind: 'hours', to: until.value, start: at, end: until.end };
}

/** A time of day that is no number of things and no length of time. */
function timeAt(tokens: readonly Token[], at: number, isThing: IsThing): Found<ClockTime> | undefined {
  const time = clockAt(tokens, at);
  if (!time) return undefined;
  const next = wordAt(tokens, time.end);
  if (time.value.half === undefined || tokens[at]?.kind === 'number') {
    if (UNITS_S.has(next) && !(time.value.half !== undefined)) return undefined;
    if (time.value.half === undefined && (isThing(time.end) || isThing(at))) return undefined;
    if (/^(?:or|and)$/.test(next) && /^(?:more|less|fewer|longer)$/.test(wordAt(tokens, time.end + 1)))
      return undefined;
  }
  return time;
}

/** `at 3am`: one moment. */
function pointAt(tokens: readonly Token[], at: number, isThing: IsThing): Atom | undefined {
  const opener = POINT.longest(tokens, at);
  const time = opener && timeAt(tokens, opener.end, isThing);
  if (!time || (numberAt(tokens, opener.end) && time.value.half === undefined && wordAt(tokens, at) !== 'at'))
    return undefined;
  return { kind: 'point', time: time.value, start: at, end: time.end };
}
