import { createTracker } from '@lookout/vision';
import { clearMetrics } from './clear-metrics.js';
import { hotaMetrics } from './hota-metrics.js';
import { identityMetrics } from './identity-metrics.js';
import type { MotSequence } from './mot-files.js';
import { type MotBox, type MotFrames, scoreSequence } from './sequence.js';

/** Scores of one sequence, 0..1 but MOTA, which can be negative. */
export interface SequenceScores {
  sequence: string;
  /** Frames per second that the tracker saw. */
  fps: number;
  frames: number;
  hota: number;
  detA: number;
  assA: number;
  idf1: number;
  mota: number;
  motp: number;
  identitySwitches: number;
  falsePositives: number;
  falseNegatives: number;
  truths: number;
  tracks: number;
}

/**
 * The product's tracker with its defaults over a sequence's public detections; frame i is at (i − 1) / frame rate.
 * @param every only every n-th frame is shown to the tracker and scored.
 */
export function evaluateTracker(sequence: MotSequence, every = 1): SequenceScores {
  const tracks = trackSequence(sequence, every);
  const truth = new Map([...sequence.truth].filter(([frame]) => tracks.has(frame)));
  const scored = scoreSequence(truth, tracks);
  const { hota, detA, assA } = hotaMetrics(scored);
  const { idf1 } = identityMetrics(scored);
  const { mota, motp, identitySwitches, falsePositives, falseNegatives } = clearMetrics(scored);
  return {
    sequence: sequence.info.name,
    fps: sequence.info.frameRate / every,
    frames: tracks.size,
    hota,
    detA,
    assA,
    idf1,
    mota,
    motp,
    identitySwitches,
    falsePositives,
    falseNegatives,
    truths: scored.truthCount,
    tracks: scored.trackCount,
  };
}

/** What the tracker gave an identity to, frame by frame. */
export function trackSequence({ info, detections }: MotSequence, every: number): MotFrames {
  const tracker = createTracker();
  const frames = new Map<number, MotBox[]>();
  for (let frame = 1; frame <= info.length; frame += every) {
    const found = (detections.get(frame) ?? []).map(({ bbox, score }) => ({
      bbox,
      confidence: score,
      class_id: 0,
      class_name: 'person',
    }));
    const tracked = tracker.update(found, ((frame - 1) * 1000) / info.frameRate);
    frames.set(
      frame,
      tracked.flatMap(({ track_id, bbox }) => (track_id === undefined ? [] : [{ id: track_id, bbox }])),
    );
  }
  return frames;
}
