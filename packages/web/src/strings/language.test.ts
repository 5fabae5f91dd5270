import { expect, it } from 'vitest';
import { languageOf } from './language.js';

it.each([
  [null, ['de-AT', 'en'], 'de'],
  [null, ['fr', 'es-MX', 'de'], 'es'],
  [null, ['DE'], 'de'],
  [null, ['fr', 'ja'], 'en'],
  [null, [], 'en'],
  ['es', ['de'], 'es'],
  ['klingon', ['de'], 'de'],
  ['toString', ['de'], 'de'],
] as const)('chosen %j, wanted %j: %s', (chosen, wanted, language) => {
  expect(languageOf(chosen, wanted)).toBe(language);
});
