import type { ContextLine, RuleContext } from '@lookout/protocol';
import { numberAt } from '../numbers/number.js';
import { editDistance } from '../text/spelling.js';
import { type Token, tokenize } from '../text/tokens.js';
import { ARTICLES } from '../words/function-words.js';

export type NameKind = 'zone' | 'line' | 'camera' | 'side';

/** A name of the user's that stands in the prompt. */
export interface NameMatch {
  readonly kind: NameKind;
  /** As in the context. */
  readonly name: string;
  /** Of a side: which of the two of which line it is. */
  readonly of?: LineSide;
  readonly end: number;
}

/** What lies to the left (0) or the right (1) of a line, looking along it. */
export interface LineSide {
  readonly line: string;
  readonly side: 0 | 1;
}

type Entry = Omit<NameMatch, 'end'>;

/** Longest name in words; longer ones are found by their first so many only. */
const MAX_WORDS = 12;

/** The names of zones, lines and cameras, found whatever their case, hyphens, spaces, articles and accents. */
export class NameIndex {
  readonly #byKey = new Map<string, Entry[]>();
  readonly #zonesByWord = new Map<string, Map<NameKind, string[]>>();
  readonly #words = new Set<string>();

  constructor({ zones, lines, cameras }: Pick<RuleContext, 'zones' | 'lines' | 'cameras'>) {
    for (const name of zones) this.#add('zone', name);
    for (const line of lines) {
      this.#add('line', lineName(line));
      const [left, right] = (typeof line === 'string' ? undefined : line.sides) ?? [];
      if (left !== undefined) this.#add('side', left, { line: lineName(line), side: 0 });
      if (right !== undefined) this.#add('side', right, { line: lineName(line), side: 1 });
    }
    for (const name of cameras) this.#add('camera', name);
  }

  /** The longest name that starts at `at`: of each kind the one that is written like it. */
  longest(tokens: readonly Token[], at: number): NameMatch[] {
    for (let end = Math.min(tokens.length, at + MAX_WORDS); end > at; end--) {
      const last = tokens[end - 1];
      if (!last || keyOf([last]) === '' || ARTICLES.has(tokens[at]?.word ?? '')) continue;
      const words = tokens.slice(at, end);
      if (words.some(({ kind }) => kind === 'stop' || kind === 'comma' || kind === 'colon')) continue;
      const found = this.#byKey.get(keyOf(words));
      if (!found) continue;
      return found.map((name) => ({ ...name, end }));
    }
    return [];
  }

  /** Names of a kind that share a word with those given, for questions. */
  sharing(kind: NameKind, words: readonly string[]): string[] {
    return [...new Set(words.flatMap((word) => this.#zonesByWord.get(word)?.get(kind) ?? []))];
  }

  /** Names that differ from these words by a letter or two: "the poll" for "the pool". */
  resembling(kind: NameKind, words: readonly string[]): string[] {
    const written = words.join('');
    const near = (name: string) => editDistance(keyOf(tokenize(name)), written) <= (written.length > 5 ? 2 : 1);
    return written.length < 4 ? [] : this.all(kind).filter(near);
  }

  all(kind: NameKind): string[] {
    return [...this.#byKey.values()].flat().flatMap((entry) => (entry.kind === kind ? [entry.name] : []));
  }

  /** What a side of a line is called. */
  sideName(line: string, side: number): string {
    const entries = [...this.#byKey.values()].flat();
    return entries.find(({ of }) => of?.line === line && of.side === side)?.name ?? '';
  }

  /** Every word of every name. */
  words(): ReadonlySet<string> {
    return this.#words;
  }

  #add(kind: NameKind, name: string, of?: LineSide): void {
    const tokens = tokenize(name);
    const key = keyOf(tokens);
    if (key === '') return;
    const alike = this.#byKey.get(key) ?? [];
    if (!alike.some((entry) => entry.kind === kind && entry.name === name && entry.of?.line === of?.line))
      alike.push({ kind, name, ...(of && { of }) });
    this.#byKey.set(key, alike);
    for (const { word } of tokens) {
      if (ARTICLES.has(word)) continue;
      this.#words.add(word);
      const byKind = this.#zonesByWord.get(word) ?? new Map<NameKind, string[]>();
      byKind.set(kind, [...(byKind.get(kind) ?? []), name]);
      this.#zonesByWord.set(word, byKind);
    }
  }
}

export function lineName(line: ContextLine): string {
  return typeof line === 'string' ? line : line.name;
}

/** What two ways to write a name have in common: its letters and digits, with numbers in digits and without articles. */
function keyOf(tokens: readonly Token[]): string {
  let key = '';
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    const number = token?.kind === 'word' ? numberAt(tokens, i) : undefined;
    const word = token?.word ?? '';
    if (number) key += `#${number.value}`;
    else if (token?.kind === 'number') key += `#${word}`;
    // "Corridor A" ends in a letter, not in an article.
    else if (!ARTICLES.has(word) || i === tokens.length - 1)
      key += (word === 'cam' ? 'camera' : word).replace(/[^\p{L}\p{N}]/gu, '');
    i = number?.end ?? i + 1;
  }
  return key;
}
