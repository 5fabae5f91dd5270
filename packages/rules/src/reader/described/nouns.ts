import { isA, meaningsOf, root } from '../../lexicon/lexicon.js';
import { WORN } from '../../phrases/words.js';
import type { Source } from '../context/source.js';
import { wordAt } from '../numbers/number.js';
import { singulars } from '../text/inflection.js';
import { isFunctionWord } from '../words/grammar.js';
import { NOT_THINGS, SEEN_THINGS, VISIBLE } from './words.js';

/** A thing that can be described to a text-image model. */
export interface SeenNoun {
  readonly end: number;
  /** In the singular, unless it has none: “gloves”. */
  readonly noun: string;
  readonly plural: boolean;
}

const MAX_WORDS = 3;
const MAX_ADJECTIVES = 3;
const WORN_THINGS: ReadonlySet<string> = new Set(WORN.flatMap(({ things }) => things));
/** Excluded: people are covered by classes, and places by zones. */
const OTHER_KINDS = ['person', 'relative', 'location', 'land', 'terrain', 'way', 'facility'];
const EVER_PLURAL =
  /^(?:gloves|mittens|shoes|boots|sandals|sneakers|glasses|sunglasses|goggles|trousers|pants|jeans|shorts|flames)$/;

/** The longest name of a visible thing at `at`; undefined for people, places and abstract nouns. */
export function seenNounAt({ tokens }: Source, at: number): SeenNoun | undefined {
  for (let end = at + MAX_WORDS; end > at; end--) {
    const words = tokens.slice(at, end);
    if (words.length < end - at || !words.every(({ kind, word }) => kind === 'word' && !isFunctionWord(word))) continue;
    const before = words.slice(0, -1).map(({ word }) => word);
    const last = words.at(-1)?.word ?? '';
    if (EVER_PLURAL.test(last) && isThing([...before, last].join(' ')))
      return { end, noun: [...before, last].join(' '), plural: true };
    for (const { noun, plural } of singulars(last)) {
      const name = [...before, noun].join(' ');
      if (isThing(name)) return { end, noun: name, plural };
    }
  }
  return undefined;
}

/** End of the visible attributes that start at `at`. */
export function adjectivesEnd({ tokens }: Source, at: number): number {
  let end = at;
  while (end - at < MAX_ADJECTIVES && VISIBLE.has(wordAt(tokens, end))) {
    const next = end + 1;
    end = wordAt(tokens, next) === 'and' && VISIBLE.has(wordAt(tokens, next + 1)) ? next + 1 : next;
  }
  return end;
}

/** Whether a noun names clothes or other worn things. */
export function isWorn(noun: string): boolean {
  const last = noun.slice(noun.lastIndexOf(' ') + 1);
  const meaning = meaningsOf(noun)[0];
  const clothing = root('clothing');
  return (
    WORN_THINGS.has(noun) ||
    WORN_THINGS.has(last) ||
    (meaning !== undefined && clothing !== undefined && isA(meaning, clothing))
  );
}

function isThing(noun: string): boolean {
  if (SEEN_THINGS.has(noun) || WORN_THINGS.has(noun)) return true;
  if (NOT_THINGS.has(noun)) return false;
  const meaning = meaningsOf(noun)[0];
  if (meaning === undefined) return false;
  return (
    !OTHER_KINDS.some((name) => {
      const kind = root(name);
      return kind !== undefined && isA(meaning, kind);
    }) || noun === 'ladder'
  );
}
