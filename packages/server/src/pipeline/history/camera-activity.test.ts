import type { TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { CameraActivity } from './camera-activity.js';

const MINUTE = 60_000;

function frame(timestampMs: number, seen: Readonly<Record<number, string>>) {
  const objects = Object.entries(seen).map(
    ([id, class_name]): TrackedObject => ({
      id: Number(id),
      class_id: 0,
      class_name,
      bbox: [0, 0, 10, 10],
      confidence: 0.9,
      velocity: [0, 0],
      firstSeenMs: 0,
      confirmedMs: 0,
      lastSeenMs: timestampMs,
      isResident: false,
    }),
  );
  return { timestampMs, width: 640, height: 480, objects };
}

/** Frames five times a second with these objects. */
function watch(
  activity: CameraActivity,
  fromMs: number,
  untilMs: number,
  seen: Readonly<Record<number, string>>,
): void {
  for (let ms = fromMs; ms < untilMs; ms += 200) activity.add('yard', frame(ms, seen));
}

describe('CameraActivity', () => {
  it('counts each object once a minute, by class, and the time with a picture', () => {
    const activity = new CameraActivity();
    watch(activity, 0, MINUTE / 2, { 1: 'person', 2: 'person' });
    watch(activity, MINUTE / 2, MINUTE, { 3: 'car' });
    watch(activity, MINUTE, 1.5 * MINUTE, {});
    expect(activity.steps('yard', 0, 3 * MINUTE, MINUTE)).toEqual([
      { atMs: 0, watched: 1, classes: { person: 2, car: 1 } },
      { atMs: MINUTE, watched: 0.5, classes: {} },
      { atMs: 2 * MINUTE, watched: 0, classes: {} },
    ]);
    expect(activity.steps('gate', 0, MINUTE, MINUTE)).toEqual([{ atMs: 0, watched: 0, classes: {} }]);
  });

  it('counts who stays once in a longer step', () => {
    const activity = new CameraActivity();
    watch(activity, 0, 5 * MINUTE, { 1: 'person' });
    watch(activity, 5 * MINUTE, 6 * MINUTE, { 2: 'person' });
    expect(activity.steps('yard', 0, 10 * MINUTE, 10 * MINUTE)).toEqual([
      { atMs: 0, watched: 0.6, classes: { person: 2 } },
    ]);
  });

  it('does not count what is out of view, and remembers when it was seen last', () => {
    const activity = new CameraActivity();
    watch(activity, 0, 1000, { 1: 'dog' });
    const gone = frame(MINUTE + 1000, { 1: 'dog' });
    activity.add('yard', { ...gone, objects: gone.objects.map((one) => ({ ...one, lastSeenMs: 800 })) });
    expect(activity.steps('yard', MINUTE, 2 * MINUTE, MINUTE)[0]?.classes).toEqual({});
    expect(Object.fromEntries(activity.lastSeenMs('yard'))).toEqual({ dog: 800 });
    activity.remove('yard');
    expect(activity.lastSeenMs('yard').size).toBe(0);
  });

  it('remembers a day', () => {
    const activity = new CameraActivity();
    for (let minute = 0; minute < 3000; minute++) activity.add('yard', frame(minute * MINUTE, { [minute]: 'person' }));
    const steps = activity.steps('yard', 0, 3000 * MINUTE, MINUTE);
    const known = steps.filter(({ classes }) => classes.person === 1).map(({ atMs }) => atMs / MINUTE);
    expect([known.length, known[0], known.at(-1)]).toEqual([1440, 1560, 2999]);
  });

  it('begins again when the clock is set back', () => {
    const activity = new CameraActivity();
    watch(activity, 100 * MINUTE, 101 * MINUTE, { 1: 'person' });
    watch(activity, 10 * MINUTE, 11 * MINUTE, { 2: 'person' });
    expect(activity.steps('yard', 10 * MINUTE, 11 * MINUTE, MINUTE)[0]).toMatchObject({ classes: { person: 1 } });
    expect(activity.steps('yard', 100 * MINUTE, 101 * MINUTE, MINUTE)[0]).toMatchObject({ watched: 0 });
  });
});
