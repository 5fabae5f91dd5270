import { PatternTable } from '../text/patterns.js';
import type { Token } from '../text/tokens.js';
import { type Comparison, UNITS_S, VAGUE_DURATIONS } from '../words/numbers.js';
import { comparisonAfter, comparisonAt, type Found, numberAt, wordAt } from './number.js';

const VAGUE = new PatternTable(VAGUE_DURATIONS.map((pattern) => [pattern, true] as const));
const FRACTIONS = new PatternTable<number>([
  ['half a|an', 0.5],
  ['a half', 0.5],
  ['half', 0.5],
  ['[a] quarter of a|an', 0.25],
  ['quarter', 0.25],
  ['three quarters of a|an', 0.75],
]);
const AND_A_HALF = new PatternTable([['and a half', true]]);
/** Before a length of time: "for", and words that make it no more exact. */
const OPENERS = new PatternTable<'for' | 'about'>([
  ['for|since|during', 'for'],
  ['for about|around|roughly|approximately|approx|nearly|almost', 'about'],
  ['about|around|roughly|approximately|approx', 'about'],
]);
const TRAILERS = new PatternTable([
  ['straight', true],
  ['in a row', true],
  ['continuously', true],
  ['on end', true],
  ['at a time', true],
  ['at a stretch', true],
  ['non stop', true],
  ['without interruption|a break', true],
  ['or so', true],
]);

/** How long something lasts. */
export interface Lasting {
  readonly seconds: number;
  /** `>=`: at least so long. `<`, `<=`, `==` are conditions of their own. */
  readonly op: Comparison;
  /** The words give no number. */
  readonly vague: boolean;
  readonly about: boolean;
  /** Introduced by "for" or a comparison, rather than a number alone. */
  readonly introduced: boolean;
}

/** A length of time at `at`: `90 secs`, `half an hour`, `a minute and a half`, `1h30`, `2 minutes and 30 seconds`. */
export function durationAt(tokens: readonly Token[], at: number): Found<number> | undefined {
  const first = simpleDurationAt(tokens, at);
  if (!first) return undefined;
  let { value, end, unit } = first;
  // "1 h 30", "1h30min", "2 minutes and 30 seconds": each part of a smaller unit.
  for (;;) {
    const next = wordAt(tokens, end) === 'and' ? end + 1 : end;
    const more = simpleDurationAt(tokens, next);
    const minutes = unit === 3600 && tokens[end]?.glued ? numberAt(tokens, end) : undefined;
    if (more && more.unit < unit)
      ({ value, end, unit } = { value: value + more.value, end: more.end, unit: more.unit });
    else if (minutes && minutes.value < 60)
      ({ value, end, unit } = { value: value + 60 * minutes.value, end: minutes.end, unit: 60 });
    else return { value, end };
  }
}

function simpleDurationAt(tokens: readonly Token[], at: number): (Found<number> & { unit: number }) | undefined {
  const fraction = FRACTIONS.longest(tokens, at);
  if (fraction) {
    const unit = UNITS_S.get(wordAt(tokens, fraction.end));
    return unit === undefined ? undefined : { value: fraction.value * unit, end: fraction.end + 1, unit };
  }
  const clock = tokens[at];
  // "1h30" is written like a time of day.
  if (clock?.kind === 'clock' && /h/.test(clock.text)) {
    const more = /^(?:m|min|mins|minutes)$/.test(wordAt(tokens, at + 1)) ? 2 : 1;
    return { value: (clock.value ?? 0) * 60, end: at + more, unit: 60 };
  }
  const article = wordAt(tokens, at) === 'a' || wordAt(tokens, at) === 'an';
  const number = article ? { value: 1, end: at + 1 } : numberAt(tokens, at);
  if (!number) return undefined;
  const halfBefore = AND_A_HALF.longest(tokens, number.end);
  const unitAt = /^(?:full|\+)$/.test(wordAt(tokens, number.end)) ? number.end + 1 : (halfBefore?.end ?? number.end);
  const unit = UNITS_S.get(wordAt(tokens, unitAt));
  if (unit === undefined || (article && wordAt(tokens, unitAt).length < 3)) return undefined;
  const halfAfter = AND_A_HALF.longest(tokens, unitAt + 1);
  const half = halfBefore || halfAfter ? 0.5 : 0;
  return { value: (number.value + half) * unit, end: halfAfter?.end ?? unitAt + 1, unit };
}

/** "5 to 10 minutes", "2 or 3 minutes": the index after a length of time that is two. */
function rangeAt(tokens: readonly Token[], at: number): number | undefined {
  const low = numberAt(tokens, at);
  if (!low || !/^(?:to|or|-|till|until)$/.test(wordAt(tokens, low.end))) return undefined;
  const high = numberAt(tokens, low.end + 1);
  return high && UNITS_S.has(wordAt(tokens, high.end)) ? high.end + 1 : undefined;
}

/** "for more than 30 seconds", "longer than 2 min", "5 minutes or more", "for too long". */
export function lastingAt(tokens: readonly Token[], at: number): Found<Lasting> | undefined {
  const opener = OPENERS.longest(tokens, at);
  const start = opener?.end ?? at;
  const longerVague =
    opener || /^(?:too|far|way|longer)$/.test(wordAt(tokens, at)) ? VAGUE.longest(tokens, start) : undefined;
  const vague = { seconds: 0, op: '>=' as Comparison, vague: true, about: false, introduced: true };
  const comparison = comparisonAt(tokens, start);
  const range = rangeAt(tokens, start);
  if (range !== undefined) return { value: vague, end: range };
  const length = durationAt(tokens, comparison?.end ?? start);
  if (!length) {
    const compared = comparison && opener ? VAGUE.longest(tokens, comparison.end) : undefined;
    const end = compared?.end ?? longerVague?.end;
    return end === undefined ? undefined : { value: vague, end };
  }
  // "a boat longer than 12 m": metres, unless "for" says that it is a time.
  if (comparison && !opener && wordAt(tokens, length.end - 1) === 'm') return undefined;
  if (longerVague && longerVague.end > length.end) return { value: vague, end: longerVague.end };
  const trailing = comparisonAfter(tokens, length.end);
  const contrary = comparison && trailing && comparison.value.startsWith('<') !== trailing.value.startsWith('<');
  const after = contrary ? undefined : trailing;
  const op = comparison?.value ?? after?.value ?? '>=';
  let end = after?.end ?? length.end;
  end = TRAILERS.longest(tokens, end)?.end ?? end;
  const introduced = opener !== undefined || comparison !== undefined || after !== undefined;
  const value = { seconds: length.value, op, vague: false, about: opener?.value === 'about', introduced };
  return { value: { ...value, op: op === '>' ? '>=' : op }, end };
}
