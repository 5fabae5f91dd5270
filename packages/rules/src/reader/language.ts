import type { Source } from './context/source.js';
import { isKnownWord } from './prepare-prompt.js';

/** A sentence with fewer known words than this is in another language. */
const MIN_KNOWN_SHARE = 0.5;
const MIN_WORDS = 3;

/** Runs of tokens that are no English, if most of the sentence is not; otherwise none. */
export function foreignRuns({ tokens, names }: Source): Array<{ start: number; end: number }> {
  const nameWords = names.words();
  const words = tokens.filter(({ kind }) => kind === 'word');
  const foreign = (word: string) => !/^[a-z0-9' ]+$/.test(word) || !(isKnownWord(word) || nameWords.has(word));
  const strange = words.filter(({ word }) => foreign(word));
  if (words.length < MIN_WORDS || strange.length <= words.length * (1 - MIN_KNOWN_SHARE)) return [];
  const runs: Array<{ start: number; end: number }> = [];
  tokens.forEach((token, i) => {
    if (token.kind !== 'word' || !foreign(token.word)) return;
    const last = runs.at(-1);
    if (last?.end === i) last.end = i + 1;
    else runs.push({ start: i, end: i + 1 });
  });
  return runs;
}
