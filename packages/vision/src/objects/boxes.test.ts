import type { Box } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { iou, shift } from './boxes.js';

const box: Box = [100, 100, 200, 200];

describe('shift', () => {
  it.each<[string, Box, number]>([
    ['a box that has moved by half its size', [150, 100, 250, 200], 0.5],
    ['one that has moved both ways', [130, 140, 230, 240], 0.5],
    ['one merged with its neighbour', [100, 100, 320, 200], 0],
    ['one of which half is hidden', [100, 100, 150, 200], 0],
    ['one that came nearer', [90, 90, 210, 210], 0],
    ['one that moved and was merged', [120, 100, 400, 200], 0.2],
  ])('of %s', (_, to, sizes) => {
    expect(shift(box, to)).toBeCloseTo(sizes);
  });
});

it('tells the overlap of boxes', () => {
  expect(iou(box, box)).toBe(1);
  expect(iou(box, [150, 100, 250, 200])).toBeCloseTo(1 / 3);
  expect(iou(box, [200, 100, 300, 200])).toBe(0);
});
