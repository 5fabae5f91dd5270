import type { Source } from '../context/source.js';
import {
  type ComparedNumber,
  comparedNumberAt,
  comparisonAt,
  type Found,
  numberAt,
  wordAt,
} from '../numbers/number.js';
import { ask, type Issue, refuse } from '../text/issue.js';
import { PatternTable } from '../text/patterns.js';
import { DEMONSTRATIVES, OWN, POSSESSIVES } from '../words/function-words.js';
import { UNITS_S, VAGUE_AMOUNTS } from '../words/numbers.js';
import { MEASURES } from '../words/refusals.js';
import type { Chunk, Range } from './chunk.js';

const QUANTIFIERS = new PatternTable<'any' | 'singular'>([
  ['any|every|each|all|some|the', 'any'],
  ['all|any|each|some|one|none of [the/my/our]', 'any'],
  ['a|an', 'singular'],
  ['a single', 'singular'],
]);
/** "a group of 5 people": the number says it all. */
const GROUP_OF = new PatternTable([
  ['[a/the] group|groups|queue|queues|line|crowd|bunch|pack|herd|flock|gang|party|team|total of', true],
]);
/** "the number of people", of which something has to be said. */
const NUMBER_OF = new PatternTable([['[the] [total] number|amount|count of', true]]);
const LIMITS = new PatternTable([['should|must|may|can|shall not exceed', true]]);
const VAGUE = new PatternTable(VAGUE_AMOUNTS.map((pattern) => [pattern, true] as const));

/** What stands before a noun. */
export interface Opening {
  readonly end: number;
  readonly count?: ComparedNumber & Range;
  readonly singular: boolean;
  readonly all?: Range;
  /** Where "my" or "our" stands. */
  readonly own?: number;
  readonly possessive?: number;
  readonly issues: readonly Issue[];
}

/** Articles, possessives and amounts before a noun. */
export function determinersAt(source: Source, at: number): Opening {
  const { tokens } = source;
  let end = at;
  let singular = false;
  let own: number | undefined;
  let possessive: number | undefined;
  let all: Range | undefined;
  let count: (ComparedNumber & Range) | undefined;
  const issues: Issue[] = [];
  for (let steps = 0; steps < 5; steps++) {
    const group = GROUP_OF.longest(tokens, end);
    if (group && countAt(source, group.end)) end = group.end;
    const number = NUMBER_OF.longest(tokens, end);
    if (number) {
      issues.push(ask('count', end, number.end, 'Which “%” is meant?', ['more than 5', 'fewer than 2']));
      end = number.end;
    }
    // "more than a handful of people"
    const vague = VAGUE.longest(tokens, comparisonAt(tokens, end)?.end ?? end) ?? VAGUE.longest(tokens, end);
    const compared = count ? undefined : countAt(source, end);
    const quantifier = QUANTIFIERS.longest(tokens, end);
    const oneOf = /^(?:one|1)$/.test(wordAt(tokens, end)) && wordAt(tokens, end + 1) === 'of';
    const word = wordAt(tokens, end);
    // "any one" and "some body" are words of their own.
    const noun = source.classes.nounAt(tokens, end);
    if (noun && noun.end > end + 1 && noun.noun.startsWith(`${word} `)) break;
    if (vague && vague.end > (compared?.end ?? 0)) {
      issues.push(ask('count', end, vague.end, 'How many is “%”?'));
      end = vague.end;
    } else if (oneOf) end += 2;
    else if (compared && (noun?.end ?? 0) > compared.end) break;
    else if (compared) {
      if ('status' in compared.value) issues.push(compared.value);
      else count = compared.value;
      end = compared.end;
    } else if (quantifier) {
      if (word === 'all') all = { start: end, end: end + 1 };
      singular ||= quantifier.value === 'singular';
      end = quantifier.end;
    } else if (POSSESSIVES.has(word)) {
      if (OWN.has(word)) own = end;
      else possessive = end;
      end++;
    } else if (DEMONSTRATIVES.has(word) && word !== 'that') end++;
    else if (word === 'of' && count) end++;
    else break;
  }
  return {
    end,
    singular,
    issues,
    ...(all && { all }),
    ...(own !== undefined && { own }),
    ...(possessive !== undefined && { possessive }),
    ...(count && { count }),
  };
}

/** "are more than 10", "exceeds 10", "> 10": how many the things before are. */
export function predicateCountAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens, classes } = source;
  if (!before.some(({ kind }) => kind === 'things')) return undefined;
  const limit = LIMITS.longest(tokens, at);
  const word = wordAt(tokens, at);
  const start = limit?.end ?? (/^(?:is|are|'s|was|were)$/.test(word) ? at + 1 : at);
  const compared = comparedNumberAt(tokens, start);
  if (!compared || (!limit && (compared.value.bare || (start === at && !/^(?:[<>=≥≤]+|exceed\w*)$/.test(word)))))
    return undefined;
  const { end } = compared;
  if (UNITS_S.has(wordAt(tokens, end)) || MEASURES.has(wordAt(tokens, end)) || classes.nounAt(tokens, end))
    return undefined;
  const { value } = compared.value;
  return { kind: 'count', start: at, end, count: limit ? { value, op: '>', bare: false } : compared.value };
}

/** A number of things, unless it is a length of time, or a range of numbers that no comparison can say. */
function countAt({ tokens }: Source, at: number): Found<(ComparedNumber & Range) | Issue> | undefined {
  if (wordAt(tokens, at) === 'between') {
    const low = numberAt(tokens, at + 1);
    const high = low && wordAt(tokens, low.end) === 'and' ? numberAt(tokens, low.end + 1) : undefined;
    if (!high || UNITS_S.has(wordAt(tokens, high.end))) return undefined;
    return { value: refuse(at, high.end, '“%” is two limits; a rule has one', ['more than …']), end: high.end };
  }
  const pair =
    wordAt(tokens, at) === 'a' && wordAt(tokens, at + 1) === 'pair'
      ? wordAt(tokens, at + 2) === 'of'
        ? at + 3
        : at + 2
      : undefined;
  if (pair !== undefined) return { value: { value: 2, op: '>=', bare: true, start: at, end: pair }, end: pair };
  const compared = comparedNumberAt(tokens, at);
  if (!compared || UNITS_S.has(wordAt(tokens, compared.end)) || tokens[at]?.kind === 'clock') return undefined;
  if (!Number.isInteger(compared.value.value)) return undefined;
  const or = /^(?:or|to|-)$/.test(wordAt(tokens, compared.end)) ? numberAt(tokens, compared.end + 1) : undefined;
  if (or && compared.value.bare && !UNITS_S.has(wordAt(tokens, or.end))) {
    return {
      value: ask('count', at, or.end, 'How many exactly is “%”?', [
        `at least ${compared.value.value}`,
        `at least ${or.value}`,
      ]),
      end: or.end,
    };
  }
  return { value: { ...compared.value, start: at, end: compared.end }, end: compared.end };
}
