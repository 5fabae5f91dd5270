import { maximiseTotal } from '@lookout/vision';
import type { ScoredSequence } from './sequence.js';

export interface IdentityMetrics {
  /** 2 · IDTP / (true boxes + track boxes), 0..1. */
  idf1: number;
  /** IDTP / track boxes. */
  precision: number;
  /** IDTP / true boxes. */
  recall: number;
  truePositives: number;
}

/**
 * Identity metrics (Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking", 2016): over the
 * whole sequence each true object is paired with at most one track, so that the number of frames in which the pair overlaps by
 * at least `threshold` IoU is greatest in total; those frames are the identity true positives.
 */
export function identityMetrics(sequence: ScoredSequence, threshold = 0.5): IdentityMetrics {
  const { truthCount, trackCount } = sequence;
  const sharedFrames = new Float64Array(truthCount * trackCount);
  for (const { truth, tracks, similarity } of sequence.frames) {
    for (const [row, object] of truth.entries()) {
      for (const [column, track] of tracks.entries()) {
        if (similarity[row * tracks.length + column]! >= threshold) sharedFrames[object * trackCount + track]!++;
      }
    }
  }
  const trackOfTruth = maximiseTotal(sharedFrames, truthCount, trackCount);
  let truePositives = 0;
  for (const [object, track] of trackOfTruth.entries()) {
    if (track >= 0) truePositives += sharedFrames[object * trackCount + track]!;
  }
  return {
    idf1: (2 * truePositives) / Math.max(1, sequence.truthBoxes + sequence.trackBoxes),
    precision: truePositives / Math.max(1, sequence.trackBoxes),
    recall: truePositives / Math.max(1, sequence.truthBoxes),
    truePositives,
  };
}
