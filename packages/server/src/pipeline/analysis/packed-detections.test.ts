import { describe, expect, it } from 'vitest';
import { packDetections, unpackDetections } from './packed-detections.js';

describe('packDetections', () => {
  it('brings boxes, scores and classes over, in order', () => {
    const detections = [
      { bbox: [1.5, 2, 3, 4] as [number, number, number, number], confidence: 0.5, class_id: 2, class_name: 'car' },
      {
        bbox: [0, 0, 640, 480] as [number, number, number, number],
        confidence: 0.25,
        class_id: 0,
        class_name: 'person',
      },
    ];
    expect(unpackDetections(packDetections(detections), ['person', 'bicycle', 'car'])).toEqual(detections);
  });

  it('brings nothing over as nothing', () => {
    expect(unpackDetections(packDetections([]), [])).toEqual([]);
  });
});
