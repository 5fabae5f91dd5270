import { FURTHER_PARENTS, PARENTS, ROOTS } from './meanings.data.js';
import { NOUNS } from './nouns.data.js';
import { WORDS } from './words.data.js';

/**
 * Which nouns name a kind of which others, from WordNet. The data are sorted text, searched by bisection: nothing is parsed when the module
 * loads. NOUNS: `noun TAB senses`, 3 digits to the base 36 each, `-` for a sense that is nothing physical, the most usual first. PARENTS: 3
 * digits for each meaning, in order; FURTHER_PARENTS: pairs, for those with several. ROOTS: names of meanings. WORDS: other words.
 */
const ID_DIGITS = 3;
/** Deepest chain of meanings is 18; a bound in case the data have a circle. */
const MAX_ANCESTORS = 100;

/** A meaning of a noun: a number of WordNet's synsets, as a string. */
export type Meaning = string;

/** The usual meanings of a singular noun, the most frequent first; undefined where one is nothing physical. Empty: not a known noun. */
export function meaningsOf(noun: string): Array<Meaning | undefined> {
  const ids = find(NOUNS, noun);
  if (ids === undefined) return [];
  const meanings: Array<Meaning | undefined> = [];
  for (let i = 0; i < ids.length; ) {
    const physical = ids[i] !== '-';
    meanings.push(physical ? ids.slice(i, i + ID_DIGITS) : undefined);
    i += physical ? ID_DIGITS : 1;
  }
  return meanings;
}

/** A meaning by its name in ROOTS, such as `person`, or `class mouse` for the mouse of a computer. */
export function root(name: string): Meaning | undefined {
  return find(ROOTS, name);
}

/** True if `meaning` is `kind` or a kind of it. */
export function isA(meaning: Meaning, kind: Meaning): boolean {
  return ancestorsOf(meaning).has(kind);
}

/** Whether this is a word of English, inflections aside. */
export function isEnglishWord(word: string): boolean {
  return find(NOUNS, word) !== undefined || find(WORDS, word) !== undefined;
}

/** The meaning itself and all wider ones. */
export function ancestorsOf(meaning: Meaning): Set<Meaning> {
  const seen = new Set<Meaning>([meaning]);
  for (const id of seen) {
    if (seen.size > MAX_ANCESTORS) break;
    const parent = parentOf(id);
    if (parent !== undefined) seen.add(parent);
    for (const further of furtherParentsOf(id)) seen.add(further);
  }
  return seen;
}

/** The next wider meaning; if there are several, the first. */
export function parentOf(meaning: Meaning): Meaning | undefined {
  const at = Number.parseInt(meaning, 36) * ID_DIGITS;
  const parent = PARENTS.slice(at, at + ID_DIGITS);
  return parent.startsWith('-') ? undefined : parent;
}

function furtherParentsOf(id: Meaning): Meaning[] {
  const idAt = (pair: number) => FURTHER_PARENTS.slice(pair * 2 * ID_DIGITS, pair * 2 * ID_DIGITS + ID_DIGITS);
  let low = 0;
  let high = FURTHER_PARENTS.length / (2 * ID_DIGITS);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (idAt(middle) < id) low = middle + 1;
    else high = middle;
  }
  const parents: Meaning[] = [];
  for (; idAt(low) === id; low++)
    parents.push(FURTHER_PARENTS.slice((2 * low + 1) * ID_DIGITS, (2 * low + 2) * ID_DIGITS));
  return parents;
}

/** The value after `key TAB` in sorted lines, or an empty string for a line without one. */
function find(lines: string, key: string): string | undefined {
  let low = 1;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = lines.lastIndexOf('\n', middle - 1) + 1;
    const end = lines.indexOf('\n', start);
    const line = lines.slice(start, end);
    const tab = line.indexOf('\t');
    const found = tab < 0 ? line : line.slice(0, tab);
    if (found === key) return tab < 0 ? '' : line.slice(tab + 1);
    if (found < key) low = end + 1;
    else high = start;
  }
  return undefined;
}
