import { ImageSettings, MAX_PROMPTS as MAX_OF_API, MAX_PHRASE_LENGTH } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { MAX_PROMPT_CHARACTERS, MAX_PROMPTS, withPrompts } from './prompts.js';

it('splits typed descriptions at commas, without duplicates', () => {
  expect(withPrompts(['smoke'], ' a  red car, smoke,, a forklift ')).toEqual(['smoke', 'a red car', 'a forklift']);
});

it('has the limits of the API', () => {
  expect([MAX_PROMPTS, MAX_PROMPT_CHARACTERS]).toEqual([MAX_OF_API, MAX_PHRASE_LENGTH]);
  const many = withPrompts([], Array.from({ length: 30 }, (_, i) => `thing ${i}`).join());
  expect(ImageSettings.parse({ prompts: many }).prompts).toHaveLength(20);
});
