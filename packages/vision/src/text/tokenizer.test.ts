import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readTextFixture, TEXTS, TOKENIZERS } from '../testing/tokenizers.js';
import { MAX_TEXT_CHARACTERS, parseTokenizer, readTokenizer } from './tokenizer.js';

const directory = mkdtempSync(join(tmpdir(), 'lookout-tokenizer-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** BERT WordPiece, CLIP byte pairs, SentencePiece of the first SigLIP and of SigLIP 2: ids from their own libraries. */
describe.each(TOKENIZERS)('a tokenizer: %s', (name) => {
  const { tokenizer: file, ids } = readTextFixture(name);
  const tokenizer = parseTokenizer(file);
  // @huggingface/tokenizers treats a zero-width joiner as a space in Unigram vocabularies, SentencePiece as a letter.
  const isSame = (text: string) => name !== 'unigram' || !text.includes('\u200d');

  it.each(TEXTS.map((text, i) => [text, ids[i]!] as const).filter(([text]) => isSame(text)))(
    'gives the ids of its own library: %j',
    (text, expected) => {
      expect([...tokenizer.prefix, ...tokenizer.encode(text), ...tokenizer.suffix]).toEqual(expected);
    },
  );

  it.each([
    ['one long word', 'x'.repeat(10_000)],
    ['many words', 'a red car '.repeat(1000)],
    ['spaces', ' '.repeat(10_000)],
    ['emoji', '🚗'.repeat(5000)],
    ['lone surrogates', '\ud83d'.repeat(10_000)],
  ])('truncates 10 000 characters: %s', (_, text) => {
    expect(tokenizer.encode(text)).toEqual(tokenizer.encode(text.slice(0, MAX_TEXT_CHARACTERS)));
  });
});

describe('parseTokenizer', () => {
  it('reads the ids of CLIP', () => {
    const clip = parseTokenizer(readTextFixture('clip').tokenizer);
    expect(clip).toMatchObject({ kind: 'BPE', vocabularySize: 49408, prefix: [49406], suffix: [49407] });
    expect(clip.encode('red')).toEqual([736]);
    expect(clip.idOf('<|endoftext|>')).toBe(49407);
    expect(clip.idOf('no such token')).toBeUndefined();
  });

  it('reads maximum length and padding from the file', () => {
    const file = { ...readTextFixture('wordpiece').tokenizer, padding: null, truncation: null };
    expect(parseTokenizer(file)).toMatchObject({ kind: 'WordPiece', maxLength: undefined, padId: undefined });
    const told = { ...file, padding: { pad_id: 7 }, truncation: { max_length: 32 } };
    expect(parseTokenizer(told)).toMatchObject({ maxLength: 32, padId: 7 });
  });

  it.each([
    ['nothing', null],
    ['no vocabulary', { model: { type: 'BPE' } }],
    ['a vocabulary that is text', { model: { type: 'BPE', vocab: 'x' }, added_tokens: [] }],
    ['an unknown kind', { ...readTextFixture('clip').tokenizer, model: { type: 'Other', vocab: { a: 0 } } }],
    ['an unknown step', { ...readTextFixture('clip').tokenizer, pre_tokenizer: { type: 'Other' } }],
    ['ids that are text', { ...readTextFixture('clip').tokenizer, added_tokens: [{ id: 'x', content: 'y' }] }],
  ])('refuses a file with %s', (_, file) => {
    expect(() => parseTokenizer(file)).toThrow(expect.objectContaining({ code: 'model_invalid' }));
  });
});

describe('readTokenizer', () => {
  it('refuses files that are missing, cut short or too large', () => {
    const path = join(directory, 'tokenizer.json');
    expect(() => readTokenizer(path)).toThrow(expect.objectContaining({ code: 'model_not_found' }));
    writeFileSync(path, '{"model": {');
    expect(() => readTokenizer(path)).toThrow(expect.objectContaining({ code: 'model_invalid' }));
    truncateSync(path, 65 * 1024 * 1024);
    expect(() => readTokenizer(path)).toThrow('larger than 64 MB');
  });
});
