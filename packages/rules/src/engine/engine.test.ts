import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Rule, Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { type Placed, Play, ruleOf } from '../testing/play.js';
import { MAX_CAMERAS, MAX_RULES, RuleEngine } from './engine.js';

const person = { classes: ['person'] };
const enter: Trigger = { behavior: 'enter', subject: person, zone: 'yard' };
const stay: Trigger = { behavior: 'stay', subject: person, zone: 'yard', seconds: 5 };
const appear: Trigger = { behavior: 'appear', subject: person, zone: 'yard' };
const inside = (id = 1): Placed => ({ id, x: 600, y: 600 });

/** One more person enters every two seconds from 6 s on and stays for one. */
const stream = (ms: number): Placed[] =>
  ms >= 6000 && (ms - 6000) % 2000 < 1000 ? [inside(Math.floor(ms / 2000))] : [];

describe('cooldown', () => {
  it('lets further triggers join the event, whose tracks grow, and then makes a new one', () => {
    const play = new Play(ruleOf(enter, { cooldown_s: 5 })).settle().run(6000, 17_000, stream);
    const told = play.changes.map(({ kind, event }) => [kind, event.key, event.objects.length]);
    expect(told).toEqual([
      ['created', 'rule 1/cam/1', 1],
      ['ended', 'rule 1/cam/1', 1],
      ['updated', 'rule 1/cam/1', 2],
      ['ended', 'rule 1/cam/1', 2],
      ['updated', 'rule 1/cam/1', 3],
      ['ended', 'rule 1/cam/1', 3],
      ['created', 'rule 1/cam/2', 1],
      ['ended', 'rule 1/cam/2', 1],
      ['updated', 'rule 1/cam/2', 2],
      ['ended', 'rule 1/cam/2', 2],
      ['updated', 'rule 1/cam/2', 3],
      ['ended', 'rule 1/cam/2', 3],
    ]);
    expect(play.reasons[0]).toBe('3 people entered “Yard”.');
  });

  it('counts who was there at the same time in the reason: whoever is lost and found again is not one more', () => {
    const play = new Play(ruleOf(appear, { cooldown_s: 60 })).settle();
    play.run(6000, 26_000, (ms) => {
      const turn = Math.floor(ms / 4000);
      const other: Placed[] = ms % 4000 < 2000 ? [{ ...inside(turn), x: 450 + 60 * turn }] : [];
      return [inside(100), ...other];
    });
    const { event } = play.changes.at(-1)!;
    expect(event.objects.length).toBeGreaterThan(4);
    expect(event.reason).toBe('2 people appeared in “Yard”.');
  });

  it('of 0 makes each trigger an event of its own', () => {
    expect(new Play(ruleOf(enter)).settle().run(6000, 17_000, stream).events).toHaveLength(6);
    const two = new Play(ruleOf(appear)).settle().run(6000, 7000, () => [inside(1), { ...inside(2), x: 700 }]);
    expect(two.events).toHaveLength(2);
  });

  it('makes one event of triggers in the same frame', () => {
    const play = new Play(ruleOf(appear, { cooldown_s: 60 })).settle();
    play.run(6000, 7000, () => [inside(1), { ...inside(2), x: 700 }]);
    expect(play.changes).toMatchObject([{ kind: 'created', event: { reason: '2 people appeared in “Yard”.' } }]);
  });

  it('ends an event when the conditions of all its objects are over', () => {
    const play = new Play(ruleOf(appear, { cooldown_s: 60 })).settle();
    play.run(6000, 20_000, (ms) => [
      ...(ms < 12_000 ? [inside(1)] : []),
      ...(ms >= 8000 && ms < 15_000 ? [{ ...inside(2), x: 700 }] : []),
    ]);
    expect(play.changes.map(({ kind }) => kind)).toEqual(['created', 'updated', 'ended']);
    expect(play.events[0]?.endedAtMs).toBe(14_900);
  });
});

describe('a rule that is not active all the time', () => {
  const night: Partial<Rule> = { schedule: { from: '22:00', to: '06:00' }, cooldown_s: 0 };
  const ten = Date.parse('2026-03-01T22:00:00Z');
  const still = () => [inside()];

  it('counts time from the moment its window opens', () => {
    const play = new Play(ruleOf(stay, night)).run(ten - 60_000, ten + 20_000, still);
    expect(play.events).toMatchObject([{ startedAtMs: ten, frameTimestampMs: ten + 5000, measured: { seconds: 5 } }]);
  });

  it('tells of what is there when its window opens, but not of what came before', () => {
    const play = new Play([ruleOf(appear, night), ruleOf(enter, night)]).run(ten - 60_000, ten + 20_000, still);
    expect(play.reasons).toEqual(['A person appeared in “Yard”.']);
    expect(play.fired).toEqual([ten]);
  });

  it('fires nothing outside of its window, in the server’s time zone', () => {
    const play = new Play(ruleOf(appear, night), { timezone: 'America/New_York' }).run(ten, ten + 20_000, still);
    expect(play.fired).toEqual([]);
  });

  it('follows another time zone from the next frame on', () => {
    const play = new Play(ruleOf(appear, night), { timezone: 'America/New_York' }).run(ten, ten + 20_000, still);
    play.engine.setTimezone('Europe/London');
    expect(play.run(ten + 20_000, ten + 40_000, still).fired).toEqual([ten + 20_000]);
    expect(() => play.engine.setTimezone('Europe/Atlantis')).toThrow(RangeError);
  });

  it('knows after a silence what it has told of before', () => {
    const rule = ruleOf(stay);
    const play = new Play(rule).settle().run(6000, 12_000, still);
    play.engine.setRules([{ id: 'rule 1', rule, silent: true }]);
    play.run(12_000, 20_000, still);
    play.engine.setRules([{ id: 'rule 1', rule }]);
    expect(play.run(20_000, 40_000, still).fired).toEqual([11_000]);
  });

  it('fires nothing while it is silent, and then counts from the end of the silence', () => {
    const rule = ruleOf(stay);
    const play = new Play([]).settle();
    play.engine.setRules([{ id: 'a', rule, silent: true }]);
    play.run(6000, 20_000, still);
    expect(play.fired).toEqual([]);
    play.engine.setRules([{ id: 'a', rule, silent: false }]);
    expect(play.run(20_000, 30_000, still).fired).toEqual([25_000]);
  });
});

describe('setRules', () => {
  it('keeps what other rules know, and an edited one if it asks the same', () => {
    const play = new Play([ruleOf(stay), ruleOf(enter)]).settle().run(6000, 8000, () => [inside()]);
    play.engine.setRules([
      { id: 'rule 1', rule: ruleOf(stay, { severity: 'critical' }) },
      { id: 'rule 3', rule: ruleOf(appear) },
    ]);
    play.run(8000, 13_000, () => [inside()]);
    expect(play.events.map(({ ruleId, startedAtMs }) => [ruleId, startedAtMs])).toEqual([
      ['rule 2', 6000],
      ['rule 3', 8000],
      ['rule 1', 6000],
    ]);
  });

  it('ends the events of rules that are gone', () => {
    const play = new Play(ruleOf(appear)).settle().run(6000, 8000, () => [inside()]);
    expect(play.engine.setRules([])).toMatchObject([{ kind: 'ended', event: { ruleId: 'rule 1', endedAtMs: 7900 } }]);
  });

  it('makes rules that begin with objects in place tell of no entries', () => {
    const play = new Play([]).settle().run(6000, 8000, () => [inside()]);
    play.engine.setRules([{ id: 'late', rule: ruleOf(enter) }]);
    expect(play.run(8000, 10_000, () => [inside()]).fired).toEqual([]);
  });

  it('applies to the cameras that a rule names', () => {
    const fired = (cameras: Rule['cameras']) =>
      new Play(ruleOf(enter, { cameras })).settle().run(6000, 7000, () => [inside()]).fired.length;
    expect([fired('all'), fired(['cam']), fired(['hall'])]).toEqual([1, 1, 0]);
  });

  it('refuses too many rules, and two of one id', () => {
    const engine = new RuleEngine({ timezone: 'UTC' });
    const many = Array.from({ length: MAX_RULES + 1 }, (_, index) => ({ id: `${index}`, rule: ruleOf(enter) }));
    expect(() => engine.setRules(many)).toThrow('Expected at most 200 rules, got 201');
    expect(() => engine.setRules([many[0], many[0]].flatMap((one) => one ?? []))).toThrow('got 0 twice');
  });
});

describe('a clock that is set back', () => {
  it('neither makes rules fire again nor stops their time', () => {
    const rules = [ruleOf(enter), ruleOf(stay), ruleOf({ behavior: 'leave', subject: person, zone: 'yard' })];
    const play = new Play(rules).settle().run(6000, 9000, () => [{ ...inside(), firstSeenMs: 6000 }]);
    const hour = 3_600_000;
    for (let ms = 9000; ms < 14_000; ms += 100) play.show(ms - hour, { ...inside(), firstSeenMs: 6000 });
    expect(play.events.map(({ behavior, startedAtMs }) => [behavior, startedAtMs])).toEqual([
      ['enter', 6000],
      ['stay', 6100 - hour],
    ]);
  });

  it('takes frames of the same time, and out of order', () => {
    const play = new Play(ruleOf(stay)).settle();
    for (const ms of [6000, 6000, 5990, 6100, 6050, 6200]) play.show(ms, { ...inside(), lastSeenMs: ms });
    play.run(6300, 12_000, () => [inside()]);
    expect(play.fired).toHaveLength(1);
    expect(Math.abs((play.fired[0] ?? 0) - 11_000)).toBeLessThanOrEqual(200);
  });

  it('set ahead by an hour makes nobody enter and nobody absent', () => {
    const rules = [ruleOf(enter), ruleOf({ behavior: 'absent', subject: person, seconds: 30 })];
    const play = new Play(rules).settle().run(6000, 9000, () => [inside()]);
    play.run(3_609_000, 3_612_000, () => [{ ...inside(), id: 2 }]);
    expect(play.reasons).toEqual(['A person entered “Yard”.']);
  });
});

describe('cameras', () => {
  it('end their events when they are removed', () => {
    const play = new Play(ruleOf(appear)).settle().run(6000, 8000, () => [inside()]);
    expect(play.engine.removeCamera('cam')).toMatchObject([{ kind: 'ended' }]);
    expect(play.engine.removeCamera('cam')).toEqual([]);
  });

  it('keep their events over a short loss of the picture, and end them after ten seconds without', () => {
    const play = new Play(ruleOf(appear)).settle().run(6000, 8000, () => [inside()]);
    expect(play.engine.closed('cam', 8000)).toEqual([]);
    play.engine.opened('cam', 8600);
    play.run(8600, 9000, () => [inside()]);
    expect(play.changes.map(({ kind }) => kind)).toEqual(['created']);
    expect(play.engine.closed('cam', 9000)).toEqual([]);
    expect(play.engine.closed('cam', 19_000)).toMatchObject([{ kind: 'ended', event: { endedAtMs: 8900 } }]);
  });

  it('end events of objects that are gone when the picture comes back', () => {
    const play = new Play(ruleOf(appear)).settle().run(6000, 8000, () => [inside()]);
    play.engine.closed('cam', 8000);
    expect(play.run(60_000, 61_000, () => []).events[0]?.endedAtMs).toBe(7900);
  });

  it('are bounded in number, and need no introduction', () => {
    const engine = new RuleEngine({ timezone: 'UTC' });
    const frame = { timestampMs: 0, width: 10, height: 10, objects: [] };
    for (let index = 0; index < MAX_CAMERAS; index++) engine.frame({ ...frame, camera: `${index}` });
    expect(() => engine.frame({ ...frame, camera: 'one more' })).toThrow('Expected at most 256 cameras');
  });

  it('refuse frames without a size or a time', () => {
    const engine = new RuleEngine({ timezone: 'UTC' });
    const frame = { camera: 'cam', timestampMs: 0, width: 10, height: 10, objects: [] };
    expect(() => engine.frame({ ...frame, width: 0 })).toThrow(RangeError);
    expect(() => engine.frame({ ...frame, timestampMs: Number.NaN })).toThrow(RangeError);
  });
});

describe('what the engine remembers', () => {
  const everything: Trigger[] = [
    enter,
    stay,
    appear,
    { behavior: 'removed', subject: { classes: ['*'] } },
    { behavior: 'near', subject: person, other: person },
    { behavior: 'move', subject: person, direction: 'left' },
  ];
  const usedBytes = () => {
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    return process.memoryUsage().heapUsed;
  };

  it('does not grow with the number of objects that come and go', () => {
    const play = new Play(everything.map((trigger) => ruleOf(trigger, { cooldown_s: 3600 })));
    let bytesAtFirst = 0;
    for (let round = 0; round < 300; round++) {
      const place = (index: number) => ({ x: 60 + ((index + round) % 5) * 220, y: 150 + Math.floor(index / 5) * 200 });
      const crowd = Array.from({ length: 20 }, (_, index) => ({ id: 100 * round + index, ...place(index) }));
      play.show(round * 1200, ...crowd);
      play.changes.length = 0;
      if (round === 50) bytesAtFirst = usedBytes();
    }
    expect(usedBytes() - bytesAtFirst).toBeLessThan(2e6);
  });
});
