import { describe, expect, it } from 'vitest';
import { BEST_QUALITY, type PlanRoom, planBytes, planPictures } from './picture-plan.js';

const room = (bytesPerS: number, more: Partial<PlanRoom> = {}): PlanRoom => ({
  wantedFps: 30,
  bytesPerS,
  lastingBytesPerS: bytesPerS,
  fullBytes: 40_000,
  cameraWidth: 640,
  width: undefined,
  ...more,
});

const bytesOf = (given: PlanRoom) => {
  const { fps, quality, width } = planPictures(given);
  return fps * 40_000 * planBytes(quality, width, given.cameraWidth);
};

describe('planPictures', () => {
  it('gives all where nothing bounds it, or nothing is known', () => {
    expect(planPictures(room(Number.POSITIVE_INFINITY))).toEqual({ fps: 30, quality: BEST_QUALITY });
    expect(planPictures(room(1000, { fullBytes: undefined }))).toEqual({ fps: 30, quality: BEST_QUALITY });
  });

  it('gives way in quality, then rate, then quality, then width', () => {
    expect(planPictures(room(900_000))).toMatchObject({ fps: 30, quality: expect.closeTo(0.7, 1) });
    expect(planPictures(room(500_000))).toMatchObject({ fps: expect.any(Number), quality: 0.55 });
    expect(planPictures(room(250_000))).toMatchObject({ fps: 15, quality: expect.closeTo(0.35, 1) });
    expect(planPictures(room(150_000))).toMatchObject({ width: 480 });
    expect(planPictures(room(80_000))).toMatchObject({ width: 320 });
  });

  it('fills what there is to nine tenths, and no more than it, at every rate of the link', () => {
    for (let bytesPerS = 60_000; bytesPerS < 1_200_000; bytesPerS *= 1.07) {
      const share = bytesOf(room(bytesPerS)) / bytesPerS;
      expect(share).toBeGreaterThan(0.9);
      expect(share).toBeLessThan(1.06);
    }
  });

  it('never leaves the ranges of the contract', () => {
    for (const bytesPerS of [0, 1, 1e3, 1e5, 1e12]) {
      for (const wantedFps of [0, 3, 30, 1000]) {
        const { fps, quality, width = 320 } = planPictures(room(bytesPerS, { wantedFps }));
        expect(fps).toBeGreaterThanOrEqual(5);
        expect(fps).toBeLessThanOrEqual(60);
        expect(quality).toBeGreaterThanOrEqual(0.3);
        expect(quality).toBeLessThanOrEqual(0.95);
        expect(width).toBeGreaterThanOrEqual(320);
      }
    }
  });

  it('widens only where it is likely to stay', () => {
    const there = 40_000 * planBytes(0.3, undefined, 640) * 13;
    expect(planPictures(room(there))).not.toHaveProperty('width');
    expect(planPictures(room(there, { width: 480 }))).toMatchObject({ width: 480 });
    expect(planPictures(room(there * 1.4, { width: 480 }))).not.toHaveProperty('width');
  });

  it('does not narrow the picture while a queue drains', () => {
    expect(planPictures(room(100_000, { lastingBytesPerS: 300_000 }))).not.toHaveProperty('width');
  });
});
