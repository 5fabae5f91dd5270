import { partsOf, withoutArticle } from '../english/described.js';
import { relativesOf } from '../lexicon/relatives.js';
import type { PhrasedSubject } from './phrase-key.js';
import { plainForms } from './plain-forms.js';
import { BACKGROUNDS, LOOK_ALIKES } from './words.js';

/** Most siblings that a lexical database adds. */
const MAX_RELATIVES = 6;
const MAX_PARENTS = 2;

/** What something may be instead of what a phrase says: captions without a leading article, each in one list only. */
export interface Contrasts {
  /** The thing without its attribute, or what it is a kind of. */
  readonly parent: readonly string[];
  /** Other things of its kind, and the thing with another attribute. */
  readonly siblings: readonly string[];
  /** The thing with the contrary attribute. Never a negation: models of text and images hear “without a helmet” as “helmet”. */
  readonly opposite: readonly string[];
  /** Plain things that cameras show all day. */
  readonly backgrounds: readonly string[];
}

/**
 * What to compare a phrase with, from words alone. Whether it must be present or absent makes no difference.
 * @example contrastsOf({ classes: ['*'], phrase: 'an open gate' }) // { parent: ['gate'], opposite: ['closed gate'], … }
 */
export function contrastsOf({ classes, phrase }: PhrasedSubject): Contrasts {
  const bare = withoutArticle(phrase).toLowerCase();
  const { plain, exchanged, contrary } = plainForms(phrase);
  const kinds = classes.filter((name) => name !== '*');
  const thing = plain[0] ?? partsOf(bare)[0];
  // A track is of its class already: what else is like a car needs no telling from a red one.
  const { parents, siblings } = kinds.includes(thing) ? { parents: [], siblings: [] } : alike(thing);
  const taken = new Set([bare]);
  const fresh = (captions: readonly string[]) => {
    const some = [...new Set(captions)].filter((caption) => !taken.has(caption));
    for (const caption of some) taken.add(caption);
    return some;
  };
  const parent = fresh([...kinds, ...plain]);
  return {
    parent: parent.length > 0 ? parent : fresh(parents.slice(0, MAX_PARENTS)),
    opposite: fresh(contrary),
    siblings: fresh([...exchanged, ...siblings]),
    backgrounds: fresh(BACKGROUNDS).filter((caption) => !shareWord(caption, thing)),
  };
}

/** What a thing may be taken for. */
function alike(thing: string): { parents: readonly string[]; siblings: readonly string[] } {
  const known = LOOK_ALIKES.find(([name]) => name === thing);
  if (known) return { parents: [], siblings: known.slice(1) };
  const { parents, siblings } = relativesOf(thing);
  return { parents, siblings: siblings.slice(0, MAX_RELATIVES) };
}

/** A wall is no background of a wall. */
function shareWord(caption: string, thing: string): boolean {
  const words = thing.split(' ');
  return caption.split(' ').some((word) => words.includes(word));
}
