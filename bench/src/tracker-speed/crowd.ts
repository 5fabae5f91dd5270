import type { Detection } from '@lookout/protocol';
import { seededRandom } from '@lookout/vision/testing';

const FRAME_WIDTH = 1920;
const FRAME_HEIGHT = 1080;
const MISS_RATE = 0.05;
const FALSE_ALARMS_PER_OBJECT = 0.02;

interface Walker {
  x: number;
  y: number;
  /** Pixels per second. */
  vx: number;
  vy: number;
  width: number;
  height: number;
}

/**
 * Detections of `count` objects that walk through a 1080p picture and turn at its edges, as a detector would see them: 3 % jitter, 5 %
 * missed, some false alarms, scores 0.35..0.95.
 */
export function simulateCrowd(count: number, frames: number, fps: number, seed: number): Detection[][] {
  const random = seededRandom(seed);
  const walkers = Array.from({ length: count }, (): Walker => {
    const height = 60 + 120 * random();
    return {
      x: FRAME_WIDTH * random(),
      y: FRAME_HEIGHT * random(),
      vx: 200 * (random() - 0.5),
      vy: 100 * (random() - 0.5),
      width: height * 0.4,
      height,
    };
  });
  return Array.from({ length: frames }, () => {
    const detections: Detection[] = [];
    for (const walker of walkers) {
      walk(walker, 1 / fps);
      if (random() >= MISS_RATE) detections.push(detect(walker, random));
      if (random() < FALSE_ALARMS_PER_OBJECT) {
        detections.push(detect({ ...walker, x: FRAME_WIDTH * random(), y: FRAME_HEIGHT * random() }, random));
      }
    }
    return detections;
  });
}

function walk(walker: Walker, seconds: number): void {
  walker.x += walker.vx * seconds;
  walker.y += walker.vy * seconds;
  if (walker.x < 0 || walker.x > FRAME_WIDTH) walker.vx = -walker.vx;
  if (walker.y < 0 || walker.y > FRAME_HEIGHT) walker.vy = -walker.vy;
}

function detect({ x, y, width, height }: Walker, random: () => number): Detection {
  const jitter = () => 0.06 * height * (random() - 0.5);
  return {
    bbox: [x - width / 2 + jitter(), y - height / 2 + jitter(), x + width / 2 + jitter(), y + height / 2 + jitter()],
    confidence: 0.35 + 0.6 * random(),
    class_id: 0,
    class_name: 'person',
  };
}
