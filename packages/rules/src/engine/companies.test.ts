import type { Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { PICTURE_PX, type Placed, Play, REGIONS, ruleOf, walk } from '../testing/play.js';

const person = { classes: ['person'] };

describe('absent', () => {
  const absent: Trigger = { behavior: 'absent', subject: person, zone: 'yard', seconds: 10 };
  const inside =
    (untilMs: number, fromMs = 0) =>
    (ms: number): Placed[] =>
      ms >= fromMs && ms < untilMs ? [{ id: 1, x: 600, y: 600 }] : [];

  it('fires when nobody has been there for so long, and ends when somebody is', () => {
    const play = new Play(ruleOf(absent)).run(0, 8000, inside(8000)).run(8000, 30_000, inside(30_000, 22_000));
    expect(play.events).toMatchObject([
      {
        reason: 'No person was in “Yard” for 14 s.',
        startedAtMs: 7900,
        frameTimestampMs: 17_900,
        endedAtMs: 22_000,
        objects: [],
      },
    ]);
  });

  it('begins with the first picture, fires once, and again after somebody was there', () => {
    const play = new Play(ruleOf(absent)).run(0, 40_000, inside(21_000, 20_000));
    expect(play.fired).toEqual([10_000, 30_900]);
  });

  it('stops its clock while the camera has no picture', () => {
    const told = new Play(ruleOf(absent)).run(0, 5000, () => []);
    told.engine.closed('cam', 5000);
    told.engine.opened('cam', 65_000);
    expect(told.run(65_000, 80_000, () => []).fired).toEqual([70_100]);
    const silent = new Play(ruleOf(absent)).run(0, 5000, () => []).run(65_000, 80_000, () => []);
    expect(silent.fired).toEqual([70_100]);
  });

  it('looks past short losses', () => {
    const play = new Play(ruleOf({ ...absent, seconds: 2 }));
    play.run(0, 20_000, (ms) => [{ id: 1, x: 600, y: 600, lastSeenMs: ms % 1000 === 0 ? ms : ms - (ms % 1000) }]);
    expect(play.fired).toEqual([]);
  });

  describe('on cameras that are named together', () => {
    const both = ruleOf({ behavior: 'absent', subject: person, seconds: 10 }, { cameras: ['cam', 'hall'] });
    const duet = () => {
      const play = new Play(both);
      play.engine.setCamera('hall', { zones: [], lines: [] });
      const hall = (ms: number, hasPerson = false) => {
        const one = { id: 9, class_name: 'person', confidence: 0.9, firstSeenMs: 0, lastSeenMs: ms, isResident: false };
        const objects = hasPerson ? [{ ...one, bbox: [10, 10, 50, 110] as [number, number, number, number] }] : [];
        play.changes.push(
          ...play.engine.frame({ camera: 'hall', timestampMs: ms, width: PICTURE_PX, height: PICTURE_PX, objects }),
        );
      };
      return { play, hall };
    };

    it('means none on all of them', () => {
      const { play, hall } = duet();
      for (let ms = 0; ms < 40_000; ms += 500) {
        play.show(ms);
        hall(ms + 200, ms < 15_000);
      }
      expect(play.fired).toHaveLength(1);
      expect(Math.abs((play.fired[0] ?? 0) - 26_000)).toBeLessThan(1000);
      expect(play.reasons).toEqual(['No person was seen for 10 s.']);
    });

    it('counts only time in which all of them have a picture', () => {
      const { play, hall } = duet();
      for (let ms = 0; ms < 40_000; ms += 500) {
        play.show(ms);
        if (ms < 5000 || ms >= 25_000) hall(ms + 200);
        if (ms === 5000) play.engine.closed('hall', ms);
      }
      expect(Math.abs((play.fired[0] ?? 0) - 30_000)).toBeLessThan(1500);
    });
  });

  it('holds for each camera by itself otherwise', () => {
    const play = new Play(ruleOf({ behavior: 'absent', subject: person, seconds: 10 }));
    play.engine.setCamera('hall', { zones: [], lines: [] });
    play.run(0, 15_000, () => [{ id: 1, x: 600, y: 600 }]);
    const frame = { camera: 'hall', width: PICTURE_PX, height: PICTURE_PX, objects: [] };
    for (let ms = 0; ms < 15_000; ms += 100) play.changes.push(...play.engine.frame({ ...frame, timestampMs: ms }));
    expect(play.events.map(({ camera }) => camera)).toEqual(['hall']);
  });
});

describe('near', () => {
  const near = (seconds?: number): Trigger => ({
    behavior: 'near',
    subject: person,
    other: { classes: ['car'] },
    ...(seconds !== undefined && { seconds }),
  });
  const car: Placed = { id: 9, x: 700, y: 600, className: 'car', height: 120, width: 200 };
  const beside = (gap: number, y = 600): Placed => ({ id: 1, x: 600 - 20 - gap, y });

  it('fires within one body height, measured from side to side', () => {
    const fired = (gap: number, y?: number) =>
      new Play(ruleOf(near())).settle().run(6000, 9000, () => [car, beside(gap, y)]).fired;
    expect(fired(80)).toEqual([6400]);
    expect(fired(150)).toEqual([]);
    expect(fired(10, 480)).toEqual([]);
  });

  it('with a time fires when it has lasted so long', () => {
    const play = new Play(ruleOf(near(5))).settle().run(6000, 12_000, () => [car, beside(50)]);
    expect(play.events).toMatchObject([{ reason: 'A person was near a car for 5 s.', frameTimestampMs: 11_000 }]);
    const passes = (ms: number) => [car, { ...beside(0), x: walk(ms, 6000, 14_000, 100, 900) }];
    expect(new Play(ruleOf(near(8))).settle().run(6000, 16_000, passes).fired).toEqual([]);
  });

  it('takes another of the same class, not the object itself', () => {
    const people = ruleOf({ behavior: 'near', subject: person, other: person });
    expect(new Play(people).settle().run(6000, 8000, () => [beside(50)]).fired).toEqual([]);
    const two = () => [beside(50), { ...beside(100), id: 2 }];
    expect(new Play(people).settle().run(6000, 8000, two).fired).toEqual([6400, 6400]);
  });
});

describe('without', () => {
  const without: Trigger = { behavior: 'without', subject: { classes: ['backpack'] }, other: person, seconds: 10 };
  const bag: Placed = { id: 5, x: 500, y: 600, className: 'backpack', height: 40 };
  const owner = (x: number): Placed => ({ id: 1, x, y: 600 });

  it('fires when nobody has been near for so long', () => {
    const play = new Play(ruleOf(without)).settle();
    play.run(6000, 30_000, (ms) => [bag, owner(walk(ms, 10_000, 14_000, 540, 940))]);
    expect(play.reasons).toEqual(['A backpack was without a person nearby for 10 s.']);
    expect(Math.abs((play.fired[0] ?? 0) - 21_000)).toBeLessThan(800);
  });

  it('begins anew when somebody comes near in between', () => {
    const play = new Play(ruleOf(without)).settle();
    play.run(6000, 21_000, (ms) => [bag, owner(ms >= 13_000 && ms < 15_000 ? 540 : 900)]);
    expect(play.fired).toEqual([]);
  });
});

describe('removed', () => {
  const removed = ruleOf({ behavior: 'removed', subject: { classes: ['suitcase'] } });
  const bag: Placed = { id: 5, x: 500, y: 600, className: 'suitcase', height: 60 };
  const until = (goneMs: number) => (ms: number) => (ms < goneMs ? [bag] : []);

  it('fires when a thing that stood for 10 s is gone for 3 s, and tells when it was last seen', () => {
    const play = new Play(removed).settle().run(6000, 30_000, until(20_000));
    expect(play.events).toMatchObject([
      { reason: 'A suitcase was removed.', startedAtMs: 19_900, frameTimestampMs: 22_900 },
    ]);
  });

  it('does not fire for what stood for less, comes back, or is only hidden', () => {
    expect(new Play(removed).settle().run(6000, 30_000, until(15_000)).fired).toEqual([]);
    const back = (ms: number) => (ms < 20_000 || ms >= 22_000 ? [bag] : [{ ...bag, lastSeenMs: 19_900 }]);
    expect(new Play(removed).settle().run(6000, 30_000, back).fired).toEqual([]);
    const hider: Placed = { id: 1, x: 500, y: 610, height: 140 };
    const hidden = (ms: number) => (ms < 20_000 || ms >= 40_000 ? [bag] : [hider]);
    expect(new Play(removed).settle().run(6000, 42_000, hidden).fired).toEqual([]);
  });

  it('fires when what hid the place is away and the thing is gone', () => {
    const thief = (ms: number): Placed => ({ id: 1, x: walk(ms, 24_000, 26_000, 500, 900), y: 610, height: 140 });
    const play = new Play(removed).settle();
    play.run(6000, 40_000, (ms) => [...(ms < 20_000 ? [bag] : []), ...(ms >= 19_000 ? [thief(ms)] : [])]);
    expect(play.fired).toHaveLength(1);
    expect(play.fired[0]).toBeGreaterThan(26_500);
    expect(play.fired[0]).toBeLessThan(29_000);
  });

  it('is not fooled by a table under the thing, nor by a picture that changes as a whole', () => {
    const table: Placed = { id: 2, x: 500, y: 640, className: 'dining table', height: 110, width: 300 };
    const onTable = (ms: number) => [table, ...until(20_000)(ms)];
    expect(new Play(removed).settle().run(6000, 30_000, onTable).fired).toEqual([22_900]);
    const many = (ms: number) => (ms < 20_000 ? [bag, { ...bag, id: 6, x: 200 }, { ...bag, id: 7, x: 800 }] : []);
    expect(new Play(removed).settle().run(6000, 30_000, many).fired).toEqual([]);
  });

  it('says nothing about things lost with the picture', () => {
    const play = new Play(removed).settle().run(6000, 20_000, () => [bag]);
    play.engine.closed('cam', 20_000);
    expect(play.run(60_000, 80_000, () => []).fired).toEqual([]);
  });

  it('happens in the zone in which the thing stood', () => {
    const inYard = (zone: string) => ruleOf({ behavior: 'removed', subject: { classes: ['suitcase'] }, zone });
    const play = new Play(inYard('yard'), { regions: REGIONS }).settle().run(6000, 30_000, until(20_000));
    expect(play.reasons).toEqual(['A suitcase was removed from “Yard”.']);
    const outside = (ms: number) => until(20_000)(ms).map((one) => ({ ...one, x: 100 }));
    expect(new Play(inYard('yard')).settle().run(6000, 30_000, outside).fired).toEqual([]);
  });
});
