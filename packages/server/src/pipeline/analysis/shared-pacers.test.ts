import { expect, it } from 'vitest';
import { SharedPacers } from './shared-pacers.js';

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
