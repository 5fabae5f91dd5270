import { readFileSync } from 'node:fs';

/** Real tokenisers, cut down to `TEXTS`, and small ones trained on our own texts; see fixtures/text/make.py. */
export const TOKENIZERS = ['clip', 'wordpiece', 'unigram', 'gemma'] as const;
export const TEXTS = read('texts') as readonly string[];

/** A `tokenizer.json`, and the ids of each text by the tokeniser's own library, including special tokens. */
export function readTextFixture(name: (typeof TOKENIZERS)[number]): { tokenizer: object; ids: number[][] } {
  return read(name) as { tokenizer: object; ids: number[][] };
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/text/${name}.json`, import.meta.url), 'utf8'));
}
