import type { Source } from '../context/source.js';
import { lastingAt } from '../numbers/duration.js';
import { wordAt } from '../numbers/number.js';
import { timesAt } from '../times/schedule.js';
import { OPENERS } from '../words/asks.js';
import { MEASURES } from '../words/refusals.js';
import type { Chunk } from './chunk.js';
import { predicateCountAt } from './determiners.js';
import { type Matcher, nameAfter, phrases, simple } from './matcher.js';
import {
  directionAt,
  directionBeforePlaceAt,
  movementWords,
  prohibitionAt,
  speedAt,
  unwantedAt,
  verbChunkAt,
} from './movement.js';
import { placeAt, prepositionAt, unknownLineAt } from './places.js';
import { conditionAt, exceptionAt, measureAt, refusalAt, refusalWords } from './refusals.js';
import { relationAt } from './relation.js';
import { REQUEST_MATCHERS, requestWords } from './requests.js';
import { thingsAt } from './things.js';

const OPENER = phrases(OPENERS);
const ALSO = phrases(['as well as', 'and also', 'and as well', 'together with also']);

/** In this order: what is said about the warning, about time, about places, about things, and what they do. */
const MATCHERS: readonly Matcher[] = [
  markAt,
  ...REQUEST_MATCHERS,
  predicateCountAt,
  timeAt,
  durationChunkAt,
  measureAt,
  refusalAt,
  unwantedAt,
  directionBeforePlaceAt,
  unknownLineAt,
  placeBeforeThings,
  relationAt,
  exceptionAt,
  prohibitionAt,
  thingsAt,
  directionAt,
  speedAt,
  verbChunkAt,
  conditionAt,
  openerAt,
  placeAt,
];

/** Splits a prompt into phrases that mean something; what is left over is `unknown`. */
export function chunk(source: Source): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < source.tokens.length; ) {
    const next = chunkAt(source, at, chunks);
    chunks.push(next);
    at = next.end;
  }
  return chunks;
}

/** All words that the tables know, for finding typos. */
export function chunkerWords(): Set<string> {
  return new Set([...requestWords(), ...refusalWords(), ...movementWords(), ...OPENER.words()]);
}

function chunkAt(source: Source, at: number, before: readonly Chunk[]): Chunk {
  for (const match of MATCHERS) {
    const found = match(source, at, before);
    if (found && found.end > at) return found;
  }
  return { kind: 'unknown', start: at, end: at + 1 };
}

function markAt({ tokens }: Source, at: number): Chunk | undefined {
  const token = tokens[at];
  if (token?.kind === 'stop') return { kind: 'stop', start: at, end: at + 1, colon: false };
  if (token?.kind === 'colon') return { kind: 'stop', start: at, end: at + 1, colon: true };
  if (token?.kind === 'dash' && !/^(?:number|clock)$/.test(tokens[at + 1]?.kind ?? ''))
    return { kind: 'join', start: at, end: at + 1, word: ',' };
  if (token?.kind === 'comma') return { kind: 'join', start: at, end: at + 1, word: ',' };
  return undefined;
}

function timeAt(source: Source, at: number): Chunk | undefined {
  const { tokens, classes } = source;
  if (source.namesAt(at).length > 0 || (prepositionAt(source, at) && nameAfter(source, at))) return undefined;
  const isThing = (i: number) =>
    classes.nounAt(tokens, i) !== undefined || MEASURES.has(wordAt(tokens, i)) || source.namesAt(i).length > 0;
  const found = timesAt(tokens, at, isThing);
  return found && { kind: 'times', start: at, end: found.end, times: found.value };
}

function durationChunkAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const after = /^after$/.test(wordAt(tokens, at)) ? at + 1 : at;
  const found = lastingAt(tokens, after);
  if (!found) return undefined;
  if (MEASURES.has(wordAt(tokens, found.end))) return undefined;
  // "20 cars an hour" is a rate, "loitering 30 seconds" a length.
  const bareArticle = !found.value.introduced && /^(?:a|an)$/.test(wordAt(tokens, at)) && after === at;
  if (bareArticle && before.at(-1)?.kind !== 'verb') return undefined;
  return { kind: 'lasting', start: at, end: found.end, lasting: found.value };
}

/** Places first where a preposition begins them: "in the car park" is no car. */
function placeBeforeThings(source: Source, at: number): Chunk | undefined {
  const begins = prepositionAt(source, at) !== undefined || source.namesAt(at).length > 0 || nameAfter(source, at - 1);
  return begins ? placeAt(source, at) : undefined;
}

function openerAt({ tokens }: Source, at: number, before: readonly Chunk[]): Chunk | undefined {
  const word = wordAt(tokens, at);
  const also = ALSO.longest(tokens, at);
  if (also) return { kind: 'join', start: at, end: also.end, word: 'and' };
  if (/^(?:and|or|but|nor|&|\/|plus)$/.test(word)) {
    return {
      kind: 'join',
      start: at,
      end: at + 1,
      word: word === 'or' || word === 'nor' || word === '/' ? 'or' : word === 'but' ? 'but' : 'and',
    };
  }
  // "tell me at night about cats"
  const last = before.filter(({ kind }) => !/^(?:times|cooldown|severity|empty)$/.test(kind)).at(-1)?.kind;
  const described = last === 'join' ? before.at(-2)?.kind : last;
  if (/^(?:who|which|that|whom|whose)$/.test(word) && (described === 'things' || described === 'place'))
    return simple('relative', at, at + 1);
  const found = OPENER.longest(tokens, at);
  if (!found) return undefined;
  // "on", "for" and "about" open a condition only right after a request.
  const watched = word === 'for' && last === 'place' && before.at(-2)?.kind === 'ask';
  if (/^(?:in|about|of|on|for|to|as|case)$/.test(word) && found.end === at + 1 && last !== 'ask' && !watched)
    return undefined;
  return simple('opener', at, found.end);
}
