import { describe, expect, it } from 'vitest';
import { createTracker } from '../objects/object-tracker.js';
import { shareHiddenClass } from '../testing/hidden-class.js';
import { seededRandom } from '../testing/random.js';
import { allIds, detection, idsOf, noisyScene, person, play, times } from './testing/scenes.js';

describe('tracker: hard input', () => {
  it('takes a clock that stands still, goes back or is not a number for no time at all', () => {
    const tracker = createTracker();
    for (const ms of [1000, 1000, 400, Number.NaN, -5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1001]) {
      const result = tracker.update([person(300, 200)], ms).detections;
      expect(idsOf(result)).toEqual([1]);
      expect(result[0]!.velocity!.every(Number.isFinite)).toBe(true);
    }
  });

  it('goes on from a clock that was set back by an hour, and ends tracks by it', () => {
    const tracker = createTracker();
    const hour = 3_600_000;
    const walk = (ms: number) => [person(100 + 0.1 * (ms % hour), 200)];
    play(tracker, times(10, hour, hour + 2000), walk);
    const after = play(tracker, times(10, 2000, 4000), walk);
    expect(allIds(after)).toEqual([1]);
    expect(Math.abs(after.at(-1)![0]!.velocity![0] - 100)).toBeLessThan(8);
    tracker.update([], 7000);
    expect(allIds(play(tracker, times(10, 7000, 8000), () => [person(500, 200)]))).toEqual([2]);
  });

  it('begins afresh after a gap of years', () => {
    const tracker = createTracker();
    tracker.update([person(300, 200)], 0);
    tracker.update([], 1e12);
    expect(allIds(play(tracker, times(10, 1e12, 1e12 + 1000), () => [person(300, 200)]))).toEqual([2]);
  });

  it('takes empty frames, also before anything else', () => {
    const tracker = createTracker();
    expect(tracker.update([], 0).detections).toEqual([]);
    expect(tracker.update([], 40).detections).toEqual([]);
  });

  it.each([
    ['of one pixel', [10, 10, 11, 11]],
    ['without extent', [10, 10, 10, 10]],
    ['of a whole 8K picture', [0, 0, 7680, 4320]],
    ['beyond every picture', [-1e7, -1e7, 1e7, 1e7]],
  ] as const)('follows a box %s', (_, bbox) => {
    const frames = play(createTracker(), times(10, 0, 2000), () => [detection([...bbox])]);
    expect(frames.every((frame) => frame[0]?.track_id === 1)).toBe(true);
    expect(frames.flat().every(({ velocity }) => velocity!.every(Number.isFinite))).toBe(true);
  });

  it.each([
    ['not a number', [Number.NaN, 0, 10, 10]],
    ['infinite', [0, 0, Number.POSITIVE_INFINITY, 10]],
    ['inside out', [10, 10, 0, 0]],
  ] as const)('hands a box that is %s back without an id', (_, bbox) => {
    const tracker = createTracker();
    const frames = play(tracker, times(10, 0, 1000), () => [detection([...bbox]), person(300, 200)]);
    expect(frames.every((frame) => frame[0]?.track_id === undefined && frame[1]?.track_id === 1)).toBe(true);
  });

  it('bounds its tracks, and follows the surest of too many', () => {
    const tracker = createTracker({ maxTracks: 5 });
    const scene = () => Array.from({ length: 10 }, (_, index) => person(100 + 100 * index, 200, 0.5 + 0.04 * index));
    const frames = play(tracker, times(10, 0, 2000), scene);
    expect(allIds(frames).length).toBe(5);
    expect(idsOf(frames.at(-1)).map((id) => id !== undefined)).toEqual([
      ...Array(5).fill(false),
      ...Array(5).fill(true),
    ]);
  });

  it('gets through a thousand detections in a heap', () => {
    const random = seededRandom(9);
    const tracker = createTracker();
    for (let frame = 0; frame < 2; frame++) {
      const heap = Array.from({ length: 1000 }, () => person(300 + 40 * random(), 200 + 40 * random()));
      const ids = idsOf(tracker.update(heap, frame * 100).detections).filter((id) => id !== undefined);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('holds its promises in any scene: finite velocities, ids once a frame, rising, detections untouched', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const tracker = createTracker();
      let highest = 0;
      for (const [detections, ms] of noisyScene(seed)) {
        const result = tracker.update(detections, ms).detections;
        const ids = idsOf(result).filter((id) => id !== undefined);
        expect(new Set(ids).size).toBe(ids.length);
        const fresh = ids.filter((id) => id > highest).sort((a, b) => a - b);
        for (const id of fresh) expect(id).toBe(++highest);
        for (const [index, { bbox, confidence, confirmed, track_id, velocity, since }] of result.entries()) {
          const held =
            bbox.every((side, at) => side === detections[index]!.bbox[at]) &&
            confidence >= 0 &&
            confidence <= 1 &&
            (since !== undefined) === confirmed &&
            (velocity?.every(Number.isFinite) ?? (track_id === undefined && !confirmed));
          if (!held) expect.fail(`seed ${seed}, ${ms} ms: ${JSON.stringify(result[index])}`);
        }
      }
    }
  });
});

describe('tracker: options', () => {
  it.each([
    [{ lostMs: -1 }, 'lostMs'],
    [{ birthScore: 1.5 }, 'birthScore'],
    [{ maxTracks: 0 }, 'maxTracks'],
    [{ maxTracks: 2.5 }, 'maxTracks'],
    [{ idMs: Number.NaN }, 'idMs'],
    [{ maxAge: 3 } as object, 'maxAge'],
  ])('refuses %o', (options, name) => {
    expect(() => createTracker(options)).toThrow(name);
  });
});

describe('tracker: memory', () => {
  it('makes what it says of any frame in one hidden class', () => {
    const frames = play(createTracker(), times(10, 0, 5000), (ms) => [person(100 + 0.1 * ms, 200), person(400, 200)]);
    const [first, second] = frames.at(-1)!;
    expect(shareHiddenClass(first!, second!)).toBe(true);
    expect(shareHiddenClass(first!, frames.at(-10)![0]!)).toBe(true);
  });
});
