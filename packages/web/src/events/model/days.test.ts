import { describe, expect, it } from 'vitest';
import { byDayPart, daysBetween } from './days.js';

const at = (text: string) => new Date(`2026-03-${text}`).getTime();

describe('byDayPart', () => {
  it('groups what happened in one part of one day', () => {
    const times = [at('02T14:02'), at('02T13:41'), at('02T08:24'), at('01T23:47'), at('01T13:00')];
    const groups = byDayPart(times, (time) => time);
    expect(groups.map(({ part, items }) => [part, items.length])).toEqual([
      ['afternoon', 2],
      ['morning', 1],
      ['evening', 1],
      ['afternoon', 1],
    ]);
  });
});

describe('daysBetween', () => {
  it('counts midnights', () => {
    expect(daysBetween(at('01T23:59'), at('02T00:01'))).toBe(1);
    expect(daysBetween(at('02T00:01'), at('02T23:59'))).toBe(0);
  });
});
