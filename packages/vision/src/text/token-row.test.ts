import { describe, expect, it } from 'vitest';
import { readTextFixture } from '../testing/tokenizers.js';
import { type TokenFormat, tokenRow } from './token-row.js';
import { parseTokenizer } from './tokenizer.js';

const clip = parseTokenizer(readTextFixture('clip').tokenizer);
const FORMAT: TokenFormat = {
  prefix: [49406],
  suffix: [49407],
  maxLength: 6,
  padTo: 6,
  padId: 0,
  lowerCase: false,
};

describe('tokenRow', () => {
  it('pads after the last token', () => {
    expect(tokenRow(clip, 'a red car', FORMAT)).toEqual({ ids: [49406, 320, 736, 1615, 49407, 0], used: 5 });
  });

  it('truncates the text and keeps prefix and suffix', () => {
    expect(tokenRow(clip, 'a red car a red car', FORMAT)).toEqual({
      ids: [49406, 320, 736, 1615, 320, 49407],
      used: 6,
    });
  });

  it('does not pad where the model takes any number', () => {
    expect(tokenRow(clip, '', { ...FORMAT, padTo: undefined })).toEqual({ ids: [49406, 49407], used: 2 });
  });

  it('lowercases text for models trained that way', () => {
    const gemma = parseTokenizer(readTextFixture('gemma').tokenizer);
    const format = { ...FORMAT, lowerCase: true };
    expect(tokenRow(gemma, 'THE CAMERA', format)).toEqual(tokenRow(gemma, 'the camera', format));
  });
});
