import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { detection, noisyScene, person, times } from '../tracker/testing/scenes.js';
import { createTracker } from './object-tracker.js';
import type { Tracker, TrackerUpdate } from './tracked-object.js';

/** Shows a scene to a tracker. @returns its account of each frame. */
function watch(tracker: Tracker, timesMs: readonly number[], scene: (ms: number) => Detection[]): TrackerUpdate[] {
  return timesMs.map((ms) => tracker.update(scene(ms), ms));
}

/** The lives of all frames as `confirmed 1 at 400`. */
function livesOf(updates: readonly TrackerUpdate[]): string[] {
  return updates.flatMap(({ lives }) => lives.map(({ kind, id, atMs }) => `${kind} ${id} at ${atMs}`));
}

/** When each object was first listed, ms after the first frame. */
function delays(updates: readonly TrackerUpdate[], timesMs: readonly number[]): Map<number, number> {
  const seen = new Map<number, number>();
  for (const [index, { objects }] of updates.entries()) {
    for (const { id } of objects) if (!seen.has(id)) seen.set(id, timesMs[index]! - timesMs[0]!);
  }
  return seen;
}

const walker = (ms: number, score = 0.75) => person(100 + 0.04 * ms, 200, score);

describe('confirmed objects', () => {
  it.each([5, 10, 30])('are people who walk, within a second, at %i fps', (fps) => {
    const at = times(fps, 0, 3000);
    const [delayMs] = delays(
      watch(createTracker(), at, (ms) => [walker(ms)]),
      at,
    ).values();
    expect(delayMs).toBeGreaterThanOrEqual(400);
    expect(delayMs).toBeLessThan(1000);
  });

  it.each([
    [0.85, 600],
    [0.65, 1400],
  ])('are what stands and scores %f, after %i ms at most', (score, withinMs) => {
    const at = times(10, 0, 5000);
    const [delayMs] = delays(
      watch(createTracker(), at, () => [detection([300, 200, 420, 280], score, 2, 'car')]),
      at,
    ).values();
    expect(delayMs).toBeLessThanOrEqual(withinMs);
  });

  it('are not what only ever stands and scores low, however long, though single scores are high', () => {
    const random = seededRandom(4);
    const tracker = createTracker();
    for (const ms of times(5, 0, 3_600_000)) {
      const score = random() < 0.03 ? 0.9 : 0.35 + 0.2 * random();
      const { objects, detections } = tracker.update([person(300 + 4 * random(), 200 + 4 * random(), score)], ms);
      expect(objects).toEqual([]);
      expect(detections[0]?.confirmed).toBe(false);
    }
  });

  it('are what scores low but moves', () => {
    const updates = watch(createTracker(), times(10, 0, 4000), (ms) => [walker(ms, 0.45)]);
    expect(updates.at(-1)?.objects).toMatchObject([{ class_name: 'person' }]);
  });

  it('are not made of the box beside a cone that a passer-by was taken for', () => {
    const tracker = createTracker();
    // For four frames a minute the box of a cone is that of somebody who passes.
    const updates = watch(tracker, times(10, 0, 600_000), (ms) => {
      const isOff = ms % 60_000 >= 30_000 && ms % 60_000 < 30_400;
      return [person(isOff ? 345 : 300, 200, 0.45)];
    });
    expect(updates.flatMap(({ objects }) => objects)).toEqual([]);
  });

  it('are what the caller asks for: its threshold counts', () => {
    const seenWith = (threshold: number) => {
      const tracker = createTracker();
      let last: TrackerUpdate | undefined;
      for (const ms of times(10, 0, 5000)) last = tracker.update([person(300, 200, 0.5)], ms, threshold);
      return last?.objects.length;
    };
    expect(seenWith(0.25)).toBe(1);
    expect(seenWith(0.4)).toBe(0);
  });

  it('end where the track of a passer-by stays at a cone', () => {
    // Somebody walks behind a wall at a cone, which is taken for them.
    const updates = watch(createTracker(), times(10, 0, 60_000), (ms) => [
      ms < 4000 ? walker(ms) : person(262, 200, 0.42),
    ]);
    const lives = livesOf(updates).filter((life) => !life.startsWith('born'));
    expect(lives[0]).toMatch(/^confirmed 1 /);
    expect(lives.at(-1)).toMatch(/^ended 1 /);
    expect(updates.at(-1)?.objects).toEqual([]);
    const last = updates.at(-1)?.detections[0];
    expect(last).toMatchObject({ confirmed: false, since: undefined });
    expect(last?.track_id).not.toBe(1);
  });

  it('say since when, in the frames’ own time, as do their detections', () => {
    const updates = watch(createTracker(), times(10, 60_000, 63_000), (ms) => [walker(ms - 60_000)]);
    const first = updates.findIndex(({ objects }) => objects.length > 0);
    const confirmedMs = 60_000 + 100 * first;
    for (const { objects, detections } of updates.slice(first)) {
      expect(objects).toMatchObject([{ id: 1, confirmedMs, firstSeenMs: 60_000, isResident: false }]);
      expect(detections).toMatchObject([{ track_id: 1, confirmed: true, since: confirmedMs }]);
    }
    for (const { detections } of updates.slice(0, first)) expect(detections[0]).toMatchObject({ confirmed: false });
  });

  it('tell class, place and speed, and the time they were last seen', () => {
    const at = times(10, 0, 3000);
    const updates = watch(createTracker(), at, (ms) => (ms < 2500 ? [walker(ms)] : []));
    const { objects } = updates.at(-1)!;
    expect(objects).toHaveLength(1);
    const [one] = objects;
    expect(one).toMatchObject({ class_id: 0, class_name: 'person', lastSeenMs: 2400, bbox: walker(2400).bbox });
    expect(one?.confidence).toBeCloseTo(0.75);
    expect(one?.velocity[0]).toBeCloseTo(40, -1);
    expect(updates[24]?.objects[0]?.lastSeenMs).toBe(2400);
  });
});

describe('lives', () => {
  it('are those of one who comes, is hidden, is seen again and goes', () => {
    const scene = (ms: number) => (ms < 3000 || (ms >= 4500 && ms < 6000) ? [walker(ms)] : []);
    const lives = livesOf(watch(createTracker(), times(10, 0, 10_000), scene));
    expect(lives.map((life) => life.split(' ').slice(0, 2).join(' '))).toEqual([
      'born 1',
      'confirmed 1',
      'lost 1',
      'recovered 1',
      'lost 1',
      'ended 1',
    ]);
    expect(lives.slice(2)).toEqual(['lost 1 at 3900', 'recovered 1 at 4500', 'lost 1 at 6900', 'ended 1 at 7900']);
  });

  it('tell what was last seen of what ended', () => {
    const updates = watch(createTracker(), times(10, 0, 6000), (ms) => (ms < 2000 ? [walker(ms)] : []));
    const ended = updates.flatMap(({ lives }) => lives).find(({ kind }) => kind === 'ended');
    expect(ended).toMatchObject({ id: 1, class_name: 'person', bbox: walker(1900).bbox, lastSeenMs: 1900 });
  });

  it('end when all is forgotten, as the next update tells, and no id is used again', () => {
    const tracker = createTracker();
    watch(tracker, times(10, 0, 100_000), (ms) => [person(300, 200), walker(ms % 5000)]);
    tracker.forget();
    const [after] = watch(tracker, times(10, 100_000, 103_000), () => [person(300, 200)]);
    const ended = after?.lives.filter(({ kind }) => kind === 'ended').map(({ id }) => id) ?? [];
    expect(ended).toContain(1);
    expect(after?.detections[0]?.track_id).toBeGreaterThan(Math.max(...ended));
    expect(after?.objects).toEqual([]);
  });

  it('are few, in order, and of ids that rise, in any scene', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const tracker = createTracker();
      const state = new Map<number, string>();
      let highest = 0;
      for (const [detections, ms] of noisyScene(seed)) {
        const { lives, objects } = tracker.update(detections, ms);
        expect(lives.length).toBeLessThan(40);
        for (const { id, kind } of lives) {
          const before = state.get(id);
          if (kind === 'born') {
            expect(before).toBeUndefined();
            expect(id).toBeGreaterThan(highest);
            highest = id;
          } else expect(before).toBeDefined();
          if (before === 'ended') expect(kind).toBe('recovered');
          state.set(id, kind);
        }
        for (const { id } of objects) expect(state.get(id)).not.toBe('ended');
        expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
      }
    }
  });

  it('go on when the clock is set back by an hour, with times of the new clock', () => {
    const hour = 3_600_000;
    const tracker = createTracker();
    watch(tracker, times(10, hour, hour + 30_000), () => [person(300, 200)]);
    const after = watch(tracker, times(10, 30_000, 40_000), () => [person(300, 200)]);
    expect(livesOf(after)).toEqual([]);
    expect(after.at(-1)?.objects).toMatchObject([{ id: 1, firstSeenMs: expect.closeTo(0, -3), lastSeenMs: 39_900 }]);
  });
});
