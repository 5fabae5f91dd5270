import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const source = join(import.meta.dirname, '..');

/** Text between tags, in one line or on lines of its own, and attributes that people read. */
const WORDS = [
  />[^<>{}=]*[A-Za-z]{2}[^<>{}=]*<\//,
  /^\s*[A-Z][a-z]+,? [a-z][^;={}()]*$/m,
  /\b(?:label|title|alt|hint|advice|description|text)="[^"]*[A-Za-z]/,
];

/** Without comments and types, whose `<…>` look like tags. */
const plain = (tsx: string) => tsx.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

const wordsIn = (tsx: string) => WORDS.map((pattern) => pattern.exec(plain(tsx))?.[0]).filter(Boolean);

it.each([
  ['<p>Not found</p>', true],
  ['<p>\n  Nothing was found here\n</p>', true],
  ['<Button label="Save" />', true],
  ['<p>{t.notFound.title}</p>\n// Nothing was found here', false],
])('finds words in %j: %s', (tsx, found) => {
  expect(wordsIn(tsx).length > 0).toBe(found);
});

const components = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));

it.each(components)('%s has its words from strings/', (name) => {
  expect(wordsIn(readFileSync(join(source, name), 'utf8'))).toEqual([]);
});
