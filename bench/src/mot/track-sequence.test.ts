import { describe, expect, it } from 'vitest';
import type { MotSequence } from './mot-files.js';
import type { MotBox } from './sequence.js';
import { evaluateTracker } from './track-sequence.js';

/** Two people walk apart for six seconds; the detector sees both exactly. */
function walkApart(): MotSequence {
  const truth = new Map<number, MotBox[]>();
  for (let frame = 1; frame <= 60; frame++) {
    truth.set(frame, [
      { id: 1, bbox: [300 - 3 * frame, 100, 340 - 3 * frame, 200] },
      { id: 2, bbox: [400 + 3 * frame, 100, 440 + 3 * frame, 200] },
    ]);
  }
  return {
    info: { name: 'walk-apart', frameRate: 10, length: 60, width: 768, height: 576 },
    truth,
    detections: new Map([...truth].map(([frame, boxes]) => [frame, boxes.map(({ bbox }) => ({ bbox, score: 0.9 }))])),
  };
}

describe('evaluateTracker', () => {
  it('scores 1 where detections are the truth and the way is plain', () => {
    expect(evaluateTracker(walkApart())).toMatchObject({ hota: 1, idf1: 1, mota: 1, frames: 60, fps: 10, tracks: 2 });
  });

  it('shows and scores only every n-th frame', () => {
    expect(evaluateTracker(walkApart(), 2)).toMatchObject({ hota: 1, frames: 30, fps: 5, falseNegatives: 0 });
  });

  it('scores what is never found as missed', () => {
    const sequence = walkApart();
    const blind = { ...sequence, detections: new Map() };
    expect(evaluateTracker(blind)).toMatchObject({ hota: 0, idf1: 0, mota: 0, falseNegatives: 120, tracks: 0 });
  });
});
