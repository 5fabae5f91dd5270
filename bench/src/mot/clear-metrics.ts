import { maximiseTotal } from '@lookout/vision';
import type { ScoredSequence } from './sequence.js';

export interface ClearMetrics {
  /** 1 − (misses + false positives + identity switches) / true boxes; can be negative. */
  mota: number;
  /** Mean IoU of the matched boxes. */
  motp: number;
  truePositives: number;
  falseNegatives: number;
  falsePositives: number;
  identitySwitches: number;
  /** Identity switches to a track that another true object had before. */
  stolenIdentities: number;
}

/** Larger than any sum of similarities in a frame, so that keeping a pair always wins over a better fit. */
const CONTINUITY = 1000;

/**
 * CLEAR MOT (Bernardin and Stiefelhagen 2008) with TrackEval's conventions: pairs below `threshold` IoU cannot match; a pair that
 * matched in the frame just before is kept; the rest is matched for greatest similarity; a switch is counted when a true
 * object's track differs from the last one it ever had.
 */
export function clearMetrics(sequence: ScoredSequence, threshold = 0.5): ClearMetrics {
  const lastTrack = new Int32Array(sequence.truthCount).fill(-1);
  let trackBefore = new Int32Array(sequence.truthCount).fill(-1);
  let truePositives = 0;
  let identitySwitches = 0;
  let stolenIdentities = 0;
  const owners = Array.from({ length: sequence.trackCount }, () => new Set<number>());
  let similaritySum = 0;
  for (const { truth, tracks, similarity } of sequence.frames) {
    const weights = similarity.map((value, cell) => {
      if (value < threshold - Number.EPSILON) return 0;
      const row = Math.floor(cell / tracks.length);
      return value + (trackBefore[truth[row]!] === tracks[cell % tracks.length] ? CONTINUITY : 0);
    });
    const columnOfRow = maximiseTotal(weights, truth.length, tracks.length);
    const trackNow = new Int32Array(sequence.truthCount).fill(-1);
    for (const [row, column] of columnOfRow.entries()) {
      const cell = row * tracks.length + column;
      if (column < 0 || weights[cell] === 0) continue;
      const object = truth[row]!;
      const track = tracks[column]!;
      const owned = owners[track]!;
      if (lastTrack[object] !== -1 && lastTrack[object] !== track) {
        identitySwitches++;
        if (owned.size > (owned.has(object) ? 1 : 0)) stolenIdentities++;
      }
      owned.add(object);
      lastTrack[object] = track;
      trackNow[object] = track;
      truePositives++;
      similaritySum += similarity[cell]!;
    }
    trackBefore = trackNow;
  }
  const falseNegatives = sequence.truthBoxes - truePositives;
  const falsePositives = sequence.trackBoxes - truePositives;
  return {
    mota: 1 - (falseNegatives + falsePositives + identitySwitches) / Math.max(1, sequence.truthBoxes),
    motp: similaritySum / Math.max(1, truePositives),
    truePositives,
    falseNegatives,
    falsePositives,
    identitySwitches,
    stolenIdentities,
  };
}
