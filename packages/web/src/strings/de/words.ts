import { intlOf } from '../shared/intl.js';
import { OBJECTS } from './objects.js';

export const { locale, number, plural, many, and, or, duration } = intlOf('de');

export const quoted = (name: string) => `„${name}“`;

/** `Hund`; a name that has no translation stays as it is. */
export const objectName = (name: string) => OBJECTS[name]?.[1] ?? name;
/** `ein Hund`, `eine Person` */
export const article = (name: string) => `${articleOf(name)}${objectName(name)}`;
/** `kein Hund`, `keine Person` */
export const no = (name: string) => `k${articleOf(name) || 'ein '}${objectName(name)}`;
/** The word for as many of a kind of objects. */
export const objectWord = (name: string, count: number) =>
  plural(count, objectName(name), OBJECTS[name]?.[2] ?? objectName(name));
/** The server's name, from what people typed. */
export const objectNamed = (words: string) => {
  const typed = words.toLocaleLowerCase('de');
  const found = Object.entries(OBJECTS).find(([, [, one]]) => one.toLocaleLowerCase('de') === typed);
  return found?.[0] ?? words;
};

function articleOf(name: string): string {
  const gender = OBJECTS[name]?.[0];
  return gender === undefined ? '' : gender === 'e' ? 'eine ' : 'ein ';
}
