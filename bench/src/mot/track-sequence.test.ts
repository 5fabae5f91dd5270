import { describe, expect, it } from 'vitest';
import { dropTruth } from './dropped-truth.js';
import type { MotSequence } from './mot-files.js';
import type { MotBox } from './sequence.js';
import { evaluateTracker, TRACKERS, type Track } from './track-sequence.js';

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

const full = { every: 1, phase: 0 };

describe('evaluateTracker', () => {
  it.each(Object.keys(TRACKERS) as (keyof typeof TRACKERS)[])(
    'finds no fault with %s where the way is plain',
    (name) => {
      expect(evaluateTracker(walkApart(), TRACKERS[name](), full)).toMatchObject({ idf1: 1, identitySwitches: 0 });
    },
  );

  it('shows and scores only the frames of its sampling', () => {
    const shown: number[] = [];
    const nothing: Track = (_, ms) => {
      shown.push(ms);
      return [];
    };
    expect(evaluateTracker(walkApart(), nothing, { every: 20, phase: 1 })).toMatchObject({ falseNegatives: 6 });
    expect(shown).toEqual([100, 2100, 4100]);
  });

  it('scores what is never found as missed', () => {
    const blind = { ...walkApart(), detections: new Map() };
    expect(evaluateTracker(blind, TRACKERS.lookout(), full)).toMatchObject({
      hota: 0,
      idf1: 0,
      mota: 0,
      falseNegatives: 120,
    });
  });
});

describe('dropTruth', () => {
  it('misses the same boxes each time, and about the share asked for', () => {
    const sequence = walkApart();
    const seen = dropTruth(sequence, 0.15);
    expect(dropTruth(sequence, 0.15)).toEqual(seen);
    const count = [...seen.detections.values()].flat().length;
    expect(count).toBeGreaterThan(95);
    expect(count).toBeLessThan(110);
  });
});
