import { describe, expect, it } from 'vitest';
import { Pacer, SharedPacers } from './pacer.js';

/** Frames let through per second, of `candidateFps` offered with `jitterMs` of seeded noise, over 60 s. */
function rate(fps: number, candidateFps: number, jitterMs = 0): number {
  const pacer = new Pacer(fps);
  let seed = 7;
  const noise = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed / 0x7fffffff - 0.5) * 2 * jitterMs;
  };
  let passed = 0;
  for (let i = 0; i < 60 * candidateFps; i++) if (pacer.pass(1e12 + (i * 1000) / candidateFps + noise())) passed++;
  return passed / 60;
}

describe('Pacer', () => {
  it.each([
    ['10 of 15', 10, 15, 0, 10],
    ['10 of 15, jittered', 10, 15, 8, 10],
    ['10 of 30, jittered', 10, 30, 8, 10],
    ['30 of 30, jittered: none is lost', 30, 30, 6, 30],
    ['7 of 25', 7, 25, 3, 7],
    ['60 of 30: all', 60, 30, 5, 30],
    ['0.5 of 30', 0.5, 30, 3, 0.5],
  ])('lets %s through at the rate asked for', (_name, fps, candidates, jitter, expected) => {
    expect(Math.abs(rate(fps, candidates, jitter) - expected)).toBeLessThan(0.2);
  });

  it('saves no credit over a silence', () => {
    const pacer = new Pacer(10);
    pacer.pass(0);
    const after = [10_000, 10_010, 10_020, 10_030].filter((time) => pacer.pass(time));
    expect(after).toEqual([10_000]);
  });

  it('holds its rate over a clock that is set back, or forward', () => {
    for (const stepMs of [-3_600_000, -5000, 3_600_000]) {
      const pacer = new Pacer(10);
      let passed = 0;
      for (let i = 0; i < 600; i++) if (pacer.pass(1e12 + (i * 1000) / 30 + (i >= 300 ? stepMs : 0))) passed++;
      // 20 s at 10 a second, and at most one more where the schedule begins anew.
      expect(passed).toBeGreaterThanOrEqual(200);
      expect(passed).toBeLessThanOrEqual(201);
    }
  });

  it('takes frames that overtake each other for what they are', () => {
    const pacer = new Pacer(10);
    const passed = [0, 30, 20, 60, 50, 100, 90, 130, 120, 200].filter((time) => pacer.pass(time));
    expect(passed).toEqual([0, 100, 200]);
  });

  it('refuses a rate that is not one', () => {
    expect(() => new Pacer(0)).toThrow(RangeError);
    expect(() => new Pacer(Number.NaN)).toThrow(RangeError);
  });
});

const frames = Array.from({ length: 30 }, (_, i) => ({ timestampMs: 1e12 + (i * 1000) / 15 }));

it('lets all of one name take the same frames, whenever they came', () => {
  const pacers = new SharedPacers();
  const first = pacers.join('10/2', 10);
  const taken: number[][] = [[], []];
  let second: typeof first | undefined;
  for (const [i, frame] of frames.entries()) {
    if (i === 10) second = pacers.join('10/2', 10);
    if (first.pass(frame)) taken[0]!.push(i);
    if (second?.pass(frame)) taken[1]!.push(i);
  }
  expect(taken[0]).toHaveLength(20);
  expect(taken[1]).toEqual(taken[0]!.filter((i) => i >= 10));
});

it('keeps names apart, and forgets one that nobody uses', () => {
  const pacers = new SharedPacers();
  const slow = pacers.join('1', 1);
  const fast = pacers.join('15', 15);
  expect(frames.filter((frame) => slow.pass(frame))).toHaveLength(3);
  expect(frames.filter((frame) => fast.pass(frame))).toHaveLength(30);
  slow.leave();
  slow.leave();
  // A new schedule: the frame of a moment ago is the first one again.
  expect(pacers.join('1', 1).pass(frames[1]!)).toBe(true);
});
