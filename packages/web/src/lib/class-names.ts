import { t } from '../strings/index.js';

/** Kinds of objects as people type them: `person, car`. @param names that the server has for them */
export function classesInWords(names: readonly string[]): string {
  return names.map(t.object).join(', ');
}

/** The server's names, from such a text. */
export function classesOf(words: string): string[] {
  return words
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
    .map(t.objectNamed);
}
