import type { Box, Detection } from '@lookout/protocol';
import type { TrackedDetection, Tracker } from '../../objects/tracked-object.js';
import { seededRandom } from '../../testing/random.js';

/** Detection of a person of 40 × 100 pixels around a centre. */
export function person(centerX: number, centerY: number, confidence = 0.8): Detection {
  return detection([centerX - 20, centerY - 50, centerX + 20, centerY + 50], confidence);
}

export function detection(bbox: Box, confidence = 0.8, classId = 0, className = 'person'): Detection {
  return { bbox, confidence, class_id: classId, class_name: className };
}

/** Shows a scene to a tracker at the given times. @returns its result for each frame. */
export function play(
  tracker: Tracker,
  timesMs: readonly number[],
  scene: (ms: number) => Detection[],
): TrackedDetection[][] {
  return timesMs.map((ms) => tracker.update(scene(ms), ms).detections);
}

/** Times from `fromMs` up to, but not including, `toMs` at a rate. */
export function times(fps: number, fromMs: number, toMs: number): number[] {
  return Array.from({ length: Math.ceil(((toMs - fromMs) * fps) / 1000) }, (_, index) => fromMs + (index * 1000) / fps);
}

/** The ids of one frame, in the order of its detections. */
export function idsOf(frame: readonly Detection[] | undefined): (number | undefined)[] {
  return (frame ?? []).map(({ track_id }) => track_id);
}

/** Every id that was assigned, in order of appearance. */
export function allIds(frames: readonly Detection[][]): number[] {
  return [...new Set(frames.flat().flatMap(({ track_id }) => (track_id === undefined ? [] : [track_id])))];
}

/** Walkers with jitter, misses, false alarms, low scores, uneven times and a clock that sometimes goes back. */
export function noisyScene(seed: number): [Detection[], number][] {
  const random = seededRandom(seed);
  const walkers = Array.from({ length: 8 }, () => ({
    x: 1000 * random(),
    y: 600 * random(),
    vx: 0.2 * (random() - 0.5),
    vy: 0.1 * (random() - 0.5),
    classId: random() < 0.8 ? 0 : 2,
  }));
  let ms = 0;
  return Array.from({ length: 60 }, () => {
    ms += random() < 0.05 ? -50 : random() < 0.05 ? 2500 : 16 + 150 * random();
    const detections = walkers.flatMap(({ x, y, vx, vy, classId }): Detection[] => {
      if (random() < 0.15) return [];
      const at = person(x + vx * ms + 6 * (random() - 0.5), y + vy * ms + 6 * (random() - 0.5), 0.1 + 0.89 * random());
      return [{ ...at, class_id: classId }];
    });
    if (random() < 0.3) detections.push(person(1000 * random(), 600 * random(), 0.3 + 0.5 * random()));
    return [detections, ms];
  });
}
