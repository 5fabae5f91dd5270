import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeRle, encodeRle } from './rle.js';

function maskOf(width: number, height: number, isInside: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => (isInside(i % width, Math.floor(i / width)) ? 1 : 0));
}

const inCircle = (x: number, y: number, radius: number) => x * x + y * y < radius * radius;

/** Output of `pycocotools.mask.encode` 2.0.11. */
const KNOWN = [
  { name: 'an empty mask', width: 4, height: 3, mask: maskOf(4, 3, () => false), counts: '<' },
  { name: 'a full mask', width: 4, height: 3, mask: maskOf(4, 3, () => true), counts: '0<' },
  {
    name: 'a box and a pixel in the corner',
    width: 7,
    height: 9,
    mask: maskOf(7, 9, (x, y) => (x >= 1 && x < 4 && y >= 2 && y < 6) || (x === 6 && y === 8)),
    counts: ';45000h0M',
  },
];

describe('encodeRle', () => {
  it.each(KNOWN)('writes $name as COCO does', ({ mask, width, height, counts }) => {
    expect(encodeRle(mask, width, height)).toEqual({ size: [height, width], counts });
  });

  it.each([
    [
      'two discs',
      maskOf(320, 240, (x, y) => inCircle(x - 100, y - 120, 80) || inCircle(x - 250, y - 50, 30)),
      '16d1237e072c5a72416e36e74bdbfec38e1eca9e49bcc22705b826900bdec9ec',
    ],
    [
      'a texture',
      maskOf(320, 240, (x, y) => (x * 7 + y * 13) % 5 < 2),
      '54f07c28fe3582d5633a0db9d0d3289d3a9c05ccc515b6ca3a292ec09c6607a8',
    ],
  ])('writes %s as COCO does', (_, mask, sha256) => {
    const { counts } = encodeRle(mask, 320, 240);
    expect(createHash('sha256').update(counts).digest('hex')).toBe(sha256);
    // `toEqual` takes half a second for that many numbers.
    expect(Buffer.compare(decodeRle({ size: [240, 320], counts }), mask)).toBe(0);
  });
});

describe('decodeRle', () => {
  it.each(KNOWN)('reads $name', ({ mask, width, height, counts }) => {
    expect(decodeRle({ size: [height, width], counts })).toEqual(mask);
  });

  it.each([
    ['too few pixels', ';'],
    ['too many pixels', '0=='],
    ['characters outside the alphabet', '0 '],
    ['an unterminated number', 'ooooooooooo'],
    ['a negative run', '<M'],
  ])('refuses %s', (_, counts) => {
    expect(() => decodeRle({ size: [3, 4], counts })).toThrow(RangeError);
  });
});
