import { expect, it } from 'vitest';
import { GLANCE } from '../task-models/glance.js';
import { changedPart } from './motion.js';

const { columns, rows } = GLANCE;

function glance(level: number, ...patches: [x: number, y: number, width: number, height: number, level: number][]) {
  const cells = new Uint8Array(columns * rows).fill(level);
  for (const [x, y, width, height, of] of patches) {
    for (let row = y; row < y + height; row++) cells.fill(of, row * columns + x, row * columns + x + width);
  }
  return cells;
}

it('finds the part that has changed', () => {
  expect(changedPart(glance(100), glance(100, [16, 9, 8, 4, 160]))).toEqual([16 / 64, 9 / 36, 24 / 64, 13 / 36]);
});

it('ignores noise, a single flickering cell and a uniform change of light', () => {
  const noisy = glance(100).map((level, i) => level + (i % 3) * 4);
  expect(changedPart(glance(100), noisy)).toBeUndefined();
  expect(changedPart(glance(100), glance(100, [3, 3, 1, 1, 255]))).toBeUndefined();
  expect(changedPart(glance(100), glance(140))).toBeUndefined();
});

it('finds motion while the light changes', () => {
  expect(changedPart(glance(100), glance(140, [0, 0, 4, 4, 20]))).toEqual([0, 0, 4 / 64, 4 / 36]);
});
