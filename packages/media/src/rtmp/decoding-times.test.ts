import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import { DecodingTimes } from './decoding-times.js';

/** Times of a row of timestamps; those after a jump are marked. */
function times(...timestamps: number[]) {
  const line = new DecodingTimes();
  return timestamps.map((timestampMs) => {
    const { dtsMs, isDiscontinuity } = line.next(timestampMs);
    return isDiscontinuity ? `jump ${dtsMs}` : dtsMs;
  });
}

describe('DecodingTimes', () => {
  it.each<[string, number[], (number | string)[]]>([
    ['an even stream', [0, 40, 80], [0, 40, 80]],
    ['a stream that begins late', [5000, 5040], [5000, 5040]],
    ['a pause', [0, 9000], [0, 9000]],
    ['the wrap after 49.7 days', [0xffff_ffd8, 0, 40], [0xffff_ffd8, 0x1_0000_0000, 0x1_0000_0028]],
    ['a frame out of order', [0, 40, 20, 80], [0, 40, 41, 80]],
    ['the same time twice', [0, 40, 40, 80], [0, 40, 41, 80]],
    ['a restart from 0', [60_000, 60_033, 0, 33], [60_000, 60_033, 'jump 60066', 60_099]],
    ['a step far ahead', [0, 33, 1_000_000, 1_000_033], [0, 33, 'jump 66', 99]],
    ['a jump at once', [0, 3_000_000_000], [0, 'jump 40']],
  ])('makes one time line of %s', (_name, timestamps, expected) => {
    expect(times(...timestamps)).toEqual(expected);
  });

  it('increases strictly, whatever comes', () => {
    const line = new DecodingTimes();
    const random = seededRandom(5);
    const dts = Array.from({ length: 5000 }, () => line.next(random(2) ? random(2000) : random(2 ** 32)).dtsMs);
    expect(dts.filter((dtsMs, index) => index > 0 && dtsMs <= dts[index - 1]!)).toEqual([]);
  });
});
