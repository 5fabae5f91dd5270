import { describe, expect, it } from 'vitest';
import { type QualityState, qualityThresholds, startQuality, stepQuality } from './quality-rule.js';

const bounds = { min: 30, max: 95 };

describe('qualityThresholds', () => {
  it.each([
    [undefined, 28, 32],
    [60, 28, 32],
    [30, 28, 32],
    [25, 23.25, 26.75],
    [10, 9.3, 10.7],
  ])('of a camera of %s fps', (cameraFps, low, high) => {
    const thresholds = qualityThresholds(cameraFps);
    expect(thresholds.low).toBeCloseTo(low);
    expect(thresholds.high).toBeCloseTo(high);
  });
});

describe('stepQuality', () => {
  it.each<[string, number, number | undefined, number, number]>([
    ['below 28, five down', 27.9, 60, 80, 75],
    ['between, stays', 28, 60, 80, 80],
    ['at 32, stays', 32, 60, 80, 80],
    ['above 32, five up', 32.1, 60, 80, 85],
    ['never under 30', 3, 60, 32, 30],
    ['never over 95', 60, 60, 93, 95],
    ['a camera of 10 fps at 9.2', 9.2, 10, 80, 75],
    ['a camera of 10 fps at 9.4 gives all it has', 9.4, 10, 80, 85],
    ['a camera of 30 fps at 30 gives all it has', 30, 30, 80, 85],
    ['a camera of 33 fps could give more', 31, 33, 80, 80],
    ['an unknown camera counts as one of 30', 27, undefined, 80, 75],
    ['an unknown camera at 29', 29, undefined, 80, 85],
  ])('%s', (_what, fps, cameraFps, from, to) => {
    const next = stepQuality(startQuality(from), { fps, cameraFps }, bounds);
    expect(next.quality).toBe(to);
    expect(next.reason === undefined).toBe(from === to);
  });

  it('says why', () => {
    expect(stepQuality(startQuality(80), { fps: 21.44, cameraFps: 30 }, bounds).reason).toBe('21.4 fps, below 28');
    expect(stepQuality(startQuality(80), { fps: 55, cameraFps: 60 }, bounds).reason).toBe('55 fps, above 32');
    expect(stepQuality(startQuality(80), { fps: 15, cameraFps: 15 }, bounds).reason).toBe(
      '15 fps, all the camera gives',
    );
  });
});

/** Bytes of a 640×480 picture by quality: roughly as JPEG has it, double from 75 to 90. */
const bytesAt = (quality: number) => 12_000 * 2 ** ((quality - 30) / 20);

/** A line of so many bytes a second, and a camera: what comes through, and no more than there is. */
function simulate(from: QualityState, cameraFps: number, capacities: readonly number[]) {
  let state = from;
  const qualities: number[] = [];
  for (const bytesPerS of capacities) {
    const fps = Math.min(cameraFps, bytesPerS / bytesAt(state.quality));
    const { reason: _, ...next } = stepQuality(state, { fps, cameraFps }, bounds);
    state = next;
    qualities.push(state.quality);
  }
  return { state, qualities };
}

const windows = (count: number, bytesPerS: number) => new Array<number>(count).fill(bytesPerS);

function reversals(qualities: readonly number[]): number {
  let count = 0;
  let last = 0;
  for (let i = 1; i < qualities.length; i++) {
    const direction = Math.sign(qualities[i]! - qualities[i - 1]!);
    if (direction === 0) continue;
    if (last !== 0 && direction !== last) count++;
    last = direction;
  }
  return count;
}

describe('on a simulated line', () => {
  it.each([30, 15, 25])('of a camera of %i fps, goes up to what there is where there is room', (cameraFps) => {
    expect(simulate(startQuality(60), cameraFps, windows(12, 1e9)).state.quality).toBe(95);
  });

  it('comes down to what the line takes, and stays within five of it', () => {
    // Room for 28 pictures per second at quality 60, but not at 65.
    const capacity = 29 * bytesAt(60);
    const { qualities } = simulate(startQuality(90), 30, windows(60, capacity));
    expect(qualities.slice(0, 6)).toEqual([85, 80, 75, 70, 65, 60]);
    for (const quality of qualities.slice(6)) expect([60, 65]).toContain(quality);
    expect(qualities.filter((quality) => quality === 65).length).toBeLessThan(10);
  });

  it('turns round at most twice a minute on a steady line', () => {
    const { qualities } = simulate(startQuality(90), 30, windows(12 * 30, 29 * bytesAt(60)));
    // In the first five minutes it learns the capacity.
    expect(reversals(qualities.slice(60)) / 25).toBeLessThanOrEqual(2);
  });

  it('recovers fully once there is room again, however often it had been tried', () => {
    const before = simulate(startQuality(90), 30, windows(120, 29 * bytesAt(40)));
    expect(before.state.quality).toBeLessThanOrEqual(45);
    const { qualities } = simulate(before.state, 30, windows(40, 1e9));
    expect(qualities.at(-1)).toBe(95);
    expect(qualities.indexOf(95)).toBeLessThan(12 + 2 * 11 + 2);
    expect(reversals(qualities)).toBe(0);
  });

  it('has no way to grow without end', () => {
    const { state } = simulate(startQuality(95), 30, windows(10_000, 1e9));
    expect(state.roomy).toBeLessThanOrEqual(12);
    expect(state.patience).toBeLessThanOrEqual(12);
  });
});
