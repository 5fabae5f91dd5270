import { type VerbForm, verbForms } from './inflection.js';
import type { Token } from './tokens.js';

export interface PatternMatch<T> {
  readonly value: T;
  /** Index after the last token. */
  readonly end: number;
  /** The form of the first inflected word. */
  readonly form: VerbForm | undefined;
}

/** One word of a phrase: its spellings, each with its form if it is a verb's. */
type Word = ReadonlyMap<string, VerbForm | undefined>;
/** One of several phrases, or none of them where it is optional. */
interface Part {
  readonly phrases: ReadonlyArray<readonly Word[]>;
  readonly optional: boolean;
}
interface Entry<T> {
  readonly parts: readonly Part[];
  readonly value: T;
}

/**
 * Phrases that mean something, found by their longest match. A pattern is words between spaces: `a|b` is either, `[x y/z]` is one of several
 * phrases or none, `(x y/z)` one of several, and `stop~` any form of a verb: `come~ to a [complete] stop|halt`.
 */
export class PatternTable<T> {
  /** By the words that they may begin with. */
  readonly #byFirstWord = new Map<string, Array<Entry<T>>>();
  readonly #words = new Set<string>();

  constructor(entries: Iterable<readonly [pattern: string, value: T]>) {
    for (const [pattern, value] of entries) {
      const entry = { parts: compile(pattern), value };
      for (const { phrases } of entry.parts)
        for (const word of phrases.flat()) for (const spelling of word.keys()) this.#words.add(spelling);
      for (const word of firstWords(entry.parts)) {
        const alike = this.#byFirstWord.get(word);
        if (alike) alike.push(entry);
        else this.#byFirstWord.set(word, [entry]);
      }
    }
  }

  /** The longest phrase that starts at token `at`; of equally long ones the first of the table. */
  longest(tokens: readonly Token[], at: number): PatternMatch<T> | undefined {
    let found: PatternMatch<T> | undefined;
    for (const { parts, value } of this.#byFirstWord.get(tokens[at]?.word ?? '') ?? []) {
      const match = matchParts(parts, 0, tokens, at, undefined);
      if (match && match.end > at && match.end > (found?.end ?? 0)) found = { value, ...match };
    }
    return found;
  }

  /** Every word of every phrase. */
  words(): ReadonlySet<string> {
    return this.#words;
  }
}

interface Match {
  readonly end: number;
  readonly form: VerbForm | undefined;
}

/** The longest match of the parts from `index` on. */
function matchParts(
  parts: readonly Part[],
  index: number,
  tokens: readonly Token[],
  at: number,
  form: VerbForm | undefined,
): Match | undefined {
  const part = parts[index];
  if (!part) return { end: at, form };
  let best = part.optional ? matchParts(parts, index + 1, tokens, at, form) : undefined;
  for (const phrase of part.phrases) {
    const matched = matchPhrase(phrase, tokens, at, form);
    const rest = matched && matchParts(parts, index + 1, tokens, matched.end, matched.form);
    if (rest && rest.end > (best?.end ?? -1)) best = rest;
  }
  return best;
}

function matchPhrase(
  phrase: readonly Word[],
  tokens: readonly Token[],
  at: number,
  form: VerbForm | undefined,
): Match | undefined {
  let end = at;
  let found = form;
  for (const word of phrase) {
    const spelling = tokens[end]?.word;
    if (spelling === undefined || !word.has(spelling)) return undefined;
    found ??= word.get(spelling);
    end++;
  }
  return { end, form: found };
}

function firstWords(parts: readonly Part[]): Set<string> {
  const words = new Set<string>();
  for (const { phrases, optional } of parts) {
    for (const phrase of phrases) for (const spelling of phrase[0]?.keys() ?? []) words.add(spelling);
    if (!optional) break;
  }
  return words;
}

function compile(pattern: string): Part[] {
  return [...pattern.matchAll(/\[[^\]]*\]|\([^)]*\)|\S+/g)].map(([part]) => {
    const group = part.startsWith('[') || part.startsWith('(');
    const phrases = group
      ? part
          .slice(1, -1)
          .split('/')
          .map((phrase) => phrase.trim().split(' ').map(wordOf))
      : [[wordOf(part)]];
    return { phrases, optional: part.startsWith('[') };
  });
}

function wordOf(spellings: string): Word {
  const word = new Map<string, VerbForm | undefined>();
  for (const spelling of spellings.split('|')) {
    const forms = spelling.endsWith('~') ? verbForms(spelling.slice(0, -1)) : [[spelling, undefined] as const];
    for (const [form, kind] of forms) if (!word.has(form)) word.set(form, kind);
  }
  return word;
}
