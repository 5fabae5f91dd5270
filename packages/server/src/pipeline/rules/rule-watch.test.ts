import type { JpegFrame } from '@lookout/media';
import type { Box, Rule, Subject, Zone } from '@lookout/protocol';
import { type EventChange, phraseKey } from '@lookout/rules';
import type { TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import type { ObservedFrame } from '../live/observed-frame.js';
import { PictureSet } from '../live/picture-set.js';
import { RuleWatch, type RuleWatchOptions, type WatchedRule } from './rule-watch.js';

const door: Zone = {
  name: 'back door',
  points: [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ],
  color: '#3b82f6',
};
const stayRule: Rule = {
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior: 'stay', subject: { classes: ['person'] }, zone: 'back door', seconds: 5 },
};

function kept(extra: Partial<WatchedRule> = {}): WatchedRule {
  return { id: 'r1', rule: stayRule, enabled: true, snoozed_until: null, modes: ['home', 'away'], ...extra };
}

/** A camera whose frames come five a second, and what its rules tell. */
function setup(rules: WatchedRule[] = [kept()], described?: RuleWatchOptions['described']) {
  const changes: Array<EventChange & { hasFrame: boolean }> = [];
  const faults = { count: 0, logged: [] as Array<[error: unknown, count: number]> };
  const timers: Array<() => void> = [];
  const clock = { ms: 1_700_000_000_000, shiftMs: 0 };
  const watch: RuleWatch = new RuleWatch({
    timezone: 'UTC',
    rules: () => rules,
    isSilent: ({ enabled, snoozed_until }, timeMs) => !enabled || (snoozed_until !== null && timeMs < snoozed_until),
    onChanges: (told, observed) => {
      changes.push(...told.map((change) => ({ ...change, hasFrame: observed !== undefined })));
    },
    onWake: () => watch.refresh(),
    onFault: () => void faults.count++,
    logFault: (error, count) => faults.logged.push([error, count]),
    onTimed: () => undefined,
    described,
    toEpoch: (ms) => ms + clock.shiftMs,
    now: () => clock.ms,
    later: (run) => {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run), 1);
    },
  });
  const yard = { id: 'yard', zones: [door], lines: [] };
  watch.setCamera(yard);
  watch.setLive('yard', true);
  let number = 0;
  const person = (): TrackedObject => ({
    id: 7,
    class_id: 0,
    class_name: 'person',
    bbox: [100, 100, 160, 300],
    confidence: 0.9,
    velocity: [0, 0],
    firstSeenMs: clock.ms,
    confirmedMs: clock.ms,
    lastSeenMs: clock.ms,
    isResident: false,
  });
  let born = 0;
  /** Lets so many seconds pass, with somebody in the zone or nobody. */
  const pass = (seconds: number, isThere: boolean) => {
    for (const end = clock.ms + seconds * 1000; clock.ms < end; ) {
      clock.ms += 200;
      if (!isThere) born = 0;
      else born ||= clock.ms;
      const frame = { kind: 'jpeg', number: number++, timestampMs: clock.ms, width: 640, height: 480 } as JpegFrame;
      const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(), onEncode: () => undefined });
      const objects = isThere ? [{ ...person(), firstSeenMs: born, confirmedMs: born }] : [];
      const observed: ObservedFrame = { frame, pictures, objects, spots: [], looks: undefined };
      watch.observe('yard', observed);
    }
  };
  const told = () => changes.map(({ kind }) => kind);
  return { watch, rules, yard, clock, changes, faults, timers, pass, told };
}

describe('RuleWatch', () => {
  it('tells when a rule fires, with the frame that did it, and when it is over', () => {
    const { pass, told, changes } = setup();
    pass(10, false);
    pass(8, true);
    expect(told()).toEqual(['created']);
    expect(changes[0]).toMatchObject({ hasFrame: true, event: { camera: 'yard', zone: 'back door', endedAtMs: null } });
    pass(10, false);
    expect(told()).toEqual(['created', 'ended']);
  });

  it('fires for a description, once an object matches it or was found by it alone', () => {
    const red = { classes: ['person'], phrase: 'red jacket' };
    const smoke = { classes: ['*'], phrase: 'smoke' };
    const fulfilled = new Set<string>();
    const found: TrackedObject[] = [];
    const appear = (subject: Subject): Rule => ({ ...stayRule, trigger: { behavior: 'appear', subject } });
    const rules = [kept({ id: 'red', rule: appear(red) }), kept({ id: 'smoke', rule: appear(smoke) })];
    const { pass, changes, clock } = setup(rules, { fulfilled: () => fulfilled, found: () => found });
    const fired = () => changes.filter(({ kind }) => kind === 'created').map(({ event }) => event.ruleId);
    pass(10, true);
    expect(fired()).toEqual([]);
    fulfilled.add(phraseKey(red));
    pass(2, true);
    expect(fired()).toEqual(['red']);
    const times = { firstSeenMs: clock.ms, confirmedMs: clock.ms, lastSeenMs: clock.ms };
    const cloud = { id: -1, class_id: 0, class_name: 'smoke', bbox: [0, 0, 90, 90] as Box, confidence: 0.5 };
    found.push({ ...cloud, velocity: [0, 0], ...times, isResident: false });
    pass(2, true);
    expect(fired()).toEqual(['red', 'smoke']);
  });

  it('tells times of the machine’s clock, whatever that of the frames', () => {
    const { pass, clock, changes } = setup();
    clock.shiftMs = 500_000_000;
    pass(10, false);
    const startedMs = clock.ms;
    pass(8, true);
    expect(changes[0]?.event.startedAtMs).toBeCloseTo(startedMs + 500_000_000, -3);
  });

  it('fires nothing because the machine’s clock was set', () => {
    const { pass, clock, told } = setup();
    pass(10, false);
    pass(3, true);
    clock.shiftMs = 3_600_000;
    pass(3, true);
    expect(told()).toEqual([]);
    // What is there at the beginning has been there: it counts from now.
    pass(5, true);
    expect(told()).toEqual(['created']);
  });

  it('is silent while a rule is snoozed, and wakes by itself', () => {
    const rule = kept();
    const { watch, clock, pass, told } = setup([rule]);
    rule.snoozed_until = clock.ms + 30_000;
    watch.refresh();
    pass(20, true);
    expect(told()).toEqual([]);
    pass(20, true);
    expect(told()).toEqual(['created']);
  });

  it('ends the events of a rule that is gone', () => {
    const { watch, rules, pass, told, changes } = setup();
    pass(10, false);
    pass(8, true);
    rules.length = 0;
    watch.refresh();
    expect(told()).toEqual(['created', 'ended']);
    expect(changes[1]?.hasFrame).toBe(false);
  });

  it('follows zones as they are drawn anew', () => {
    const { watch, yard, pass, told } = setup();
    const points: Zone['points'] = [
      [0.6, 0],
      [1, 0],
      [1, 1],
    ];
    watch.setCamera({ ...yard, zones: [{ ...door, points }] });
    pass(10, true);
    expect(told()).toEqual([]);
    watch.setCamera(yard);
    pass(10, true);
    expect(told()).toEqual(['created']);
  });

  it('ends events when the picture stays away, and not when it is soon back', () => {
    const { watch, clock, timers, pass, told } = setup();
    pass(10, false);
    pass(8, true);
    watch.setLive('yard', false);
    watch.setLive('yard', true);
    expect(timers).toEqual([]);
    watch.setLive('yard', false);
    clock.ms += 11_000;
    timers[0]?.();
    expect(told()).toEqual(['created', 'ended']);
  });

  it('ends the events of a camera that is removed', () => {
    const { watch, pass, told } = setup();
    pass(10, false);
    pass(8, true);
    watch.removeCamera('yard');
    expect(told()).toEqual(['created', 'ended']);
  });

  it('survives frames that make no sense, and logs few of them', () => {
    const { watch, clock, pass, faults, told } = setup();
    pass(10, false);
    for (let number = 1; number <= 60; number++, clock.ms += 200) {
      const frame = { kind: 'jpeg', number, timestampMs: clock.ms, width: 0, height: 0 } as JpegFrame;
      const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(), onEncode: () => undefined });
      watch.observe('yard', { frame, pictures, objects: [], spots: [], looks: undefined });
    }
    expect(faults).toEqual({
      count: 60,
      logged: [
        [expect.any(RangeError), 1],
        [expect.any(RangeError), 50],
      ],
    });
    pass(8, true);
    expect(told()).toEqual(['created']);
  });
});
