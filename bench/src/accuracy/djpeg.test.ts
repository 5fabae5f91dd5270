import { expect, it } from 'vitest';
import { readPixmap } from './djpeg.js';

const pixmap = (header: string, samples: number[]) => Buffer.concat([Buffer.from(header), Buffer.from(samples)]);

it('reads a pixmap, whose first sample may be white space', () => {
  const { width, height, rgb } = readPixmap(pixmap('P6\n2 1\n255\n', [10, 32, 0, 255, 1, 2]));
  expect([width, height, [...rgb]]).toEqual([2, 1, [10, 32, 0, 255, 1, 2]]);
});

it.each([
  ['another kind', 'P5\n2 1\n255\n'],
  ['16 bits', 'P6\n2 1\n65535\n'],
  ['samples missing', 'P6\n2 2\n255\n'],
])('refuses %s', (_, header) => {
  expect(() => readPixmap(pixmap(header, [1, 2, 3, 4, 5, 6]))).toThrow('pixmap');
});
