import pluralize from 'pluralize';
import { intlOf } from '../shared/intl.js';

export const { locale, number, plural, many, and, or, duration } = intlOf('en-GB');

export const quoted = (name: string) => `“${name}”`;

/** `a cat`, `an oven` */
export const article = (name: string) => `${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`;
/** The word for as many of a kind of objects: the server names them in English. */
export const objectWord = (name: string, count: number) => pluralize(name, count);
