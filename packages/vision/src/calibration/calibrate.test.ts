import { describe, expect, it } from 'vitest';
import { type CalibrationInput, calibrate } from './calibrate.js';
import { ScoreSketch } from './score-sketch.js';
import { gaussian } from './testing/scores.js';

function crops(n: number, mean = -12, deviation = 4): ScoreSketch {
  const draw = gaussian(7, mean, deviation);
  const sketch = new ScoreSketch();
  for (let i = 0; i < n; i++) sketch.add(draw());
  return sketch;
}

function forklift(given: Partial<CalibrationInput> = {}): CalibrationInput {
  return {
    phrase: 'red forklift',
    textReasons: [],
    background: crops(600),
    tooSmall: 0,
    elapsedS: 600,
    budget: { perDay: 1, cropsPerDay: 17_280 },
    exampleScores: [],
    ...given,
  };
}

describe('a phrase', () => {
  it('is calibrated first, and reports what is missing', () => {
    expect(calibrate(forklift({ background: crops(200), elapsedS: 600 }))).toEqual({
      state: 'calibrating',
      needs: { crops: 300, seconds: 1200 },
      reasons: [],
    });
  });

  it('is calibrated after 500 crops, or half an hour with at least 50', () => {
    expect(calibrate(forklift({ background: crops(500), elapsedS: 10 })).state).toBe('untested');
    expect(calibrate(forklift({ background: crops(60), elapsedS: 1800 })).state).toBe('untested');
    expect(calibrate(forklift({ background: crops(10), elapsedS: 9000 }))).toMatchObject({
      state: 'calibrating',
      needs: { crops: 40, seconds: 0 },
    });
  });

  it('is never armed before its background is known, whatever its examples score', () => {
    expect(calibrate(forklift({ background: crops(499), exampleScores: [30] })).state).toBe('calibrating');
  });

  it('is armed if an example scores above the threshold, which promises no more than one false alarm a day', () => {
    const result = calibrate(forklift({ exampleScores: [12, -3] }));
    expect(result).toMatchObject({ state: 'armed', recall: 0.5, reasons: [] });
    expect(result.expectedPerDay).toBeCloseTo(1, 5);
    expect(result.threshold).toBeGreaterThan(0);
  });

  it('is untested without an example', () => {
    const result = calibrate(forklift());
    expect(result.state).toBe('untested');
    expect(result).not.toHaveProperty('recall');
  });

  it('has figures per 1000 crops if the number per day is unknown', () => {
    const result = calibrate(forklift({ budget: { perThousand: 5 } }));
    expect(result.expectedPerThousand).toBeLessThanOrEqual(5);
    expect(result).not.toHaveProperty('expectedPerDay');
  });
});

describe('a phrase is refused', () => {
  const kinds = (input: CalibrationInput) => calibrate(input).reasons.map(({ kind }) => kind);

  it('at once if its words are a reason', () => {
    const reason = { kind: 'no_support', why: 'Nothing like it is known.' } as const;
    const result = calibrate(forklift({ background: crops(0), textReasons: [reason], exampleScores: [30] }));
    expect(result).toEqual({ state: 'refused', reasons: [reason] });
  });

  it('if nearly everything is too small', () => {
    expect(kinds(forklift({ background: crops(2), tooSmall: 90 }))).toEqual(['too_small']);
    expect(kinds(forklift({ background: crops(600), tooSmall: 900 }))).toEqual([]);
  });

  it('if the example is more like something else', () => {
    const result = calibrate(forklift({ exampleScores: [-2] }));
    expect(result).toMatchObject({ state: 'refused', recall: 0, reasons: [{ kind: 'below_example' }] });
  });

  it('if the background scores as high as the example, and says how often it would have fired', () => {
    const result = calibrate(forklift({ background: crops(600, -5, 4), exampleScores: [3] }));
    expect(result).toMatchObject({ state: 'refused', reasons: [{ kind: 'too_loud' }], loudAbove: 3 });
    expect(result.reasons[0]?.why).toMatch(/fired [\d.]+ times a day/);
  });

  it('if a large share of what the camera shows matches it', () => {
    const result = calibrate(forklift({ background: crops(600, -1, 4) }));
    expect(result).toMatchObject({ state: 'refused', reasons: [{ kind: 'too_loud' }], loudAbove: 0 });
  });
});
