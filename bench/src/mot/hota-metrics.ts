import { maximiseTotal } from '@lookout/vision';
import type { ScoredSequence } from './sequence.js';

export interface HotaMetrics {
  /** Mean over the localisation thresholds of √(detection accuracy · association accuracy), 0..1. */
  hota: number;
  /** Mean detection accuracy, 0..1. */
  detA: number;
  /** Mean association accuracy, 0..1. */
  assA: number;
}

/** 0.05, 0.10 … 0.95. */
export const HOTA_THRESHOLDS: readonly number[] = Array.from({ length: 19 }, (_, step) => (step + 1) / 20);

/**
 * HOTA (Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 2021). As in TrackEval, each
 * frame is matched once for all thresholds, by similarity times how well the two identities go together over the whole sequence;
 * a pair then counts at every threshold its IoU reaches.
 */
export function hotaMetrics(sequence: ScoredSequence): HotaMetrics {
  const { trackCount } = sequence;
  const affinity = identityAffinity(sequence);
  const matches = HOTA_THRESHOLDS.map(() => new Float64Array(sequence.truthCount * trackCount));
  for (const { truth, tracks, similarity } of sequence.frames) {
    const weights = similarity.map((value, cell) => {
      const row = Math.floor(cell / tracks.length);
      return value * affinity[truth[row]! * trackCount + tracks[cell % tracks.length]!]!;
    });
    const columnOfRow = maximiseTotal(weights, truth.length, tracks.length);
    for (const [row, column] of columnOfRow.entries()) {
      if (column < 0) continue;
      const value = similarity[row * tracks.length + column]!;
      for (const [step, threshold] of HOTA_THRESHOLDS.entries()) {
        if (value >= threshold - Number.EPSILON) matches[step]![truth[row]! * trackCount + tracks[column]!]!++;
      }
    }
  }
  const boxes = countBoxes(sequence);
  const detA = matches.map((counts) => detectionAccuracy(counts, sequence));
  const assA = matches.map((counts) => associationAccuracy(counts, boxes.perTruth, boxes.perTrack));
  return {
    hota: mean(detA.map((value, step) => Math.sqrt(value * assA[step]!))),
    detA: mean(detA),
    assA: mean(assA),
  };
}

/** Soft Jaccard index of every true object and track over the sequence, 0..1, row-major truth × tracks. */
function identityAffinity(sequence: ScoredSequence): Float64Array {
  const { trackCount } = sequence;
  const together = new Float64Array(sequence.truthCount * trackCount);
  for (const { truth, tracks, similarity } of sequence.frames) {
    const rowSum = new Float64Array(truth.length);
    const columnSum = new Float64Array(tracks.length);
    for (const [cell, value] of similarity.entries()) {
      rowSum[Math.floor(cell / tracks.length)]! += value;
      columnSum[cell % tracks.length]! += value;
    }
    for (const [cell, value] of similarity.entries()) {
      if (value === 0) continue;
      const row = Math.floor(cell / tracks.length);
      const column = cell % tracks.length;
      together[truth[row]! * trackCount + tracks[column]!]! += value / (rowSum[row]! + columnSum[column]! - value);
    }
  }
  const { perTruth, perTrack } = countBoxes(sequence);
  return together.map((value, cell) => {
    const total = perTruth[Math.floor(cell / trackCount)]! + perTrack[cell % trackCount]!;
    return value / (total - value);
  });
}

/** TP / (TP + FN + FP). */
function detectionAccuracy(matches: Float64Array, sequence: ScoredSequence): number {
  const truePositives = matches.reduce((sum, count) => sum + count, 0);
  return truePositives / Math.max(1, sequence.truthBoxes + sequence.trackBoxes - truePositives);
}

/** Mean over the matched boxes of TPA / (TPA + FNA + FPA) of their pair of identities. */
function associationAccuracy(matches: Float64Array, perTruth: Float64Array, perTrack: Float64Array): number {
  let truePositives = 0;
  let sum = 0;
  for (const [cell, count] of matches.entries()) {
    if (count === 0) continue;
    const total = perTruth[Math.floor(cell / perTrack.length)]! + perTrack[cell % perTrack.length]!;
    sum += count * (count / (total - count));
    truePositives += count;
  }
  return sum / Math.max(1, truePositives);
}

function countBoxes(sequence: ScoredSequence): { perTruth: Float64Array; perTrack: Float64Array } {
  const perTruth = new Float64Array(sequence.truthCount);
  const perTrack = new Float64Array(sequence.trackCount);
  for (const { truth, tracks } of sequence.frames) {
    for (const object of truth) perTruth[object]!++;
    for (const track of tracks) perTrack[track]!++;
  }
  return { perTruth, perTrack };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
