import type { Chunk } from '../phrases/chunk.js';

/** What joins a clause to the one before it; a sentence's first clause has `stop`. */
export type ClauseJoin = 'stop' | 'and' | 'or' | 'but' | ',';

export interface Clause {
  readonly join: ClauseJoin;
  /** Which sentence of the prompt it is in. */
  readonly sentence: number;
  readonly chunks: readonly Chunk[];
}

type Join = Chunk & { kind: 'join' };

/** Kinds that add to a clause wherever they stand, rather than begin a new one. */
const ADJUNCTS = new Set([
  'times',
  'lasting',
  'cooldown',
  'severity',
  'at-once',
  'count',
  'except',
  'empty',
  'aside',
  'problem',
  'unknown',
]);
/** Kinds of which several may be joined by "or": "left or right", "enters or leaves". */
const CORE = new Set(['things', 'verb', 'place', 'relation', 'direction', 'speed']);

/** Divides the chunks into clauses. Joins inside a clause stay in it, between the chunks they join. */
export function splitClauses(chunks: readonly Chunk[]): Clause[] {
  const clauses: Clause[] = [];
  let current: Chunk[] = [];
  let join: ClauseJoin = 'stop';
  let sentence = 0;
  const close = (next: ClauseJoin) => {
    if (current.length > 0) clauses.push({ join, sentence, chunks: current });
    current = [];
    join = next;
  };
  chunks.forEach((chunk, i) => {
    if (chunk.kind === 'stop' && exceptFollows(chunks, i) && hasCore(current)) return;
    if (chunk.kind === 'stop' && !chunk.colon) {
      close('stop');
      sentence++;
    } else if (chunk.kind === 'stop') {
      if (hasCore(current) && !isHeading(current)) close(',');
      else current.push(chunk);
    } else if (chunk.kind === 'join') {
      if (beginsClause(chunks, i, current)) close(chunk.word);
      else current.push(chunk);
    } else if (chunk.kind === 'ask' && isSaid(current) && followsCore(chunks, i)) {
      close(current.at(-1)?.kind === 'join' ? ((current.pop() as Join).word as ClauseJoin) : ',');
      current.push(chunk);
    } else current.push(chunk);
  });
  close('stop');
  return clauses;
}

/** "Tell me about cats. Not on the hall camera.": an exception belongs to the sentence before it. */
function exceptFollows(chunks: readonly Chunk[], i: number): boolean {
  return chunks.slice(i + 1).find(({ kind }) => kind !== 'empty')?.kind === 'except';
}

/** Something is said already: a condition, or what nobody needs to know. */
function isSaid(current: readonly Chunk[]): boolean {
  return (hasCore(current) && !isHeading(current)) || current.some(({ kind }) => kind === 'unknown');
}

function hasCore(chunks: readonly Chunk[]): boolean {
  return chunks.some(({ kind }) => CORE.has(kind) || kind === 'problem');
}

/** "Garden: any dog", "At night: …": what stands before a colon belongs to what follows. */
function isHeading(chunks: readonly Chunk[]): boolean {
  return chunks.every(({ kind }) => !CORE.has(kind) || kind === 'place');
}

function followsCore(chunks: readonly Chunk[], i: number): boolean {
  for (const { kind } of chunks.slice(i + 1)) {
    if (kind === 'stop' || kind === 'join') return false;
    if (CORE.has(kind) || kind === 'back') return true;
  }
  return false;
}

/** Whether a join at `i` is followed by a new clause, rather than by more of the same. */
function beginsClause(chunks: readonly Chunk[], i: number, current: readonly Chunk[]): boolean {
  const rest = chunks.slice(i + 1).filter(({ kind }) => kind !== 'empty');
  const next = rest.find(({ kind }) => kind !== 'join');
  const last = current.filter(({ kind }) => kind !== 'empty' && kind !== 'join').at(-1);
  const unknown = current.some(({ kind }) => kind === 'unknown');
  if (next === undefined || last === undefined || !hasCore(current))
    return (next?.kind === 'ask' || next?.kind === 'opener') && last !== undefined && unknown;
  // "on the yard camera, warn me …": a place before the request is the condition's.
  if (next.kind === 'ask' || next.kind === 'opener' || next.kind === 'back') return !isHeading(current);
  const then = rest[rest.indexOf(next) + 1];
  if (next.kind === 'severity' && (then?.kind === 'opener' || then?.kind === 'ask' || then?.kind === 'stop'))
    return !isHeading(current);
  if (ADJUNCTS.has(next.kind)) return false;
  if (next.kind === 'things') {
    if (current.filter(({ kind }) => kind !== 'join' && kind !== 'empty').at(-1)?.kind === 'except') return false;
    if (last.kind === 'things') return false;
    // "near a car or a truck" goes on; "near a car and a dog enters the yard" begins anew.
    if (last.kind === 'relation')
      return then?.kind === 'verb' || (then?.kind === 'place' && current.some(({ kind }) => kind === 'place'));
    return true;
  }
  if (next.kind === 'verb')
    return last.kind !== 'verb' && last.kind !== 'relative' && !(last.kind === 'things' && isOnlySubject(current));
  // "… for a minute or in the lobby for five", but not "… until 10:00, on the bridge camera".
  const word = (chunks[i] as Join).word;
  if (next.kind === 'place' && last.kind !== 'place' && word !== ',')
    return last.kind === 'lasting' || last.kind === 'times';
  return false;
}

/** "a dog, barking": nothing has been said of the things yet. */
function isOnlySubject(current: readonly Chunk[]): boolean {
  return current.every(({ kind }) => kind !== 'verb' && kind !== 'place');
}
