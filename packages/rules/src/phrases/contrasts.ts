import { partsOf, withoutArticle } from '../english/described.js';
import { relativesOf } from '../lexicon/relatives.js';
import type { PhrasedSubject } from './phrase-key.js';
import { plainForms } from './plain-forms.js';
import { BACKGROUNDS, LOOK_ALIKES } from './words.js';

/** Maximum number of siblings from WordNet. */
const MAX_RELATIVES = 6;
const MAX_PARENTS = 2;

/** Alternatives to a phrase: captions without a leading article, each in one list only. */
export interface Contrasts {
  /** The thing without its attribute, or its wider kind. */
  readonly parent: readonly string[];
  /** Other things of its kind, and the thing with another attribute. */
  readonly siblings: readonly string[];
  /** The thing with the opposite attribute. Never a negation: text-image models read “without a helmet” as “helmet”. */
  readonly opposite: readonly string[];
  /** Everyday backgrounds. */
  readonly backgrounds: readonly string[];
}

/**
 * Captions to compare a phrase with, derived from its words alone. Polarity makes no difference.
 * @example contrastsOf({ classes: ['*'], phrase: 'an open gate' }) // { parent: ['gate'], opposite: ['closed gate'], … }
 */
export function contrastsOf({ classes, phrase }: PhrasedSubject): Contrasts {
  const bare = withoutArticle(phrase).toLowerCase();
  const { plain, exchanged, contrary } = plainForms(phrase);
  const kinds = classes.filter((name) => name !== '*');
  const thing = plain[0] ?? partsOf(bare)[0];
  // A track already has its class: a red car need not be told from things that look like a car.
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

/** Things that it may be mistaken for, with their wider kinds. */
function alike(thing: string): { parents: readonly string[]; siblings: readonly string[] } {
  const known = LOOK_ALIKES.find(([name]) => name === thing);
  if (known) return { parents: [], siblings: known.slice(1) };
  const { parents, siblings } = relativesOf(thing);
  return { parents, siblings: siblings.slice(0, MAX_RELATIVES) };
}

/** A wall is no background for a wall. */
function shareWord(caption: string, thing: string): boolean {
  const words = thing.split(' ');
  return caption.split(' ').some((word) => words.includes(word));
}
