import type { Box, Detection } from '@lookout/protocol';
import type { TrackedDetection, Tracker } from '../tracker.js';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A detection of a person of 40 × 100 pixels around a centre. */
export function person(centerX: number, centerY: number, confidence = 0.8): Detection {
  return detection([centerX - 20, centerY - 50, centerX + 20, centerY + 50], confidence);
}

export function detection(bbox: Box, confidence = 0.8, classId = 0, className = 'person'): Detection {
  return { bbox, confidence, class_id: classId, class_name: className };
}

/** Shows a scene to a tracker at the times given. @returns what it said of each frame. */
export function play(
  tracker: Tracker,
  timesMs: readonly number[],
  scene: (ms: number) => Detection[],
): TrackedDetection[][] {
  return timesMs.map((ms) => tracker.update(scene(ms), ms));
}

/** Times from `fromMs` to before `toMs` at a rate. */
export function times(fps: number, fromMs: number, toMs: number): number[] {
  return Array.from({ length: Math.ceil(((toMs - fromMs) * fps) / 1000) }, (_, index) => fromMs + (index * 1000) / fps);
}

/** The ids of one frame, in the order of its detections. */
export function idsOf(frame: readonly Detection[] | undefined): (number | undefined)[] {
  return (frame ?? []).map(({ track_id }) => track_id);
}

/** Every id that was given out, in order of appearance. */
export function allIds(frames: readonly Detection[][]): number[] {
  return [...new Set(frames.flat().flatMap(({ track_id }) => (track_id === undefined ? [] : [track_id])))];
}
