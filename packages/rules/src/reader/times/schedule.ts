import { durationAt } from '../numbers/duration.js';
import { type Found, wordAt } from '../numbers/number.js';
import { ask, type Issue, refuse } from '../text/issue.js';
import { PatternTable } from '../text/patterns.js';
import { type Token, textOf } from '../text/tokens.js';
import { ONE_OFFS, UNKNOWN_TIME_PHRASES, WEEKEND } from '../words/times.js';
import { type Atom, atomAt, type IsThing } from './atoms.js';
import { type ClockTime, minutesOf } from './clock.js';
import { dateAt } from './dates.js';
import { ALL_DAYS, clockText, intersect, onDays, subtract, WHOLE_WEEK, type Window } from './windows.js';

const NOON = 720;
const DAY_END = 1440;
/** Up to here "after T" is a time of night. */
const SMALL_HOURS_END = 360;

/** When a rule is active, or when not. */
export interface Times {
  readonly windows: readonly Window[];
  /** "except", "outside": when it is not. */
  readonly excluded: boolean;
  /** Only days were named. */
  readonly daysOnly: boolean;
  /** Days with hours after them, which may be of what comes before too. */
  readonly daysThenHours: boolean;
  /** No condition at all: "at any time". */
  readonly always: boolean;
  /** "all night" may be a length of time too. */
  readonly whole: boolean;
  readonly assumptions: readonly string[];
  readonly issue?: Issue;
}

const EXCLUDED = new PatternTable([
  ['[but/and] not', true],
  ['except [for]', true],
  ['[but] never', true],
  ['excluding', true],
  ['other than', true],
  ['apart|aside from', true],
  ['outside|out [of]', true],
  ["unless it is|'s", true],
  ['with the exception of', true],
  ['save for', true],
  ['bar', true],
]);
const ONE_OFF = new PatternTable(ONE_OFFS.map((pattern) => [pattern, true] as const));
const UNKNOWN = new PatternTable(UNKNOWN_TIME_PHRASES.map((pattern) => [pattern, true] as const));
/** "when it is after 10pm": the same as "after 10pm". */
const CLAUSE_OPENERS = new PatternTable([
  ["[but/and] [only] if|when|while|provided it is|'s [also]", true],
  ["as long as it is|'s", true],
  ['[but] only if|when', true],
  ['but only', true],
  ['only', true],
  ["[and] it is|'s", true],
]);
/** The end of days, or of what is said for always. */
const DAYISH =
  /^(?:(?:week|work|mon|tues|wednes|thurs|fri|satur|sun)?days?|weekends?|nights?|time|week|evenings?|mornings?|daily|always|anytime|long)$/;

/** Everything about time that starts at token `at`: days, hours and parts of the day that belong together. */
export function timesAt(tokens: readonly Token[], at: number, isThing: IsThing): Found<Times> | undefined {
  const oneOff = dateAt(tokens, at) ?? ONE_OFF.longest(tokens, at)?.end;
  if (oneOff !== undefined)
    return problem(refuse(at, oneOff, '“%” is one time only; a schedule recurs every week'), oneOff);
  const afterDays = DAYISH.test(wordAt(tokens, wordAt(tokens, at - 1) === ',' ? at - 2 : at - 1));
  const excluded =
    EXCLUDED.longest(tokens, at) ?? (wordAt(tokens, at) === 'but' && afterDays ? { end: at + 1 } : undefined);
  if (excluded) {
    const outside = /^(?:outside|out)$/.test(wordAt(tokens, at));
    const times =
      (afterDays ? daysAfter(tokens, excluded.end, isThing) : undefined) ??
      timesAfter(tokens, excluded.end, isThing, { inRun: true, first: outside });
    const more = times && outside ? addedTimes(tokens, times.end, isThing) : undefined;
    if (times && more) return { value: together(times.value, more.value), end: more.end };
    if (times && !(outside && times.value.always)) return { value: { ...times.value, excluded: true }, end: times.end };
  }
  const opener = CLAUSE_OPENERS.longest(tokens, at);
  const inRun = opener !== undefined && /^(?:is|'s)$/.test(wordAt(tokens, opener.end - 1));
  return (opener && timesAfter(tokens, opener.end, isThing, { inRun })) ?? timesAfter(tokens, at, isThing);
}

/** "… and on weekends" after "outside office hours": times that are added to those outside. */
function addedTimes(tokens: readonly Token[], at: number, isThing: IsThing): Found<Times> | undefined {
  const joined =
    /^(?:and|or)$/.test(wordAt(tokens, at)) && /^(?:on|at|in|during|all|over)$/.test(wordAt(tokens, at + 1));
  return joined ? timesAfter(tokens, at + 1, isThing) : undefined;
}

function together(outside: Times, added: Times): Times {
  const issue = outside.issue ?? added.issue;
  return {
    ...added,
    windows: [...subtract(WHOLE_WEEK, outside.windows), ...added.windows],
    daysOnly: false,
    assumptions: [...outside.assumptions, ...added.assumptions],
    ...(issue && { issue }),
  };
}

/** The days alone of "every day except Sunday from 13:00 to 14:00": the hours are those of every day. */
function daysAfter(tokens: readonly Token[], at: number, isThing: IsThing): Found<Times> | undefined {
  const atom = atomAt(tokens, at, isThing, false);
  return atom?.kind === 'days' ? { value: combine(tokens, at, atom.end, [[atom]], []), end: atom.end } : undefined;
}

function timesAfter(
  tokens: readonly Token[],
  at: number,
  isThing: IsThing,
  { inRun = false, first = false } = {},
): Found<Times> | undefined {
  const oneOff = dateAt(tokens, at) ?? ONE_OFF.longest(tokens, at)?.end;
  if (oneOff !== undefined)
    return problem(refuse(at, oneOff, '“%” is one time only; a schedule recurs every week'), oneOff);
  const unknown = UNKNOWN.longest(tokens, at) ?? aroundUnknown(tokens, at);
  if (unknown) return problem(askHours(at, unknown.end), unknown.end);
  const groups: Atom[][] = [];
  const joins: string[] = [];
  let end = at;
  for (;;) {
    const start = groups.length === 0 ? at : afterJoin(tokens, end);
    if (groups.length > 0 && first && addedTimes(tokens, end, isThing)) break;
    const group = groupAt(tokens, start, isThing, inRun && groups.length === 0);
    if (!group) break;
    if (groups.length > 0) joins.push(wordAt(tokens, end));
    groups.push(group);
    end = group.at(-1)?.end ?? end;
    if (!/^(?:and|or|,|\/|plus)$/.test(wordAt(tokens, end)) && !isButAlso(tokens, end)) break;
  }
  if (groups.length === 0) return undefined;
  return { value: combine(tokens, at, end, groups, joins), end };
}

/** "5 minutes before closing", "5 minutes after 10pm": a time, or a length of time at another? */
function aroundUnknown(tokens: readonly Token[], at: number): { end: number } | undefined {
  const length = durationAt(tokens, at);
  if (!length || !/^(?:before|after)$/.test(wordAt(tokens, length.end))) return undefined;
  const time = atomAt(tokens, length.end, () => false, false);
  return time?.kind === 'unknown' || time?.kind === 'hours' ? time : undefined;
}

function isButAlso(tokens: readonly Token[], at: number): boolean {
  return wordAt(tokens, at) === 'but' && /^(?:also|again|then)$/.test(wordAt(tokens, at + 1));
}

function afterJoin(tokens: readonly Token[], at: number): number {
  let next = at;
  while (/^(?:and|or|,|again|also|then|\/|plus|but)$/.test(wordAt(tokens, next)) && next - at < 3) next++;
  return next;
}

/** Expressions side by side, each of which narrows the others. */
function groupAt(tokens: readonly Token[], at: number, isThing: IsThing, inRun: boolean): Atom[] | undefined {
  const atoms: Atom[] = [];
  for (let next = at; ; ) {
    const atom = atomAt(tokens, next, isThing, atoms.length > 0 || inRun);
    if (!atom) break;
    atoms.push(atom);
    next = atom.end;
    // "weekdays, 9 to 17" narrows; "Mondays, Tuesdays" was one list already.
    const afterComma = wordAt(tokens, next) === ',' ? atomAt(tokens, next + 1, isThing, true) : undefined;
    const again = afterComma?.kind === 'days' && atoms.some(({ kind }) => kind === 'days');
    if (afterComma && !again && afterComma.kind !== atom.kind && (isDays(afterComma) || isDays(atom))) next++;
  }
  return atoms.length > 0 ? atoms : undefined;
}

const isDays = (atom: Atom) => atom.kind === 'days' || atom.kind === 'always';

function combine(
  tokens: readonly Token[],
  at: number,
  end: number,
  groups: readonly Atom[][],
  joins: readonly string[],
): Times {
  const assumptions: string[] = [];
  let issue: Issue | undefined;
  const sided = joinSides(groups, joins);
  const mixed = sided.length > 1 && new Set(sided.map((group) => group.every(isDays))).size > 1;
  const firstDays = mixed ? undefined : groups.flat().find((atom) => atom.kind === 'days');
  const readings = sided.map((group) => {
    const own =
      group.some(isDays) || !firstDays || group.some(({ kind }) => kind === 'windows') ? group : [...group, firstDays];
    const reading = readGroup(tokens, own, assumptions);
    if ('status' in reading) issue ??= reading;
    return 'status' in reading ? undefined : reading;
  });
  const daysOnly = groups.flat().every(isDays);
  if (mixed && !isOutOfHours(sided))
    issue ??= ask('time', at, end, 'When exactly is “%”: do both have to hold, or either?');
  return {
    windows: readings.flatMap((windows) => windows ?? []),
    excluded: false,
    daysOnly,
    daysThenHours: groups.some(([first, second]) => first?.kind === 'days' && second?.kind === 'hours'),
    always: groups.flat().every(({ kind }) => kind === 'always'),
    whole: isWhole(tokens, groups.flat()),
    assumptions: [...new Set(assumptions)],
    ...(issue && { issue }),
  };
}

/** "all night", but not "all day on Sundays": days say that it is no length of time. */
function isWhole(tokens: readonly Token[], atoms: readonly Atom[]): boolean {
  if (atoms.some(({ kind }) => kind === 'days')) return false;
  return atoms.some(
    (atom) =>
      (atom.kind === 'part' && atom.whole) ||
      (atom.kind === 'always' && /^(?:all|the)$/.test(wordAt(tokens, atom.start))),
  );
}

/** "nights and weekends" are both, and so are days that differ; "on Mondays and at night" may be either. */
function isOutOfHours(groups: readonly Atom[][]): boolean {
  const daysOf = (group: readonly Atom[]) => group.flatMap((atom) => (atom.kind === 'days' ? atom.days : []));
  const whole = groups.filter((group) => group.every(isDays)).flatMap(daysOf);
  const partly = groups.filter((group) => !group.every(isDays)).flatMap(daysOf);
  return (
    whole.length > 0 &&
    (partly.length > 0 ? !partly.some((day) => whole.includes(day)) : whole.every((day) => WEEKEND.includes(day)))
  );
}

/** "after 8pm and before 6am" is one range; "before 6am or after 8pm" are two. */
function joinSides(groups: readonly Atom[][], joins: readonly string[]): Atom[][] {
  const joined: Atom[][] = [];
  groups.forEach((group, i) => {
    const [first] = group;
    const before = joined.at(-1)?.at(-1);
    const range =
      before?.kind === 'hours' && before.to === undefined && first?.kind === 'hours' && first.from === undefined;
    if (range && joins[i - 1] !== 'or' && before && first) {
      joined.at(-1)?.splice(-1, 1, { ...before, to: first.to, end: first.end } as Atom);
      joined.at(-1)?.push(...group.slice(1));
    } else joined.push([...group]);
  });
  return joined;
}

/** The windows of expressions that all hold together. */
function readGroup(tokens: readonly Token[], group: readonly Atom[], assumptions: string[]): Window[] | Issue {
  const dayLists = group.flatMap((atom) => (atom.kind === 'days' ? [atom.days] : []));
  const days = dayLists.length > 0 ? ALL_DAYS.filter((day) => dayLists.every((list) => list.includes(day))) : undefined;
  const part = group.find((atom) => atom.kind === 'part');
  let windows: readonly Window[] | undefined;
  const narrow = (more: readonly Window[]) => {
    windows = windows ? intersect(windows, more) : more;
  };
  for (const atom of group) {
    if (atom.kind === 'unknown') return askHours(atom.start, atom.end);
    if (atom.kind === 'point') return pointIssue(atom);
    if (atom.kind === 'windows') narrow(atom.windows);
    if (atom.kind === 'part') {
      narrow([{ from: atom.from, to: atom.to, days: ALL_DAYS }]);
      assumptions.push(`“${textOf(tokens, atom)}” means ${clockText(atom.from)} to ${clockText(atom.to)}`);
    }
    if (atom.kind === 'hours') {
      const hours = readHours(tokens, atom, part?.kind === 'part' ? part : undefined);
      if ('status' in hours) return hours;
      narrow([{ ...hours, days: ALL_DAYS }]);
      if (!atom.to || !atom.from)
        assumptions.push(`“${textOf(tokens, atom)}” means ${clockText(hours.from)} to ${clockText(hours.to)}`);
    }
  }
  const first = group[0];
  const last = group.at(-1);
  if ((windows?.length === 0 || days?.length === 0) && first && last) {
    return ask('time', first.start, last.end, 'The times in “%” never meet. When should it warn?');
  }
  const found = windows ?? [...WHOLE_WEEK];
  return days ? onDays(found, days) : [...found];
}

/** Hours as minutes after midnight, or what is unclear about them. */
function readHours(
  tokens: readonly Token[],
  atom: Atom & { kind: 'hours' },
  part?: { from: number; to: number },
): { from: number; to: number } | Issue {
  const { from, to, end } = atom;
  // The phrase of a question is the shortest: "9 to 5".
  const start = to && wordAt(tokens, atom.start) === 'from' ? atom.start + 1 : atom.start;
  if (from?.impossible || to?.impossible)
    return ask('time', start, end, 'There is no such time as in “%”. Which hours are meant?');
  const found = from && to ? readRange(from, to, part) : from ? readAfter(from, part) : to ? readBefore(to) : undefined;
  return found ?? ask('time', start, end, 'Is “%” in the morning or in the evening?');
}

function readRange(
  a: ClockTime,
  b: ClockTime,
  part?: { from: number; to: number },
): { from: number; to: number } | undefined {
  const read = (halfA?: ClockTime['half'], halfB = halfA) => {
    const from = minutesOf(a, halfA);
    const to = minutesOf(b, halfB);
    return from === undefined || to === undefined ? undefined : { from: from % DAY_END, to: to || DAY_END };
  };
  const sure = read();
  if (sure) return sure.from === sure.to ? undefined : sure;
  // The named times noon and midnight say nothing of the other end.
  const is24 = (time: ClockTime) =>
    time.half === '24h' && !(time.minute === 0 && (time.hour === 12 || time.hour === 24));
  if (is24(a) || is24(b)) return read('24h');
  const said = a.half ?? b.half;
  if (said === 'am' || said === 'pm') {
    const both = read(said);
    if (both && both.from < both.to) return both;
  }
  if (!part || a.half || b.half) return undefined;
  const within = [read('am'), read('pm'), read('pm', 'am')].filter(
    (range) => range !== undefined && isWithin(range, part),
  );
  return within.length === 1 ? within[0] : undefined;
}

function isWithin(range: { from: number; to: number }, part: { from: number; to: number }): boolean {
  const days = ALL_DAYS;
  const inside = intersect([{ ...range, days }], [{ ...part, days }]);
  const [window] = inside;
  return inside.length === 1 && window?.from === range.from && window.to === range.to;
}

/** "after T" ends at 06:00 for a T in the afternoon, evening or night. */
function readAfter(time: ClockTime, part?: { from: number; to: number }): { from: number; to: number } | undefined {
  const halves = part ? (['am', 'pm'] as const) : [];
  const inPart = halves
    .map((half) => minutesOf(time, half))
    .filter((at) => at !== undefined && part && isInside(at, part));
  const at = minutesOf(time) ?? (inPart.length === 1 ? inPart[0] : undefined);
  if (at === undefined) return undefined;
  const from = at % DAY_END;
  return from >= NOON || from < SMALL_HOURS_END ? { from, to: SMALL_HOURS_END } : undefined;
}

function isInside(at: number, { from, to }: { from: number; to: number }): boolean {
  return from < to ? at >= from && at < to : at >= from || at < to;
}

function readBefore(time: ClockTime): { from: number; to: number } | undefined {
  const to = minutesOf(time);
  return to === undefined || to === 0 || to === DAY_END ? undefined : { from: 0, to };
}

function pointIssue({ start, end, time }: Atom & { kind: 'point' }): Issue {
  if (time.impossible) return ask('time', start, end, 'There is no such time as in “%”. When is meant?');
  return ask('time', start, end, '“%” is one moment. From when to when should it warn?');
}

function askHours(start: number, end: number): Issue {
  return ask('time', start, end, 'From when to when is “%”?');
}

function problem(issue: Issue, end: number): Found<Times> {
  return {
    value: {
      windows: [],
      excluded: false,
      daysOnly: false,
      daysThenHours: false,
      always: false,
      whole: false,
      assumptions: [],
      issue,
    },
    end,
  };
}
