import type { Box } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import { clearMetrics } from './clear-metrics.js';
import { hotaMetrics } from './hota-metrics.js';
import { identityMetrics } from './identity-metrics.js';
import type { MotDetection, MotSequence } from './mot-files.js';
import { type MotBox, type MotFrames, scoreSequence } from './sequence.js';
import { createSort } from './sort.js';

/** Scores of one sequence, 0..1 but MOTA, which can be negative. */
export interface SequenceScores {
  hota: number;
  detA: number;
  assA: number;
  idf1: number;
  mota: number;
  identitySwitches: number;
  stolenIdentities: number;
  falsePositives: number;
  falseNegatives: number;
}

/** Takes the detections of one frame after the other. @returns those that have an identity. */
export type Track = (detections: readonly MotDetection[], timestampMs: number) => readonly MotBox[];

/** The trackers that are compared, each with its defaults. */
export const TRACKERS = {
  lookout: (): Track => {
    const tracker = createTracker();
    return (detections, timestampMs) =>
      tracker
        .update(
          detections.map(({ bbox, score }) => ({ bbox, confidence: score, class_id: 0, class_name: 'person' })),
          timestampMs,
        )
        .detections.flatMap(({ track_id, bbox }) => (track_id === undefined ? [] : [{ id: track_id, bbox }]));
  },
  sort: () => sort(1),
  /** With the same patience, in frames, as later trackers. */
  'sort, max age 30': () => sort(30),
} as const satisfies Record<string, () => Track>;

function sort(maxAge: number): Track {
  const update = createSort({ maxAge, minHits: 3, iou: 0.3 });
  return (detections) => update(detections.map(({ bbox }): Box => bbox));
}

/** Every `every`-th frame from `phase` (from 0) on. */
export interface Sampling {
  every: number;
  phase: number;
}

/** A tracker's scores on the frames of a sampling: it sees only these, and only these are scored. */
export function evaluateTracker(sequence: MotSequence, track: Track, sampling: Sampling): SequenceScores {
  const tracks = trackSequence(sequence, track, sampling);
  const truth = new Map([...sequence.truth].filter(([frame]) => tracks.has(frame)));
  const scored = scoreSequence(truth, tracks);
  const { hota, detA, assA } = hotaMetrics(scored);
  const { idf1 } = identityMetrics(scored);
  return { hota, detA, assA, idf1, ...clearMetrics(scored) };
}

/** What the tracker gave an identity to, by frame; frame i is at (i − 1) / frame rate. */
function trackSequence({ info, detections }: MotSequence, track: Track, { every, phase }: Sampling): MotFrames {
  const frames = new Map<number, readonly MotBox[]>();
  for (let frame = 1 + phase; frame <= info.length; frame += every) {
    frames.set(frame, track(detections.get(frame) ?? [], ((frame - 1) * 1000) / info.frameRate));
  }
  return frames;
}
