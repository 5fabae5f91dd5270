import { PatternTable } from '../text/patterns.js';
import type { Token } from '../text/tokens.js';
import {
  CARDINALS,
  COMPARISONS_AFTER,
  COMPARISONS_BEFORE,
  type Comparison,
  MULTIPLIERS,
  TENS,
} from '../words/numbers.js';

const BEFORE = new PatternTable(COMPARISONS_BEFORE);
const AFTER = new PatternTable(COMPARISONS_AFTER);

/** What a phrase parser found: its value, and the index after its last token. */
export interface Found<T> {
  readonly value: T;
  readonly end: number;
}

/** A number in digits or words at `at`: `12`, `twenty-five`, `a hundred`, `half a dozen`, `one and a half`. */
export function numberAt(tokens: readonly Token[], at: number): Found<number> | undefined {
  const token = tokens[at];
  if (token?.kind === 'number') return { value: token.value ?? Number.NaN, end: at + 1 };
  const word = wordAt(tokens, at);
  if (word === 'half' && wordAt(tokens, at + 1) === 'a' && wordAt(tokens, at + 2) === 'dozen')
    return { value: 6, end: at + 3 };
  if (word === 'a' && MULTIPLIERS.has(wordAt(tokens, at + 1))) {
    return { value: MULTIPLIERS.get(wordAt(tokens, at + 1)) ?? 0, end: at + 2 };
  }
  const small = smallNumberAt(tokens, at);
  if (!small) return undefined;
  const multiplier = MULTIPLIERS.get(wordAt(tokens, small.end));
  if (multiplier === undefined) return small;
  const rest = smallNumberAt(tokens, small.end + (wordAt(tokens, small.end + 1) === 'and' ? 2 : 1));
  if (rest && multiplier !== 12) return { value: small.value * multiplier + rest.value, end: rest.end };
  return { value: small.value * multiplier, end: small.end + 1 };
}

function smallNumberAt(tokens: readonly Token[], at: number): Found<number> | undefined {
  const word = wordAt(tokens, at);
  const tens = TENS.get(word);
  const unit = CARDINALS.get(wordAt(tokens, at + 1));
  if (tens !== undefined) {
    return unit !== undefined && unit > 0 && unit < 10
      ? { value: tens + unit, end: at + 2 }
      : { value: tens, end: at + 1 };
  }
  const value = CARDINALS.get(word);
  return value === undefined ? undefined : { value, end: at + 1 };
}

export interface ComparedNumber {
  readonly value: number;
  readonly op: Comparison;
  /** No word compares it: "two people". */
  readonly bare: boolean;
}

/** A whole number with what compares it: `more than two`, `3 or more`, `4+`. */
export function comparedNumberAt(tokens: readonly Token[], at: number): Found<ComparedNumber> | undefined {
  const before = BEFORE.longest(tokens, at);
  const number = numberAt(tokens, before?.end ?? at);
  if (!number) return undefined;
  // "> 20 min" is a length of time.
  const minutes = before !== undefined && wordAt(tokens, number.end) === 'min';
  const after = minutes ? undefined : AFTER.longest(tokens, number.end);
  const op = before?.value ?? after?.value ?? '>=';
  // "at least 3 or more" says the same twice; two that differ are no number.
  if (before && after && before.value.startsWith('<') !== after.value.startsWith('<')) return undefined;
  return { value: { value: number.value, op, bare: !before && !after }, end: after?.end ?? number.end };
}

/** What compares the number that follows. */
export function comparisonAt(tokens: readonly Token[], at: number): Found<Comparison> | undefined {
  return BEFORE.longest(tokens, at);
}

/** What compares the number before. */
export function comparisonAfter(tokens: readonly Token[], at: number): Found<Comparison> | undefined {
  return AFTER.longest(tokens, at);
}

export function wordAt(tokens: readonly Token[], at: number): string {
  return tokens[at]?.word ?? '';
}
