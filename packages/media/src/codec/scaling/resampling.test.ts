import { describe, expect, it } from 'vitest';
import { composeTaps, linearTaps, planeTaps, wholeWeights } from './resampling.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('linearTaps', () => {
  it('takes the two nearest samples by distance, centres aligned', () => {
    // Three outputs over six samples: their centres lie half-way between the samples 0 and 1, 2 and 3, 4 and 5.
    expect(linearTaps(6, 3, 2)).toEqual([
      { first: 0, weights: [0.5, 0.5] },
      { first: 2, weights: [0.5, 0.5] },
      { first: 4, weights: [0.5, 0.5] },
    ]);
  });

  it('takes one sample where an output lies on it, and beyond the outermost centres', () => {
    expect(linearTaps(2, 2, 1)).toEqual([
      { first: 0, weights: [1] },
      { first: 1, weights: [1] },
    ]);
    expect(linearTaps(2, 4, 0.5)).toEqual([
      { first: 0, weights: [1] },
      { first: 0, weights: [0.75, 0.25] },
      { first: 0, weights: [0.25, 0.75] },
      { first: 1, weights: [1] },
    ]);
    expect(linearTaps(1, 3, 1 / 3)).toEqual(Array(3).fill({ first: 0, weights: [1] }));
  });
});

describe('composeTaps', () => {
  it('is one filter after the other', () => {
    const inner = [
      { first: 0, weights: [1] },
      { first: 0, weights: [0.75, 0.25] },
      { first: 1, weights: [0.75, 0.25] },
    ];
    expect(composeTaps([{ first: 1, weights: [0.5, 0.5] }], inner)).toEqual([
      { first: 0, weights: [0.375, 0.5, 0.125] },
    ]);
  });
});

describe('planeTaps', () => {
  it('smooths subsampled colour to the size of the picture', () => {
    expect(planeTaps(4, 2, 4)).toEqual(linearTaps(2, 4, 0.5));
  });

  it.each([
    [480, 2, 312],
    [1080, 2, 234],
    [121, 2, 48],
    [3, 2, 416],
    [1, 2, 5],
    [640, 1, 416],
  ])(
    'of %i pixels, subsampled by %i, makes %i of at most three samples inside the plane',
    (size, subsampling, outputs) => {
      const taps = planeTaps(size, subsampling, outputs);
      expect(taps).toHaveLength(outputs);
      for (const { first, weights } of taps) {
        expect(weights.length).toBeLessThanOrEqual(3);
        expect(sum(weights)).toBeCloseTo(1, 10);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first + weights.length).toBeLessThanOrEqual(Math.ceil(size / subsampling));
      }
    },
  );
});

describe('wholeWeights', () => {
  it('sums to one exactly, whatever was rounded', () => {
    expect(wholeWeights([1 / 3, 1 / 3, 1 / 3], 256)).toEqual([86, 85, 85]);
    expect(wholeWeights([0.25, 0.75], 256)).toEqual([64, 192]);
    expect(wholeWeights([1], 256)).toEqual([256]);
  });
});
