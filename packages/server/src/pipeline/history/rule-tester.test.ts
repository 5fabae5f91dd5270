import { CameraRegions, Rule } from '@lookout/protocol';
import type { TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { ObjectHistory } from './object-history.js';
import { RuleTester } from './rule-tester.js';

const START_MS = 1_700_000_000_000;
/** The clock of frames is behind that of the machine. */
const SHIFT_MS = 5000;

const camera = {
  id: 'yard',
  ...CameraRegions.parse({
    zones: [
      {
        name: 'back door',
        points: [
          [0, 0],
          [0.5, 0],
          [0.5, 1],
          [0, 1],
        ],
      },
    ],
  }),
};
const enter = Rule.parse({
  severity: 'critical',
  cooldown_s: 0,
  trigger: { behavior: 'enter', subject: { classes: ['person'] }, zone: 'back door' },
});
const stay = Rule.parse({
  trigger: { behavior: 'stay', subject: { classes: ['person'] }, zone: 'back door', seconds: 20 },
});

/** @param awayMs how far from a moment its picture is; null: there is none */
function setup(awayMs: number | null = 0) {
  const history = new ObjectHistory();
  let nowMs = START_MS;
  let id = 0;
  const tester = new RuleTester({
    history,
    thumbnails: {
      at: (_camera, timestampMs) =>
        awayMs === null ? undefined : { timestampMs: timestampMs + awayMs, jpeg: new Uint8Array() },
    },
    timezone: 'UTC',
    toEpoch: (ms) => ms + SHIFT_MS,
    fromEpoch: (ms) => ms - SHIFT_MS,
    now: () => nowMs,
  });
  /** Five frames a second for so long, with somebody at the door, or nobody. */
  const watch = (seconds: number, isThere: boolean) => {
    const bornMs = nowMs - SHIFT_MS + 200;
    if (isThere) id++;
    for (const end = nowMs + 1000 * seconds; nowMs < end; ) {
      nowMs += 200;
      const timestampMs = nowMs - SHIFT_MS;
      const somebody: TrackedObject = {
        id,
        class_id: 0,
        class_name: 'person',
        bbox: [100.123, 100, 160, 300],
        confidence: 0.9,
        velocity: [0, 0],
        firstSeenMs: bornMs,
        confirmedMs: bornMs,
        lastSeenMs: timestampMs,
        isResident: false,
      };
      history.add('yard', { timestampMs, width: 640, height: 480, objects: isThere ? [somebody] : [] });
    }
  };
  const pause = (seconds: number) => {
    nowMs += 1000 * seconds;
  };
  return { tester, watch, pause };
}

describe('RuleTester', () => {
  it('answers what rules would have found, oldest first, with where the pictures are', async () => {
    const { tester, watch } = setup();
    watch(20, false);
    watch(30, true);
    watch(20, false);
    watch(10, true);
    const { events, from, until, gaps } = await tester.test([enter, stay], camera, 60);
    expect(events.map(({ rule, behavior }) => `${rule} ${behavior}`)).toEqual(['0 enter', '1 stay', '0 enter']);
    expect(events[0]).toMatchObject({
      severity: 'critical',
      zone: 'back door',
      image_size: [640, 480],
      tracks: [{ track_id: 1, class_name: 'person', bbox: [100.1, 100, 160, 300], confidence: 0.902 }],
      snapshot_url: expect.stringMatching(/^\/api\/cameras\/yard\/thumbnails\/\d+\.jpg$/),
    });
    expect((events[0]?.started_at ?? 0) - START_MS).toBeGreaterThanOrEqual(20_000);
    expect((events[0]?.started_at ?? 0) - START_MS).toBeLessThan(21_000);
    expect(events[1]?.ended_at).toBeGreaterThan(events[1]?.started_at ?? 0);
    expect(gaps).toEqual([]);
    expect([from - START_MS, until - START_MS]).toEqual([200, 80_000]);
  });

  it('does not claim that a rule with a phrase would have found nothing', async () => {
    const { tester } = setup();
    const subject = { classes: ['person'], phrase: 'person wearing a helmet' };
    const described: Rule = { ...enter, trigger: { behavior: 'appear', subject } };
    await expect(tester.test([described], camera, 60)).rejects.toMatchObject({ code: 'validation_failed' });
  });

  it('says when the picture of an event was taken, and that there is none', async () => {
    for (const awayMs of [0, -1800, null]) {
      const { tester, watch } = setup(awayMs);
      watch(20, false);
      watch(10, true);
      const [event] = (await tester.test([enter], camera, 60)).events;
      const takenAt = awayMs === null ? null : (event?.frame_timestamp ?? 0) + awayMs;
      expect(event?.snapshot_timestamp).toBe(takenAt);
      expect(event?.snapshot_url).toBe(takenAt === null ? null : `/api/cameras/yard/thumbnails/${takenAt}.jpg`);
    }
  });

  it('looks back as far as asked, and says so', async () => {
    const { tester, watch } = setup();
    watch(20, false);
    watch(20, true);
    watch(90, false);
    const { events, from } = await tester.test([enter], camera, 1);
    expect(events).toEqual([]);
    expect(from - START_MS).toBe(70_000);
  });

  it('names the times without a picture, and makes no events of them', async () => {
    const { tester, watch, pause } = setup();
    watch(20, false);
    pause(30);
    // Who is there when the picture is back has not entered then.
    watch(10, true);
    pause(60);
    const { events, gaps } = await tester.test([enter], camera, 60);
    expect(events).toEqual([]);
    // Of a scene with nothing in it, a frame a second is remembered.
    expect(gaps.map(({ from, until }) => [from - START_MS, until - START_MS])).toEqual([
      [19_200, 50_200],
      [60_000, 120_000],
    ]);
  });

  it('answers for a camera of which nothing is remembered', async () => {
    const { tester } = setup();
    expect(await tester.test([enter], camera, 60)).toEqual({ events: [], from: START_MS, until: START_MS, gaps: [] });
  });

  it('lets others have their turn on the main thread', async () => {
    const { tester, watch } = setup();
    for (let minute = 0; minute < 30; minute++) watch(60, minute % 2 === 1);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const { events } = await tester.test([enter, stay], camera, 60);
    clearInterval(timer);
    expect(events.length).toBeGreaterThan(20);
    expect(turns).toBeGreaterThan(2);
  });

  it('runs one test at a time, and refuses more than a few that wait', async () => {
    const { tester, watch } = setup();
    watch(20, false);
    const asked = Array.from({ length: 6 }, () => tester.test([enter], camera, 60));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), 'rejected', 'rejected']);
    await tester.test([enter], camera, 60);
  });

  it('stops when nobody waits for the answer', async () => {
    const { tester, watch } = setup();
    watch(20, false);
    await expect(tester.test([enter], camera, 60, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
