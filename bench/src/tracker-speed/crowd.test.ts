import { describe, expect, it } from 'vitest';
import { simulateCrowd } from './crowd.js';

describe('simulateCrowd', () => {
  it('shows the same crowd for the same seed, another for another', () => {
    expect(simulateCrowd(10, 20, 30, 4)).toEqual(simulateCrowd(10, 20, 30, 4));
    expect(simulateCrowd(10, 20, 30, 4)).not.toEqual(simulateCrowd(10, 20, 30, 5));
  });

  it('misses some and invents a few', () => {
    const frames = simulateCrowd(100, 200, 30, 1);
    const seen = frames.reduce((sum, detections) => sum + detections.length, 0) / (100 * 200);
    expect(seen).toBeGreaterThan(0.95);
    expect(seen).toBeLessThan(0.99);
  });

  it('gives well-formed detections', () => {
    for (const { bbox, confidence } of simulateCrowd(20, 50, 30, 2).flat()) {
      expect(bbox[2]).toBeGreaterThan(bbox[0]);
      expect(bbox[3]).toBeGreaterThan(bbox[1]);
      expect(confidence).toBeGreaterThanOrEqual(0.35);
      expect(confidence).toBeLessThanOrEqual(0.95);
    }
  });
});
