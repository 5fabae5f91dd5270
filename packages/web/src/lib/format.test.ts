import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatFps,
  formatMs,
  formatSize,
  formatStage,
  gradeDelay,
  summariseClasses,
} from './format.js';

describe('format', () => {
  it.each([
    [0.4, '0 ms'],
    [41.6, '42 ms'],
    [999.6, '1.0 s'],
    [1440, '1.4 s'],
    [9960, '10 s'],
    [125_000, '2 min'],
  ])('milliseconds %d → %s', (ms, text) => expect(formatMs(ms)).toBe(text));

  it.each([
    [0.01, '0'],
    [1.25, '1.3'],
    [9.96, '10'],
    [31.4, '31'],
  ])('stage %d → %s', (ms, text) => expect(formatStage(ms)).toBe(text));

  it.each([
    [59.9, '59 s'],
    [60, '1 min'],
    [3600, '1 h'],
    [12_000, '3 h 20 min'],
    [446_400, '5 d 4 h'],
    [86_400, '1 d'],
  ])('duration %d → %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('counts, rates and sizes', () => {
    expect([999, 1234, 12_345, 999_949, 4_560_000].map(formatCount)).toEqual([
      '999',
      '1\u202f234',
      '12.3 k',
      '999.9 k',
      '4.56 M',
    ]);
    expect([7.46, 29.97].map(formatFps)).toEqual(['7.5', '30']);
    expect(formatSize(640, 480)).toBe('640 × 480');
    expect(formatSize(undefined, 480)).toBe('–');
  });

  it('sums up what was found', () => {
    expect(summariseClasses(['car', 'person', 'person', 'bus'])).toBe('2 people, 1 bus, 1 car');
    expect(summariseClasses(['a pizza', 'a pizza'])).toBe('2 pizzas');
    expect(summariseClasses([])).toBe('nothing');
  });
});

describe('gradeDelay', () => {
  it.each([
    [0, 'fresh'],
    [99.9, 'fresh'],
    [100, 'delayed'],
    [299.9, 'delayed'],
    [300, 'late'],
  ])('%d ms is %s', (ms, grade) => expect(gradeDelay(ms)).toBe(grade));
});
