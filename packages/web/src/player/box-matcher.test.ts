import type { DetectionsEvent } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { BoxMatcher } from './box-matcher.js';

const SIZE = { width: 640, height: 480 };

function analysed(...times: number[]): BoxMatcher {
  const matcher = new BoxMatcher();
  for (const timestamp of times) {
    const event: DetectionsEvent = {
      ...{ camera: 'yard', frameNumber: timestamp, timestamp, width: 640, height: 480, inference_ms: 5 },
      detections: [{ class_id: 0, class_name: 'person', confidence: 0.9, bbox: [timestamp, 0, 10, 10] }],
    };
    matcher.add(event);
  }
  return matcher;
}

const boxOf = (matcher: BoxMatcher, capturedMs: number) => matcher.boxesAt(capturedMs, SIZE)?.detections[0]?.bbox[0];

it('gives each frame its own boxes, though later ones have come', () => {
  const matcher = analysed(1000, 1040, 1080);
  expect(matcher.boxesAt(1040.4, SIZE)).toMatchObject({ width: 640, height: 480, timestamp: 1040.4 });
  expect(matcher.boxesAt(1040.4, SIZE)?.detections_age_ms).toBeUndefined();
  expect(boxOf(matcher, 1040.4)).toBe(1040);
  expect(boxOf(matcher, 1039.6), 'times of analyses are rounded').toBe(1040);
});

it('gives a frame that was not analysed the boxes before it, with their age', () => {
  const matcher = analysed(1000, 1120);
  expect(matcher.boxesAt(1080, SIZE)).toMatchObject({ detections_age_ms: 80 });
  expect(boxOf(matcher, 1080)).toBe(1000);
});

it('has none of later frames, nor of long ago', () => {
  const matcher = analysed(1000);
  expect(matcher.boxesAt(960, SIZE)).toBeUndefined();
  expect(matcher.boxesAt(3100, SIZE)).toBeUndefined();
  expect(new BoxMatcher().boxesAt(0, SIZE)).toBeUndefined();
});

it('gives boxes of a smaller stream in pixels of the frame that is shown, whatever their shapes', () => {
  const matcher = new BoxMatcher();
  matcher.add({
    ...{ camera: 'yard', frameNumber: 1, timestamp: 1000, width: 640, height: 480, inference_ms: 5 },
    detections: [
      {
        class_id: 0,
        class_name: 'person',
        confidence: 0.9,
        bbox: [64, 48, 320, 240],
        velocity: [10, -10],
        track_id: 1,
      },
    ],
  });
  const boxed = matcher.boxesAt(1000, { width: 1920, height: 1080 });
  expect(boxed).toMatchObject({ width: 1920, height: 1080 });
  expect(boxed?.detections[0]).toMatchObject({ bbox: [192, 108, 960, 540], velocity: [30, -22.5], track_id: 1 });
});
