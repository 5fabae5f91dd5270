import type { Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { type Placed, Play, ruleOf, walk } from '../testing/play.js';

const person = { classes: ['person'] };
const INSIDE = { x: 600, y: 600 };
const enter: Trigger = { behavior: 'enter', subject: person, zone: 'yard' };
const leave: Trigger = { behavior: 'leave', subject: person, zone: 'yard' };
const appear: Trigger = { behavior: 'appear', subject: person, zone: 'yard' };
const stay = (seconds: number): Trigger => ({ behavior: 'stay', subject: person, zone: 'yard', seconds });

/** Comes from the left at `startMs`, is at the zone's outline (x = 400) after 1 s, and stands 200 pixels inside it after 2 s. */
const walkIn = (ms: number, startMs: number, id = 1): Placed[] =>
  ms < startMs ? [] : [{ id, x: walk(ms, startMs, startMs + 2000, 200, 600), y: 600, firstSeenMs: startMs }];

describe('enter', () => {
  it('fires when the middle of the bottom edge is inside, and tells when it came in', () => {
    const play = new Play(ruleOf(enter)).settle().run(6000, 12_000, (ms) => walkIn(ms, 6000));
    expect(play.reasons).toEqual(['A person entered “Yard”.']);
    expect(play.events[0]).toMatchObject({ zone: 'Yard', startedAtMs: 7100, frameTimestampMs: 7100, endedAtMs: 7100 });
    expect(play.changes.map(({ kind }) => kind)).toEqual(['created', 'ended']);
  });

  it('fires for an object first seen inside, unless the camera has just opened or knows it as standing there', () => {
    const born = (options: Partial<Placed>) => (ms: number) => [{ id: 1, ...INSIDE, firstSeenMs: ms, ...options }];
    expect(new Play(ruleOf(enter)).settle().run(6000, 8000, born({})).fired).toEqual([6000]);
    expect(new Play(ruleOf(enter)).run(0, 8000, born({})).fired).toEqual([]);
    expect(new Play(ruleOf(enter)).settle().run(6000, 8000, born({ isResident: true })).fired).toEqual([]);
    const reopened = new Play(ruleOf(enter)).settle();
    reopened.engine.opened('cam', 6000);
    expect(reopened.run(6000, 8000, born({})).fired).toEqual([]);
  });

  it('does not fire again after less than a second outside, or another id at the same place', () => {
    const dip = (ms: number): Placed[] => [{ id: 1, x: ms >= 8000 && ms < 8800 ? 380 : 450, y: 600 }];
    expect(new Play(ruleOf(enter)).settle().run(6000, 12_000, dip).fired).toHaveLength(1);
    const away = (ms: number): Placed[] => [{ id: 1, x: ms >= 8000 && ms < 9500 ? 380 : 450, y: 600 }];
    expect(new Play(ruleOf(enter)).settle().run(6000, 12_000, away).fired).toHaveLength(2);
    const renamed = (ms: number): Placed[] =>
      ms < 8000
        ? [{ id: 1, ...INSIDE }]
        : [
            { id: 1, ...INSIDE, lastSeenMs: 7900 },
            { id: 2, x: 605, y: 602, firstSeenMs: 8000 },
          ];
    expect(new Play(ruleOf(enter)).settle().run(6000, 9000, renamed).fired).toHaveLength(1);
  });

  it('takes a second person who comes when the first one is still there for another one', () => {
    const two = (ms: number) => [...walkIn(ms, 6000, 1), ...walkIn(ms, 9000, 2)];
    expect(new Play(ruleOf(enter)).settle().run(6000, 13_000, two).fired).toEqual([7100, 10_100]);
  });

  it('without a zone means coming into view', () => {
    const play = new Play(ruleOf({ behavior: 'enter', subject: person })).settle();
    play.run(6000, 7000, () => [{ id: 1, x: 100, y: 300 }]);
    expect(play.reasons).toEqual(['A person came into view.']);
  });

  it('uses the middle of what does not stand on the ground', () => {
    const bird: Trigger = { behavior: 'enter', subject: { classes: ['bird'] }, zone: 'yard' };
    const play = new Play(ruleOf(bird)).settle();
    play.run(6000, 7000, () => [{ id: 1, x: 600, y: 420, className: 'bird' }]);
    expect(play.fired).toEqual([]);
    play.run(7000, 8000, () => [{ id: 1, x: 600, y: 520, className: 'bird' }]);
    expect(play.fired).toHaveLength(1);
  });
});

describe('leave', () => {
  it('fires after a second outside, and tells when the object went out', () => {
    const play = new Play(ruleOf(leave)).settle();
    play.run(6000, 14_000, (ms) => [{ id: 1, x: walk(ms, 8000, 10_000, 500, 300), y: 600 }]);
    expect(play.reasons).toEqual(['A person left “Yard”.']);
    expect(play.events[0]).toMatchObject({ startedAtMs: 9100, frameTimestampMs: 10_100 });
  });

  it('fires for an object that is lost inside for good, at the time it was last seen', () => {
    const play = new Play(ruleOf(leave)).settle();
    play.run(6000, 8000, () => [{ id: 1, ...INSIDE }]);
    play.run(8000, 10_000, () => [{ id: 1, ...INSIDE, lastSeenMs: 7900 }]);
    expect(play.fired).toEqual([]);
    play.run(10_000, 11_000, () => []);
    expect(play.events[0]).toMatchObject({ startedAtMs: 7900, frameTimestampMs: 10_000 });
    expect(play.fired).toHaveLength(1);
  });

  it('does not fire when the picture is lost', () => {
    const play = new Play(ruleOf(leave)).settle().run(6000, 8000, () => [{ id: 1, ...INSIDE }]);
    play.engine.closed('cam', 8000);
    play.run(30_000, 40_000, () => []);
    expect(play.fired).toEqual([]);
  });
});

describe('appear', () => {
  it('fires once for each visit and ends with it', () => {
    const play = new Play(ruleOf(appear)).settle();
    play.run(6000, 16_000, (ms) => [{ id: 1, x: ms >= 9000 && ms < 12_000 ? 200 : 600, y: 600 }]);
    expect(play.reasons).toEqual(['A person appeared in “Yard”.', 'A person appeared in “Yard”.']);
    expect(play.events.map(({ startedAtMs, endedAtMs }) => [startedAtMs, endedAtMs])).toEqual([
      [6000, 8900],
      [12_000, null],
    ]);
  });

  it('with a count fires when so many are there at once, and again after they were fewer', () => {
    const rule = ruleOf({ ...appear, count: { op: '>=', value: 2 } });
    const play = new Play(rule)
      .settle()
      .run(6000, 20_000, (ms) => [
        { id: 1, x: 500, y: 600 },
        ...(ms >= 8000 && ms < 10_000 ? [{ id: 2, x: 700, y: 600 }] : []),
        ...(ms >= 14_000 ? [{ id: 3, x: 650, y: 700 }] : []),
      ]);
    expect(play.fired).toEqual([8000, 14_000]);
    expect(play.events[0]).toMatchObject({
      reason: '2 people were in “Yard” at once.',
      measured: { count: 2 },
      startedAtMs: 8000,
      endedAtMs: 11_000,
    });
    expect(play.events[0]?.objects.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('with an upper limit waits for a second, and for the camera to settle', () => {
    const rule = ruleOf({ ...appear, count: { op: '<', value: 2 } });
    const two = (ms: number) => [
      { id: 1, x: 500, y: 600 },
      ...(ms < 9000 || ms >= 9500 ? [{ id: 2, x: 700, y: 600 }] : []),
    ];
    expect(new Play(rule).run(0, 12_000, two).fired).toEqual([]);
    const play = new Play(rule).run(0, 12_000, (ms) => two(ms).slice(0, ms < 8000 ? 2 : 1));
    expect(play.fired).toEqual([10_000]);
    expect(play.events[0]).toMatchObject({ reason: 'A person was in “Yard” at once.', startedAtMs: 9000 });
  });
});

describe('stay', () => {
  it('fires when the time is over, tells its beginning and, when it ends, how long it was', () => {
    const play = new Play(ruleOf(stay(5))).settle();
    play.run(6000, 16_000, (ms) => [{ id: 1, x: walk(ms, 13_000, 14_000, 600, 200), y: 600 }]);
    const [created, ended] = play.changes;
    expect(created?.event).toMatchObject({ frameTimestampMs: 11_000, startedAtMs: 6000, measured: { seconds: 5 } });
    expect(created?.event.reason).toBe('A person stayed in “Yard” for 5 s.');
    expect(ended).toMatchObject({ kind: 'ended', event: { endedAtMs: 13_500, measured: { seconds: 7.5 } } });
    expect(play.changes).toHaveLength(2);
  });

  it('survives losses and absences of less than a second, and one change of the id', () => {
    const play = new Play(ruleOf(stay(10))).settle();
    play.run(6000, 17_000, (ms) => {
      if (ms >= 8000 && ms < 8900) return [{ id: 1, ...INSIDE, lastSeenMs: 7900 }];
      if (ms >= 10_000 && ms < 10_800) return [{ id: 1, x: 850, y: 600 }];
      return [{ id: ms < 13_000 ? 1 : 2, ...INSIDE, firstSeenMs: ms < 13_000 ? 6000 : 13_000 }];
    });
    expect(play.fired).toEqual([16_000]);
    expect(play.events[0]).toMatchObject({ startedAtMs: 6000, objects: [{ id: 2 }] });
  });

  it('begins anew after a longer loss or absence', () => {
    const lost = new Play(ruleOf(stay(5))).settle();
    lost.run(6000, 16_000, (ms) => [{ id: 1, ...INSIDE, lastSeenMs: ms >= 9000 && ms < 10_500 ? 8900 : ms }]);
    expect(lost.fired).toEqual([15_500]);
    const absent = new Play(ruleOf(stay(5))).settle();
    absent.run(6000, 16_000, (ms) => [{ id: 1, x: ms >= 9000 && ms < 10_500 ? 200 : 600, y: 600 }]);
    expect(absent.fired).toEqual([15_500]);
  });

  it('goes on for a known still object that is not detected for a while', () => {
    const play = new Play(ruleOf(stay(5))).settle();
    play.run(6000, 13_000, (ms) => [
      { id: 1, ...INSIDE, isResident: true, lastSeenMs: ms >= 7000 && ms < 9000 ? 6900 : ms },
    ]);
    expect(play.fired).toEqual([11_000]);
  });

  it('tells of an object once, and again only after it has left and come back', () => {
    const play = new Play(ruleOf(stay(3))).settle();
    play.run(6000, 30_000, (ms) => [{ id: 1, x: ms >= 20_000 && ms < 22_000 ? 200 : 600, y: 600 }]);
    expect(play.fired).toEqual([9000, 25_000]);
  });

  it('with a count needs so many to have stayed at the same moment', () => {
    const rule = ruleOf({ behavior: 'stay', subject: person, zone: 'yard', seconds: 5, count: { op: '>', value: 1 } });
    const play = new Play(rule)
      .settle()
      .run(6000, 20_000, (ms) => [{ id: 1, x: 500, y: 600 }, ...(ms >= 9000 ? [{ id: 2, x: 700, y: 600 }] : [])]);
    expect(play.fired).toEqual([14_000]);
    expect(play.events[0]).toMatchObject({ startedAtMs: 9000, measured: { count: 2, seconds: 5 } });
    expect(play.reasons).toEqual(['2 people stayed in “Yard” for 5 s.']);
  });

  it('without a zone means in view', () => {
    const play = new Play(ruleOf({ behavior: 'stay', subject: person, seconds: 5 })).settle();
    play.run(6000, 12_000, () => [{ id: 1, x: 100, y: 300 }]);
    expect(play.reasons).toEqual(['A person stayed in view for 5 s.']);
  });
});

describe('zones', () => {
  const moved = (left: number) => [
    {
      name: 'yard',
      points: [
        [left, 0.4],
        [left + 0.3, 0.4],
        [left + 0.3, 0.8],
        [left, 0.8],
      ] as [number, number][],
    },
  ];

  it('that are redrawn around an object make nobody enter or leave', () => {
    const play = new Play([ruleOf(enter), ruleOf(leave)]).settle();
    play.run(6000, 8000, () => [{ id: 1, x: 200, y: 600 }]);
    play.engine.setCamera('cam', { zones: moved(0.1), lines: [] });
    play.run(8000, 10_000, () => [{ id: 1, x: 200, y: 600 }]);
    play.engine.setCamera('cam', { zones: moved(0.6), lines: [] });
    play.run(10_000, 12_000, () => [{ id: 1, x: 200, y: 600 }]);
    expect(play.events).toEqual([]);
    play.run(12_000, 14_000, () => [{ id: 1, x: 700, y: 600 }]);
    expect(play.reasons).toEqual(['A person entered “yard”.']);
  });

  it('that are redrawn let a stay inside go on', () => {
    const play = new Play(ruleOf(stay(5))).settle().run(6000, 8000, () => [{ id: 1, ...INSIDE }]);
    play.engine.setCamera('cam', { zones: moved(0.5), lines: [] });
    expect(play.run(8000, 12_000, () => [{ id: 1, ...INSIDE }]).fired).toEqual([11_000]);
  });

  it('that are gone end the events of their rules', () => {
    const play = new Play(ruleOf(stay(1))).settle().run(6000, 8000, () => [{ id: 1, ...INSIDE }]);
    const changes = play.engine.setCamera('cam', { zones: [], lines: [] });
    expect(changes).toMatchObject([{ kind: 'ended', event: { endedAtMs: 7900 } }]);
    expect(play.run(8000, 10_000, () => [{ id: 1, ...INSIDE }]).fired).toHaveLength(1);
  });

  it('are not left or entered when the resolution of the picture changes', () => {
    const play = new Play([ruleOf(enter), ruleOf(leave)]).settle();
    play.run(6000, 8000, () => [{ id: 1, ...INSIDE }]);
    for (let ms = 8000; ms < 10_000; ms += 100) {
      const bbox: [number, number, number, number] = [290, 250, 310, 300];
      const one = {
        id: 1,
        class_name: 'person',
        bbox,
        confidence: 0.9,
        firstSeenMs: 6000,
        lastSeenMs: ms,
        isResident: false,
      };
      play.changes.push(
        ...play.engine.frame({ camera: 'cam', timestampMs: ms, width: 500, height: 500, objects: [one] }),
      );
    }
    expect(play.reasons).toEqual(['A person entered “Yard”.']);
  });
});

describe('classes', () => {
  it('are those of the subject, and `*` is any', () => {
    const dog = (): Placed[] => [{ id: 1, ...INSIDE, className: 'dog' }];
    expect(new Play(ruleOf(enter)).settle().run(6000, 8000, dog).fired).toEqual([]);
    const any = ruleOf({ ...enter, subject: { classes: ['*'] } });
    expect(new Play(any).settle().run(6000, 8000, dog).reasons).toEqual(['A dog entered “Yard”.']);
  });

  it('of a box that flickers between two stay what they were', () => {
    const both = [ruleOf(enter), ruleOf({ ...enter, subject: { classes: ['dog'] } })];
    const play = new Play(both).settle();
    play.run(6000, 20_000, (ms) => [{ id: 1, ...INSIDE, className: ms % 300 === 100 ? 'dog' : 'person' }]);
    expect(play.reasons).toEqual(['A person entered “Yard”.']);
  });

  it('that become clear just after an object came in still count as its entry', () => {
    const play = new Play(ruleOf(enter)).settle();
    play.run(6000, 9000, (ms) => [{ id: 1, ...INSIDE, className: ms < 6300 ? 'dog' : 'person' }]);
    expect(play.events).toMatchObject([{ reason: 'A person entered “Yard”.', startedAtMs: 6000 }]);
  });
});
