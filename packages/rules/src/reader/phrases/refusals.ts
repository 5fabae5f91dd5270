import type { Source } from '../context/source.js';
import { comparisonAt, numberAt, wordAt } from '../numbers/number.js';
import { refuse } from '../text/issue.js';
import { PatternTable } from '../text/patterns.js';
import { EXCEPTIONS, MEASURES, REASONS, REFUSALS, SUBORDINATORS } from '../words/refusals.js';
import type { Chunk } from './chunk.js';
import { phrases, simple } from './matcher.js';
import { speedAt } from './movement.js';
import { placeAt } from './places.js';
import { thingsAt } from './things.js';
import { verbAt } from './verb-phrase.js';

const REFUSAL = new PatternTable(REFUSALS);
const SUBORDINATOR = new PatternTable(SUBORDINATORS);
const REASON = phrases(REASONS);
const EXCEPTION = phrases(EXCEPTIONS);
/** Who no camera knows: "anybody but me". */
const USER = new Set(['me', 'us', 'myself', 'ourselves', 'you', 'him', 'her', 'them']);

/** All words of these phrases, for finding typos. */
export function refusalWords(): string[] {
  return [REFUSAL, SUBORDINATOR, EXCEPTION].flatMap((table) => [...table.words()]);
}

/** "faster than 30 km/h", "within 2 metres of": amounts of what is not measured. */
export function measureAt({ tokens }: Source, at: number): Chunk | undefined {
  const refusal = REFUSAL.longest(tokens, at);
  const comparison = comparisonAt(tokens, at);
  const start = comparison?.end ?? refusal?.end ?? (/^(?:at|of|about|around)$/.test(wordAt(tokens, at)) ? at + 1 : at);
  const number =
    numberAt(tokens, start) ?? (/^(?:a|an)$/.test(wordAt(tokens, start)) ? { value: 1, end: start + 1 } : undefined);
  if (!number) return undefined;
  const unit = wordAt(tokens, number.end);
  if (!MEASURES.has(unit) && !(unit === 'm' && (comparison || wordAt(tokens, number.end + 1) !== ''))) return undefined;
  let end = number.end + 1;
  if (wordAt(tokens, end) === '/' || wordAt(tokens, end) === 'per') end += 2;
  if (/^(?:away|apart|tall|high|long|wide|deep|from|of)$/.test(wordAt(tokens, end))) end++;
  return {
    kind: 'problem',
    start: at,
    end,
    issue: refuse(at, end, '“%”: distances, sizes and speeds are not measured'),
  };
}

export function refusalAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens } = source;
  const found = REFUSAL.longest(tokens, at);
  if ((speedAt(source, at)?.end ?? 0) > (found?.end ?? 0)) return undefined;
  if (!found || (before.length === 0 && /^(?:then|again|later)$/.test(wordAt(tokens, at)))) return undefined;
  let end = found.end;
  if (/than$/.test(wordAt(tokens, end - 1)))
    while (tokens[end]?.kind === 'word' && !/^(?:on|in|at|and|or|when|if|during)$/.test(wordAt(tokens, end))) end++;
  return { kind: 'problem', start: at, end, issue: refuse(at, end, found.value) };
}

export function exceptionAt(source: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const { tokens } = source;
  const last = before.filter(({ kind }) => kind !== 'join').at(-1)?.kind;
  const some =
    last === 'things' || (last === 'place' && before.some((chunk) => chunk.kind === 'place' && chunk.camera));
  const other = thingsAt(source, at + 1) ?? placeAt(source, at + 1) ?? USER.has(wordAt(tokens, at + 1));
  if (wordAt(tokens, at) === 'but' && some && other) return simple('except', at, at + 1);
  const found = EXCEPTION.longest(tokens, at);
  // "a bus that is not moving" has a verb, "that is not a bus" a thing.
  if (found && /^(?:that|which|who)$/.test(wordAt(tokens, at)) && !thingsAt(source, found.end)) return undefined;
  // "not a person in the garden" is none there.
  const opens = last === undefined || /^(?:opener|ask|stop)$/.test(last);
  if (/^(?:not|never)$/.test(wordAt(tokens, at)) && opens && !(last === 'stop' && placeAt(source, at + 1)))
    return undefined;
  if (!found || (wordAt(tokens, at) === 'not' && verbAt(tokens, at))) return undefined;
  return simple('except', at, found.end);
}

/** "while it is raining", "because we had a break-in": to the end of the clause. */
export function conditionAt({ tokens }: Source, at: number): Chunk | undefined {
  const reason = REASON.longest(tokens, at);
  const found = SUBORDINATOR.longest(tokens, at);
  if (!reason && !found) return undefined;
  let end = Math.max(reason?.end ?? 0, found?.end ?? 0);
  while (tokens[end] !== undefined && !/^(?:stop|comma|colon)$/.test(tokens[end]?.kind ?? '')) end++;
  if (reason && reason.end >= (found?.end ?? 0)) return simple('aside', at, end);
  return { kind: 'problem', start: at, end, issue: refuse(at, end, found?.value ?? '') };
}
