import { describe, expect, it } from 'vitest';
import { TrackVerdict } from './track-verdict.js';

function looks(polarity: 'present' | 'absent', fires: string, stepMs = 1000): string {
  const verdict = new TrackVerdict(polarity);
  return [...fires]
    .map((one, i) => {
      verdict.add(one === 'x', i * stepMs);
      return verdict.fulfils ? 'x' : '.';
    })
    .join('');
}

describe('TrackVerdict', () => {
  it('reports presence if any of three looks fires', () => {
    expect(looks('present', '..x.....x')).toBe('..xxx...x');
  });

  it('reports absence after three looks in a row, until two of three say otherwise', () => {
    expect(looks('absent', 'x.xxx.x..')).toBe('....xxx..');
  });

  it('reports absence after two seconds at the earliest, however often it looks', () => {
    expect(looks('absent', 'xxxxxxx', 500)).toBe('....xxx');
    expect(looks('absent', 'xxxxxxx', 1000)).toBe('..xxxxx');
  });

  it('asks for another look soon until absence is certain', () => {
    const verdict = new TrackVerdict('absent');
    expect([verdict.add(true, 0), verdict.add(true, 1000), verdict.add(true, 2000)]).toEqual([1000, 1000, undefined]);
    expect(new TrackVerdict('present').add(true, 0)).toBeUndefined();
  });
});
