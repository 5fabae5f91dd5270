import type { TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { type ObjectFrame, ObjectHistory } from './object-history.js';

function object(id: number, timestampMs: number, extra: Partial<TrackedObject> = {}): TrackedObject {
  return {
    id,
    class_id: 0,
    class_name: 'person',
    bbox: [10.5, 20.25, 110.75, 220],
    confidence: 0.8,
    velocity: [12, -3],
    firstSeenMs: 1000,
    confirmedMs: 1200,
    lastSeenMs: timestampMs,
    isResident: false,
    ...extra,
  };
}

function frame(timestampMs: number, ids: readonly number[] = [1]): ObjectFrame {
  return { timestampMs, width: 1280, height: 720, objects: ids.map((id) => object(id, timestampMs)) };
}

const timesOf = (history: ObjectHistory, camera = 'yard', sinceMs = 0) =>
  [...history.frames(camera, sinceMs)].map(({ timestampMs }) => timestampMs);

describe('ObjectHistory', () => {
  it('gives back what it was given, in order', () => {
    const history = new ObjectHistory();
    const now = 1_700_000_000_000.25;
    const objects = [
      object(7, now),
      // An id from a time when the database failed, of an object that is out of sight.
      object(now, now, { class_id: 2, class_name: 'car', isResident: true, lastSeenMs: now - 4500, confidence: 1 }),
    ];
    history.add('yard', { timestampMs: now, width: 1280, height: 720, objects });
    history.add('yard', frame(now + 100, [7]));
    const [first, second] = [...history.frames('yard', 0)];
    expect(first).toMatchObject({ timestampMs: now, width: 1280, height: 720 });
    expect(first?.objects).toEqual(objects);
    expect(second?.objects.map(({ id }) => id)).toEqual([7]);
    expect(timesOf(history, 'gate')).toEqual([]);
  });

  it('keeps at most some ten frames a second, and one where nothing is to be seen', () => {
    const history = new ObjectHistory();
    for (let ms = 0; ms < 1000; ms += 33) history.add('yard', frame(ms));
    expect(timesOf(history)).toHaveLength(11);
    // The frame in which all were gone is kept at once.
    for (let ms = 1000; ms < 6000; ms += 100) history.add('yard', frame(ms, []));
    expect(timesOf(history, 'yard', 1000)).toEqual([1100, 2100, 3100, 4100, 5100]);
    history.add('yard', frame(6000));
    expect(timesOf(history).at(-1)).toBe(6000);
  });

  it('forgets what is older than it is to remember', () => {
    const history = new ObjectHistory({ maxAgeMs: 60_000 });
    for (let ms = 0; ms < 600_000; ms += 100) history.add('yard', frame(ms, [1, 2, 3, 4]));
    const oldest = history.oldestMs('yard') ?? 0;
    expect(oldest).toBeGreaterThan(450_000);
    expect(oldest).toBeLessThanOrEqual(540_000);
    expect(timesOf(history, 'yard', 570_000)).toHaveLength(300);
  });

  it('stays within its memory: the camera with the most to remember forgets first', () => {
    const history = new ObjectHistory({ maxBytes: 512 * 1024 });
    for (let ms = 0; ms < 60_000; ms += 1000) history.add('quiet', frame(ms));
    for (let ms = 0; ms < 600_000; ms += 100) history.add('busy', frame(ms, [1, 2, 3, 4, 5, 6]));
    expect(history.bytes).toBeLessThanOrEqual(512 * 1024);
    expect(timesOf(history, 'quiet')).toHaveLength(60);
    expect(timesOf(history, 'busy').at(-1)).toBe(599_900);
    history.remove('busy');
    history.remove('quiet');
    expect(history.bytes).toBe(0);
  });

  it('goes on when the clock is set back', () => {
    const history = new ObjectHistory();
    for (const ms of [10_000_000, 10_000_100, 5000, 5100]) history.add('yard', frame(ms));
    expect(timesOf(history)).toEqual([10_000_000, 10_000_100, 5000, 5100]);
  });

  it('takes more objects than it can keep', () => {
    const history = new ObjectHistory();
    history.add(
      'yard',
      frame(
        0,
        Array.from({ length: 5000 }, (_, i) => i),
      ),
    );
    const [kept] = [...history.frames('yard', 0)];
    expect(kept?.objects.length).toBeGreaterThan(1000);
  });
});
