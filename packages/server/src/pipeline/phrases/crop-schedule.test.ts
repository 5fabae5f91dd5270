import { describe, expect, it } from 'vitest';
import { CropSchedule, type SeenTrack } from './crop-schedule.js';

function track(id: number, more: Partial<SeenTrack & { side: number }> = {}): SeenTrack {
  const { side = 100, ...rest } = more;
  return { id, bbox: [0, 0, side, side], firstSeenMs: 0, isResident: false, isWanted: true, ...rest };
}

/** Times of the looks at each object, at ten frames per second. */
function play(seconds: number, perSecond: number, tracksAt: (ms: number) => SeenTrack[]): Record<number, number[]> {
  const schedule = new CropSchedule({ perSecond: () => perSecond });
  const looks: Record<number, number[]> = {};
  for (let ms = 0; ms <= seconds * 1000; ms += 100) {
    const tracks = tracksAt(ms);
    schedule.keep('yard', new Set(tracks.map(({ id }) => id)));
    for (const { id } of schedule.take('yard', tracks, ms, ms)) looks[id] = [...(looks[id] ?? []), ms];
  }
  return looks;
}

describe('CropSchedule', () => {
  it('looks half a second after an object appeared, and then every five seconds', () => {
    expect(play(16, 10, () => [track(1)])).toEqual({ 1: [500, 5500, 10_500, 15_500] });
  });

  it('looks again when an object has come closer', () => {
    const looks = play(4, 10, (ms) => [track(1, { side: 100 + ms / 20 })]);
    expect(looks[1]![0]).toBe(500);
    // 1.5 times the area is 1.22 times the side.
    expect(looks[1]![1]).toBeGreaterThan(900);
    expect(looks[1]![1]).toBeLessThan(1200);
  });

  it('looks at resident objects once a minute, and only once at objects without a rule', () => {
    const looks = play(70, 10, () => [track(1, { isResident: true }), track(2, { isWanted: false })]);
    expect(looks).toEqual({ 1: [500, 60_500], 2: [500] });
  });

  it('keeps to its budget: objects with rules first, then those never looked at', () => {
    const crowd = Array.from({ length: 40 }, (_, i) => track(i, { isWanted: i < 20 }));
    const looks = play(20, 2, () => crowd);
    const count = Object.values(looks).flat().length;
    expect(count).toBeLessThanOrEqual(2 * 20 + 4);
    expect(count).toBeGreaterThanOrEqual(2 * 19);
    expect(Object.keys(looks)).toHaveLength(20);
  });

  it('counts objects that ended without a look', () => {
    const schedule = new CropSchedule({ perSecond: () => 1 });
    schedule.take('yard', [track(1), track(2)], 500, 500);
    schedule.ended('yard', 1);
    schedule.ended('yard', 2);
    expect(schedule.missed).toBe(1);
  });

  it('looks again early on request', () => {
    const schedule = new CropSchedule({ perSecond: () => 10 });
    expect(schedule.take('yard', [track(1)], 500, 500)).toHaveLength(1);
    schedule.again('yard', 1, 1500);
    expect(schedule.take('yard', [track(1)], 1400, 1400)).toHaveLength(0);
    expect(schedule.take('yard', [track(1)], 1500, 1500)).toHaveLength(1);
  });

  it('forgets objects and cameras that are gone', () => {
    const schedule = new CropSchedule({ perSecond: () => 10 });
    schedule.take('yard', [track(1)], 500, 500);
    schedule.keep('yard', new Set());
    expect(schedule.take('yard', [track(1)], 600, 600)).toHaveLength(1);
    schedule.removeCamera('yard');
    expect(schedule.take('yard', [track(1)], 700, 700)).toHaveLength(1);
  });
});
