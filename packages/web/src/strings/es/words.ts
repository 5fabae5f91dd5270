import { intlOf } from '../shared/intl.js';
import { OBJECTS } from './objects.js';

export const { locale, number, plural, many, and, or, duration } = intlOf('es');

export const quoted = (name: string) => `«${name}»`;

/** `perro`; a name that has no translation stays as it is. */
export const objectName = (name: string) => OBJECTS[name]?.[1] ?? name;
/** `un perro`, `una persona` */
export const article = (name: string) => {
  const gender = OBJECTS[name]?.[0];
  return gender === undefined ? name : `${gender === 'f' ? 'una' : 'un'} ${objectName(name)}`;
};
/** The word for as many of a kind of objects. */
export const objectWord = (name: string, count: number) =>
  plural(count, objectName(name), OBJECTS[name]?.[2] ?? objectName(name));
/** The server's name, from what people typed. */
export const objectNamed = (words: string) => {
  const typed = words.toLocaleLowerCase('es');
  return Object.entries(OBJECTS).find(([, [, one]]) => one === typed)?.[0] ?? words;
};

/** A time to follow “desde”: `las 14:02`, `el jueves`, `el 3 de mayo`, `ayer`. */
export const since = (when: string) => {
  if (/^\d?\d:/.test(when)) return `${/^0?1:/.test(when) ? 'la' : 'las'} ${when}`;
  return /^(ayer|anoche|mañana)/.test(when) ? when : `el ${when}`;
};
