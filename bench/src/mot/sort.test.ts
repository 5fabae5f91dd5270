import type { Box } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { createSort } from './sort.js';

const options = { maxAge: 1, minHits: 3, iou: 0.3 };
const walker = (frame: number): Box => [100 + 5 * frame, 100, 140 + 5 * frame, 200];

function play(scene: (frame: number) => Box[], frames: number, given: Partial<typeof options> = {}) {
  const update = createSort({ ...options, ...given });
  return Array.from({ length: frames }, (_, frame) => update(scene(frame)));
}

describe('SORT', () => {
  it('follows a walker under one id, with boxes that settle on the detections', () => {
    const reported = play((frame) => [walker(frame)], 30);
    expect(reported.map((tracks) => tracks.map(({ id }) => id))).toEqual(Array(30).fill([1]));
    for (const [side, value] of reported[29]![0]!.bbox.entries()) expect(value).toBeCloseTo(walker(29)[side]!, 0);
  });

  it('reports a late arrival only after three hits in a row', () => {
    const reported = play((frame) => (frame < 10 ? [] : [walker(frame)]), 16);
    expect(reported.map(({ length }) => length)).toEqual([...Array(13).fill(0), 1, 1, 1]);
  });

  it.each([
    [1, [1, 2]],
    [30, [1]],
  ])('with a max age of %i gives ids %j around a gap of five frames', (maxAge, ids) => {
    const reported = play((frame) => (frame >= 10 && frame < 15 ? [] : [walker(frame)]), 30, { maxAge });
    expect([...new Set(reported.flat().map(({ id }) => id))]).toEqual(ids);
  });

  it('gives boxes that overlap too little ids of their own', () => {
    const reported = play((frame) => [[100 * frame, 0, 100 * frame + 50, 50]], 3);
    expect(reported.map((tracks) => tracks.map(({ id }) => id))).toEqual([[1], [2], [3]]);
  });
});
