import { describe, expect, it } from 'vitest';
import { createTracker } from '../objects/object-tracker.js';
import { seededRandom } from '../testing/random.js';
import { allIds, detection, idsOf, noisyScene, person, play, times } from './testing/scenes.js';

describe('tracker: identity', () => {
  it.each([5, 10, 30, 60])('follows one walker under one id at %i fps', (fps) => {
    const frames = play(createTracker(), times(fps, 0, 5000), (ms) => [person(100 + 0.1 * ms, 200)]);
    expect(allIds(frames)).toEqual([1]);
    expect(frames.every((frame) => frame[0]?.track_id === 1)).toBe(true);
  });

  it('keeps its id through uneven intervals of 16 ms to 900 ms', () => {
    const random = seededRandom(5);
    const at = [0];
    while (at.at(-1)! < 20_000) at.push(at.at(-1)! + (random() < 0.1 ? 900 : 16 + 180 * random()));
    const frames = play(createTracker(), at, (ms) => [person(100 + 0.05 * ms, 200), person(900 - 0.04 * ms, 420)]);
    expect(allIds(frames)).toEqual([1, 2]);
    expect(frames.every((frame) => idsOf(frame).join() === '1,2')).toBe(true);
  });

  it('does not exchange the ids of two who cross, one hidden by the other meanwhile', () => {
    const frames = play(createTracker(), times(15, 0, 6000), (ms) => {
      const left = person(100 + 0.1 * ms, 200);
      const right = person(700 - 0.1 * ms, 206);
      return Math.abs(left.bbox[0] - right.bbox[0]) < 30 ? [left] : [left, right];
    });
    expect(idsOf(frames[0])).toEqual([1, 2]);
    expect(idsOf(frames.at(-1))).toEqual([1, 2]);
    expect(allIds(frames)).toEqual([1, 2]);
  });

  it('finds a walker again behind an obstacle of a second', () => {
    const hidden = (ms: number) => ms > 2000 && ms < 3000;
    const frames = play(createTracker(), times(10, 0, 5000), (ms) => (hidden(ms) ? [] : [person(100 + 0.1 * ms, 200)]));
    expect(allIds(frames)).toEqual([1]);
    expect(idsOf(frames.at(-1))).toEqual([1]);
  });

  it('ends a track after the time lost allows, whatever the number of frames', () => {
    for (const between of [[], times(30, 2000, 5000)]) {
      const tracker = createTracker({ lostMs: 1500 });
      play(tracker, times(10, 0, 2000), () => [person(300, 200)]);
      play(tracker, between, () => []);
      const after = play(tracker, times(10, 5000, 6000), () => [person(300, 200)]);
      expect(allIds(after)).toEqual([2]);
    }
  });

  it('keeps a track over a gap just within the time lost allows', () => {
    const tracker = createTracker({ lostMs: 1500 });
    play(tracker, [0, 100, 200, 300], () => [person(300, 200)]);
    expect(idsOf(tracker.update([person(300, 200)], 1800).detections)).toEqual([1]);
    expect(idsOf(tracker.update([person(300, 200)], 3301).detections)).toEqual([undefined]);
  });

  it('never gives an id twice', () => {
    const random = seededRandom(11);
    const tracker = createTracker();
    const seen = new Map<number, number>();
    let highest = 0;
    for (let visit = 0; visit < 50; visit++) {
      const x = 100 + 1000 * random();
      const frames = play(tracker, times(10, visit * 5000, visit * 5000 + 1000), () => [person(x, 300)]);
      for (const id of allIds(frames)) {
        expect(seen.has(id)).toBe(false);
        expect(id).toBeGreaterThan(highest);
        seen.set(id, visit);
        highest = id;
      }
    }
    expect(seen.size).toBe(50);
  });

  it('gives the same ids in a replay, and trackers know nothing of each other', () => {
    const scene = noisyScene(21);
    const first = scene.map(([detections, ms]) => [detections, ms] as const);
    const a = createTracker();
    const b = createTracker();
    const together = first.map(([detections, ms]) => [
      a.update(detections, ms).detections,
      b.update(detections, ms).detections,
    ]);
    for (const [one, other] of together) expect(one).toEqual(other);
  });

  it('does not depend on the order of the detections', () => {
    const scene = noisyScene(22);
    const a = createTracker();
    const b = createTracker();
    for (const [detections, ms] of scene) {
      const straight = a.update(detections, ms).detections;
      const reversed = b.update([...detections].reverse(), ms).detections.reverse();
      expect(reversed).toEqual(straight);
    }
  });
});

describe('tracker: rival claims', () => {
  /** Two people walk side by side, 60 pixels apart; the second is hidden from 2 s on. */
  const sideBySide = (ms: number) =>
    ms < 2000 ? [person(100 + 0.1 * ms, 200), person(160 + 0.1 * ms, 200)] : [person(100 + 0.1 * ms, 200)];

  it.each([2, 5, 10, 30])('does not let a lost track take what a fresh one claims more closely at %i fps', (fps) => {
    const frames = play(createTracker(), times(fps, 0, 6000), sideBySide);
    for (const frame of frames.slice(2 * fps)) expect(frame[0]?.track_id ?? 1).toBe(1);
    expect(idsOf(frames.at(-1))).toEqual([1]);
  });

  it.each([2, 5, 10])('gives a newcomer near where somebody was lost an id of its own at %i fps', (fps) => {
    const frames = play(createTracker(), times(fps, 0, 6000), (ms) => {
      const stays = person(100, 200);
      return ms < 2000 ? [stays, person(300, 200)] : ms < 3000 ? [stays] : [stays, person(420, 200)];
    });
    expect(allIds(frames)).toEqual([1, 2, 3]);
    expect(idsOf(frames.at(-1))).toEqual([1, 3]);
  });

  it('does not drag a track whose object is missed to the detection of its neighbour', () => {
    // A queue that moves up: without the first detection, everyone could be mistaken for the person in front.
    const frames = play(createTracker(), times(5, 0, 6000), (ms) => {
      const queue = [0, 1, 2, 3].map((place) => person(100 + 70 * place + 0.05 * ms, 200));
      return ms === 4000 ? queue.slice(1) : queue;
    });
    expect(allIds(frames)).toEqual([1, 2, 3, 4]);
    expect(idsOf(frames[20])).toEqual([2, 3, 4]);
    expect(idsOf(frames.at(-1))).toEqual([1, 2, 3, 4]);
  });

  it('leaves the id out while one detection may be either of two people, and tells both again after', () => {
    const at = (ms: number) => [person(100 + 0.1 * ms, 200), person(700 - 0.1 * ms, 204)] as const;
    const frames = play(createTracker(), times(10, 0, 6000), (ms) => {
      const [left, right] = at(ms);
      return Math.abs(left.bbox[0] - right.bbox[0]) < 25 ? [person(400, 202)] : [left, right];
    });
    const merged = frames.filter(({ length }) => length === 1).flat();
    expect(merged.some(({ track_id }) => track_id === undefined)).toBe(true);
    expect(merged.every(({ confirmed, velocity }) => confirmed && velocity !== undefined)).toBe(true);
    expect(idsOf(frames.at(-1))).toEqual([1, 2]);
  });

  it.each([
    [3, 14],
    [6, 11],
    [10, 11],
  ])('keeps the ids of two who pass while each has a detection, at %i fps, %i pixels apart', (fps, apart) => {
    const frames = play(createTracker(), times(fps, 0, 6000), (ms) => [
      person(100 + 0.1 * ms, 200),
      person(700 - 0.1 * ms, 200 + apart),
    ]);
    for (const frame of frames) expect(idsOf(frame)).toEqual([1, 2]);
  });

  it.each([1, 2])('keeps the ids of two who stand side by side from the first look on, at %i fps', (fps) => {
    const frames = play(createTracker(), times(fps, 0, 6000), () => [person(100, 200), person(160, 200)]);
    for (const frame of frames) expect(idsOf(frame)).toEqual([1, 2]);
  });

  it.each([5, 10])('leaves the id out where a box shifts towards somebody lost for a second, at %i fps', (fps) => {
    const shifts = (ms: number) => ms >= 3000 && ms < 3150;
    const at = times(fps, 0, 5000);
    const frames = play(createTracker(), at, (ms) => {
      const [left, right] = [person(100 + 0.1 * ms, 200), person(160 + 0.1 * ms, 200)];
      if (shifts(ms)) return [person(115 + 0.1 * ms, 200)];
      return ms < 2000 || ms > 3000 ? [left, right] : [left];
    });
    for (const [index, frame] of frames.entries()) {
      if (shifts(at[index] ?? 0)) expect(frame).toMatchObject([{ confirmed: true }]);
      expect(frame[0]?.track_id).toBe(shifts(at[index] ?? 0) ? undefined : 1);
    }
    expect(idsOf(frames.at(-1))).toEqual([1, 2]);
  });
});

describe('tracker: birth', () => {
  it('gives what the first picture shows an id at once, and later arrivals after some looks', () => {
    const tracker = createTracker();
    const first = tracker.update([person(100, 200, 0.6)], 0).detections;
    expect(idsOf(first)).toEqual([1]);
    const frames = play(tracker, times(10, 100, 1000), () => [person(100, 200, 0.6), person(500, 200, 0.6)]);
    const firstWithId = frames.findIndex((frame) => frame[1]?.track_id !== undefined);
    expect(firstWithId).toBeGreaterThanOrEqual(2);
    expect(firstWithId).toBeLessThanOrEqual(5);
  });

  it('gives a flicker of one frame no id', () => {
    const frames = play(createTracker(), times(10, 0, 3000), (ms) =>
      ms % 1000 === 500 ? [person(300, 200, 0.7)] : [],
    );
    expect(allIds(frames)).toEqual([]);
  });

  it('believes a sure detection that stands free at once', () => {
    const tracker = createTracker();
    tracker.update([], 0);
    expect(idsOf(tracker.update([person(300, 200, 0.97)], 100).detections)).toEqual([1]);
  });

  it('gives an object that is only ever doubtful an id in the end', () => {
    const frames = play(createTracker(), times(10, 0, 3000), (ms) => (ms === 0 ? [] : [person(300, 200, 0.3)]));
    expect(allIds(frames)).toEqual([1]);
  });

  it('waits longer with a second box within a tracked one, but not for ever', () => {
    const tracker = createTracker();
    tracker.update([detection([100, 100, 200, 400])], 0);
    const frames = play(tracker, times(10, 100, 4000), () => [
      detection([100, 100, 200, 400]),
      detection([120, 120, 190, 260]),
    ]);
    expect(frames.slice(0, 8).every((frame) => frame[1]?.track_id === undefined)).toBe(true);
    expect(idsOf(frames.at(-1))).toEqual([1, 2]);
  });

  it('begins nothing below the score for a birth', () => {
    const frames = play(createTracker(), times(10, 0, 5000), () => [person(300, 200, 0.2)]);
    expect(allIds(frames)).toEqual([]);
  });
});

describe('tracker: scores and classes', () => {
  it('goes on with doubtful detections of a known object', () => {
    const frames = play(createTracker(), times(10, 0, 4000), (ms) => [
      person(100 + 0.1 * ms, 200, ms > 1000 && ms < 3500 ? 0.15 : 0.8),
    ]);
    expect(frames.every((frame) => frame[0]?.track_id === 1)).toBe(true);
  });

  it('prefers a sure detection to a nearer doubtful one', () => {
    const tracker = createTracker();
    play(tracker, times(10, 0, 1000), () => [person(300, 200)]);
    expect(idsOf(tracker.update([person(300, 200, 0.2), person(304, 200, 0.9)], 1000).detections)).toEqual([
      undefined,
      1,
    ]);
  });

  it('keeps a rider and a bicycle in one place apart', () => {
    const frames = play(createTracker(), times(10, 0, 3000), (ms) => [
      detection([100 + 0.1 * ms, 100, 180 + 0.1 * ms, 260], 0.8, 0, 'person'),
      detection([100 + 0.1 * ms, 110, 180 + 0.1 * ms, 260], 0.8, 1, 'bicycle'),
    ]);
    expect(frames.every((frame) => frame[0]?.track_id === 1 && frame[1]?.track_id === 2)).toBe(true);
  });

  it.each([1, 5, 30])(
    'takes a moving van that is called car and truck in turn for one object of one class at %i fps',
    (fps) => {
      let look = 0;
      const frames = play(createTracker(), times(fps, 0, 20_000), (ms) => {
        const isTruck = look++ % 2 === 1;
        return [
          detection([300 + 0.04 * ms, 200, 420 + 0.04 * ms, 280], 0.6, isTruck ? 7 : 2, isTruck ? 'truck' : 'car'),
        ];
      });
      expect(allIds(frames)).toEqual([1]);
      expect(frames.every(([one]) => one?.class_id === 2 && one.class_name === 'car')).toBe(true);
    },
  );

  it('changes a class for one that is seen clearly more, once', () => {
    const frames = play(createTracker(), times(10, 0, 10_000), (ms) => {
      const isTruck = ms >= 2000;
      return [detection([300, 200, 420, 280], 0.6, isTruck ? 7 : 2, isTruck ? 'truck' : 'car')];
    });
    const names = frames.map(([one]) => one?.class_name);
    expect(allIds(frames)).toEqual([1]);
    expect(names.filter((name, at) => at > 0 && name !== names[at - 1])).toEqual(['truck']);
    expect(names.indexOf('truck')).toBeGreaterThan(45);
  });

  it('counts a vote by its score', () => {
    const frames = play(createTracker(), times(10, 0, 5000), (ms) =>
      ms % 300 === 0
        ? [detection([300, 200, 420, 280], 0.9, 2, 'car')]
        : [detection([300, 200, 420, 280], 0.2, 7, 'truck')],
    );
    expect(new Set(frames.map(([one]) => one?.class_name))).toEqual(new Set(['car']));
  });

  it.each([5, 30])('smooths a score over about a second at %i fps', (fps) => {
    const frames = play(createTracker(), times(fps, 0, 10_000), (ms) => [person(300, 200, ms < 5000 ? 0.9 : 0.2)]);
    const scoreAt = (ms: number) => frames[Math.round((ms * fps) / 1000)]![0]!.confidence;
    expect(scoreAt(4800)).toBeCloseTo(0.9);
    expect(scoreAt(5000)).toBeGreaterThan(0.75);
    expect(scoreAt(6000)).toBeGreaterThan(0.35);
    expect(scoreAt(6000)).toBeLessThan(0.5);
    expect(scoreAt(9000)).toBeLessThan(0.22);
  });

  it('gives an object of another class elsewhere an id of its own', () => {
    const tracker = createTracker();
    play(tracker, times(10, 0, 1000), () => [detection([300, 200, 420, 280], 0.8, 2, 'car')]);
    const after = play(tracker, times(10, 1000, 2000), () => [detection([350, 220, 390, 320], 0.8, 0, 'person')]);
    expect(allIds(after)).toEqual([2]);
  });
});

describe('tracker: output', () => {
  it('tells the velocity of the centre in pixels per second', () => {
    for (const fps of [5, 30]) {
      const frames = play(createTracker(), times(fps, 0, 4000), (ms) => [person(100 + 0.12 * ms, 400 - 0.03 * ms)]);
      const [vx, vy] = frames.at(-1)![0]!.velocity!;
      expect(Math.abs(vx - 120)).toBeLessThan(5);
      expect(Math.abs(vy + 30)).toBeLessThan(2);
    }
  });

  it('knows the velocity again right after a gap', () => {
    const hidden = (ms: number) => ms > 2000 && ms < 3000;
    const frames = play(createTracker(), times(10, 0, 3100), (ms) => (hidden(ms) ? [] : [person(100 + 0.1 * ms, 200)]));
    expect(Math.abs(frames.at(-1)![0]!.velocity![0] - 100)).toBeLessThan(15);
  });

  it('returns every detection in its place and changes none of those given', () => {
    const tracker = createTracker();
    const given = [person(100, 200), person(500, 200, 0.1), person(300, 200)];
    const copy = structuredClone(given);
    const result = tracker.update(given, 0).detections;
    expect(given).toEqual(copy);
    expect(result.map(({ bbox }) => bbox)).toEqual(copy.map(({ bbox }) => bbox));
    expect(result[1]).toEqual({ ...copy[1], confirmed: false });
  });

  it('forgets its tracks, and uses none of their ids again', () => {
    const tracker = createTracker();
    expect(idsOf(tracker.update([person(100, 200), person(500, 200)], 0).detections)).toEqual([1, 2]);
    tracker.forget();
    expect(idsOf(tracker.update([person(100, 200), person(500, 200)], 100).detections)).toEqual([3, 4]);
  });
});
