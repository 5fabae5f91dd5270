import { seededRandom } from '@lookout/vision/testing';
import type { MotSequence } from './mot-files.js';

/** A score that a detector gives a clearly visible object. */
const SCORE = 0.9;

/** The sequence as seen by a detector that places every box exactly and randomly misses a share of them; the same each time. */
export function dropTruth(sequence: MotSequence, share: number): MotSequence {
  const random = seededRandom(1);
  const seen = [...sequence.truth].map(
    ([frame, boxes]) =>
      [frame, boxes.filter(() => random() >= share).map(({ bbox }) => ({ bbox, score: SCORE }))] as const,
  );
  return { ...sequence, detections: new Map(seen) };
}
