import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { PatternTable } from '../text/patterns.js';
import type { Chunk, ChunkKind } from './chunk.js';

/** Finds one kind of chunk at a token; `before` are the chunks up to there. */
export type Matcher = (source: Source, at: number, before: readonly Chunk[]) => Chunk | undefined;

/** A table of phrases that all mean the same. */
export function phrases(patterns: readonly string[]): PatternTable<true> {
  return new PatternTable(patterns.map((pattern) => [pattern, true] as const));
}

/** A chunk that is no more than its kind. */
export function simple<K extends ChunkKind>(kind: K, start: number, end: number) {
  return { kind, start, end } as const;
}

/** Whether a clause or a request may start after these chunks. */
export function atClauseStart(before: readonly Chunk[]): boolean {
  const last = before.filter(({ kind }) => kind !== 'empty' && kind !== 'severity').at(-1);
  return last === undefined || /^(?:stop|join|ask|opener|back|cooldown|times)$/.test(last.kind);
}

/** Whether a name stands after a preposition and an article: "at the night market". */
export function nameAfter(source: Source, at: number): boolean {
  let next = at + 1;
  while (/^(?:the|a|an|my|our)$/.test(wordAt(source.tokens, next))) next++;
  return source.namesAt(next).length > 0;
}
