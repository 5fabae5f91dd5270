import { describe, expect, it } from 'vitest';
import { linearTaps, wholeWeights } from './resampling.js';

describe('linearTaps', () => {
  it('takes the two nearest samples by distance, centres aligned', () => {
    // Three outputs over six samples: their centres lie half-way between the samples 0 and 1, 2 and 3, 4 and 5.
    expect(linearTaps(6, 3)).toEqual([
      { first: 0, weights: [0.5, 0.5] },
      { first: 2, weights: [0.5, 0.5] },
      { first: 4, weights: [0.5, 0.5] },
    ]);
  });

  it('takes one sample where an output lies on it, and beyond the outermost centres', () => {
    expect(linearTaps(2, 2)).toEqual([
      { first: 0, weights: [1] },
      { first: 1, weights: [1] },
    ]);
    expect(linearTaps(2, 4)).toEqual([
      { first: 0, weights: [1] },
      { first: 0, weights: [0.75, 0.25] },
      { first: 0, weights: [0.25, 0.75] },
      { first: 1, weights: [1] },
    ]);
    expect(linearTaps(1, 3)).toEqual(Array(3).fill({ first: 0, weights: [1] }));
  });
});

describe('wholeWeights', () => {
  it('sums to one exactly, whatever was rounded', () => {
    expect(wholeWeights([1 / 3, 1 / 3, 1 / 3], 256)).toEqual([86, 85, 85]);
    expect(wholeWeights([0.25, 0.75], 256)).toEqual([64, 192]);
    expect(wholeWeights([1], 256)).toEqual([256]);
  });
});
