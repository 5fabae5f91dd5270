import { partsOf, withoutArticle } from '../english/described.js';
import { withArticle } from '../english/words.js';
import { meaningsOf } from '../lexicon/lexicon.js';
import { COLOURS, OPPOSITES, WORN } from './words.js';

/** Number of other colours that a colour is compared with. */
const OTHER_COLOURS = 4;
/** Number of other clothes that a piece is compared with. */
const OTHER_CLOTHES = 4;

/** A phrase without its attribute, and with other attributes. All without a leading article. */
export interface PlainForms {
  /** The thing without an attribute. @example 'person' of 'a person wearing a red jacket' */
  readonly plain: readonly string[];
  /** With another attribute of the same kind. @example 'blue forklift' of 'a red forklift' */
  readonly exchanged: readonly string[];
  /** With the opposite attribute, in positive words. @example 'closed gate' of 'an open gate' */
  readonly contrary: readonly string[];
}

/** Used to find out whether a model can recognise an attribute at all. Unknown attributes have no replacement. */
export function plainForms(phrase: string): PlainForms {
  const bare = withoutArticle(phrase).toLowerCase().replace(/\s+/g, ' ');
  const [head, attribute] = partsOf(bare);
  const plain = attribute === '' ? plainHead(head) : [head];
  return {
    plain,
    exchanged: distinct([...exchangedColours(bare), ...exchangedClothes(head, attribute)], bare),
    contrary: distinct([...contraryWords(bare), ...contraryOf(head, attribute)], bare),
  };
}

/** A known name of several words, such as `fire hydrant`, is one thing; of others, the end is the thing. */
function plainHead(head: string): string[] {
  const words = head.split(' ');
  if (words.length < 2) return [];
  for (let first = 1; first < words.length; first++) {
    const rest = words.slice(first).join(' ');
    if (words.length - first === 1 || meaningsOf(rest).length > 0) return isName(head) ? [] : [rest];
  }
  return [];
}

function isName(head: string): boolean {
  return meaningsOf(head).length > 0;
}

function exchangedColours(bare: string): string[] {
  const colour = COLOURS.find((one) => hasWord(bare, one));
  if (colour === undefined) return [];
  const others = COLOURS.filter((one) => one !== colour && !hasWord(bare, one)).slice(0, OTHER_COLOURS);
  return others.map((other) => withWord(bare, colour, other));
}

/** `person wearing a helmet` → `person wearing a cap`. */
function exchangedClothes(head: string, attribute: string): string[] {
  const worn = wornThing(attribute);
  if (!worn) return [];
  const others = worn.group.things.filter((one) => !one.includes(worn.thing) && !worn.thing.includes(one));
  return others
    .slice(0, OTHER_CLOTHES)
    .map((other) => `${head} wearing ${other.endsWith('s') ? other : withArticle(other)}`);
}

function contraryWords(bare: string): string[] {
  return OPPOSITES.flatMap(([one, other]) => {
    if (hasWord(bare, one)) return [withWord(bare, one, other)];
    return hasWord(bare, other) ? [withWord(bare, other, one)] : [];
  });
}

function contraryOf(head: string, attribute: string): string[] {
  if (/^(?:carrying|holding)\b/.test(attribute)) return [`${head} with empty hands`];
  if (/^(?:riding|pushing|pulling)\b/.test(attribute)) return [`${head} walking`];
  const without = wornThing(attribute)?.group.without;
  return without === undefined ? [] : [without.replace('%', head)];
}

function wornThing(attribute: string) {
  if (!/^(?:wearing|in|with)\b/.test(attribute)) return undefined;
  for (const group of WORN) {
    // Longest name first: a hard hat is not a hat.
    const thing = [...group.things].sort((a, b) => b.length - a.length).find((one) => endsWith(attribute, one));
    if (thing !== undefined) return { group, thing };
  }
  return undefined;
}

const endsWith = (text: string, words: string) => text === words || text.endsWith(` ${words}`);

const hasWord = (text: string, word: string) => text.split(' ').includes(word);

/** Adapts an article before the word: `an open gate` → `a closed gate`. */
function withWord(text: string, word: string, other: string): string {
  const words = text.split(' ');
  const at = words.indexOf(word);
  words[at] = other;
  if (at > 0 && /^an?$/.test(words[at - 1] ?? '')) words[at - 1] = withArticle(other).split(' ')[0] ?? 'a';
  return words.join(' ');
}

function distinct(phrases: readonly string[], own: string): string[] {
  return [...new Set(phrases)].filter((one) => one !== own);
}
