import type { Subject } from '@lookout/protocol';
import { listOf, pluralOf, withArticle } from './words.js';

/** Start of an attribute: “person | wearing a helmet”. */
const ATTRIBUTE =
  /\s(?:wearing|with|without|in|on|of|from|at|other|against|near|by|under|that|not|carrying|holding|riding|pushing|pulling)\s/i;
const ARTICLE = /^(?:an?|the|some|any)\s+/i;
/** Attributes of having something, and of doing something. */
const HAS = /^(.*?)\s(?:wearing|with|in)\s(.*)$/i;
const DOES = /^(.*?)\s(carrying|holding|riding|pushing|pulling)\s(.*)$/i;

/** Grammatical number of a subject: `a red car`, `red cars`, or `red car`. */
export type Number = 'one' | 'many' | 'none';

/** A phrase without its article. @example withoutArticle('a red car') // 'red car' */
export function withoutArticle(phrase: string): string {
  return phrase.trim().replace(ARTICLE, '');
}

/** Splits a phrase into the thing and its attribute. @example partsOf('person wearing a helmet') // ['person', 'wearing a helmet'] */
export function partsOf(phrase: string): readonly [head: string, attribute: string] {
  const bare = withoutArticle(phrase);
  const at = bare.search(ATTRIBUTE);
  return at < 0 ? [bare, ''] : [bare.slice(0, at), bare.slice(at + 1)];
}

/**
 * A subject with a phrase, in words.
 * @example described({ classes: ['person'], phrase: 'person wearing a helmet', polarity: 'absent' }, 'one') // 'a person without a helmet'
 */
export function described(subject: Subject & { phrase: string }, number: Number): string {
  const phrase = subject.polarity === 'absent' ? lacking(subject) : subject.phrase;
  // Whether a thing without a class is countable is unknown: “smoke” takes no article, “a forklift” has its own.
  if (number === 'one' && subject.classes.includes('*')) return phrase;
  const [head, attribute] = partsOf(phrase);
  const form = number === 'one' ? withArticle : number === 'many' ? pluralOfLast : (name: string) => name;
  return [form(head), attribute].filter((part) => part !== '').join(' ');
}

/** Words for objects that do not fulfil a phrase. */
function lacking({ classes, phrase }: Subject & { phrase: string }): string {
  const bare = withoutArticle(phrase);
  const has = HAS.exec(bare);
  if (has) return `${has[1]} without ${has[2]}`;
  const does = DOES.exec(bare);
  if (does) return `${does[1]} not ${does[2]} ${does[3]}`;
  const kinds = classes.includes('*') ? 'object' : listOf(classes, 'or');
  return `${kinds} other than ${withArticle(bare)}`;
}

/** @example pluralOfLast('school bus') // 'school buses' */
function pluralOfLast(head: string): string {
  const at = head.lastIndexOf(' ') + 1;
  return head.slice(0, at) + pluralOf(head.slice(at));
}
