import type { Count, Rule } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { newestFirst, objectsNeeded, showsMoment, watchedIn } from './test-run.js';

const MINUTE = 60_000;
const UNTIL = 100 * MINUTE;

describe('how much of an hour was watched', () => {
  it.each<[string, number, Array<[number, number]>, number, number | undefined]>([
    ['all of it', 40, [], 60, undefined],
    ['all but a gap', 40, [[50, 53]], 57, undefined],
    ['what is remembered', 70, [], 30, 70],
    ['what is remembered, but a gap', 70, [[80, 90]], 20, 70],
    ['a frame less than an hour', 40.2, [], 60, undefined],
    ['its last seconds', 99.8, [], 1, 99.8],
    ['nothing', 100, [], 0, 100],
  ])('%s', (_name, from, gaps, minutes, since) => {
    const result = {
      from: from * MINUTE,
      until: UNTIL,
      gaps: gaps.map(([a, b]) => ({ from: a * MINUTE, until: b * MINUTE })),
    };
    const watched = watchedIn(result, 60);
    expect(watched).toEqual({ minutes, of: 60, since: since && since * MINUTE, gaps: result.gaps });
  });
});

it('events of several cameras come newest first', () => {
  const events = [{ started_at: 2 }, { started_at: 5 }, { started_at: 3 }];
  expect(newestFirst(events).map(({ started_at }) => started_at)).toEqual([5, 3, 2]);
});

it.each<[number | null, boolean]>([
  [10_000, true],
  [9850, true],
  [10_150, true],
  [10_151, false],
  [7000, false],
  [null, false],
])('boxes of a frame at 10000 ms are right for a picture at %s: %s', (snapshot_timestamp, isRight) => {
  expect(showsMoment({ frame_timestamp: 10_000, snapshot_timestamp })).toBe(isRight);
});

it.each<[Count | undefined, number]>([
  [undefined, 1],
  [{ op: '>=', value: 2 }, 2],
  [{ op: '>', value: 2 }, 3],
  [{ op: '==', value: 0 }, 1],
  [{ op: '<', value: 3 }, 1],
])('a rule with the count %j needs %d objects', (count, needed) => {
  const trigger: Rule['trigger'] = { behavior: 'appear', subject: { classes: ['person'] }, count };
  expect(objectsNeeded({ cameras: 'all', severity: 'info', cooldown_s: 0, trigger })).toBe(needed);
});
