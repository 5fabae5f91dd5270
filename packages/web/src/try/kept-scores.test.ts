import type { Detection, ImageDetections } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { keptFrom, lowestScore } from './kept-scores.js';

const found = (...scores: number[]): ImageDetections => ({
  detections: scores.map(
    (confidence): Detection => ({ class_id: 0, class_name: 'person', confidence, bbox: [0, 0, 10, 10] }),
  ),
  processing_time_ms: 20,
  inference_ms: 12,
  image_size: [640, 480],
});

it('keeps what has the score or more, and everything else of the answer', () => {
  expect(keptFrom(found(0.9, 0.4, 0.39), 0.4)).toEqual(found(0.9, 0.4));
  expect(keptFrom(found(0.3), 0.4)).toEqual(found());
});

it('keeps objects found by prompt, whatever the score', () => {
  const answer = found(0.3);
  const [detection] = answer.detections;
  const byWords = { ...detection!, confidence: 0.12, label: 'smoke', score: 0.12, margin: null };
  expect(keptFrom({ ...answer, detections: [detection!, byWords] }, 0.4).detections).toEqual([byWords]);
});

it('says from which score on objects are known', () => {
  expect(lowestScore(undefined, 100)).toBe(0.05);
  expect(lowestScore(found(0.9, 0.06), 100)).toBe(0.05);
  // There may be more, with lower scores, but no more were asked for.
  expect(lowestScore(found(0.9, 0.3), 2)).toBe(0.3);
});
