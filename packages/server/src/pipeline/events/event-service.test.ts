import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Box, LookoutError, Mask, Rule } from '@lookout/protocol';
import { LOOK_LENGTH } from '@lookout/vision';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeptEvent, Storage } from '../../platform/storage/index.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { EventBus, type EventChange } from '../bus/event-bus.js';
import { createEventId } from './event-id.js';
import { EventService } from './event-service.js';
import { Retention } from './retention.js';
import { withDrawing } from './snapshot-file.js';
import { Suppressions } from './suppressions.js';
import { proposedCooldown, proposedMask } from './verdict-proposals.js';

const START_MS = 1_700_000_000_000;
const box: Box = [100, 120, 160, 300];
const track = { track_id: 7, class_name: 'person', bbox: box, confidence: 0.9 };

let directory: string;
let storage: Storage;
let told: EventChange[];
let removedPictures: string[];
let snapshots: Map<string, Uint8Array>;
let kept: Map<string, KeptEvent>;
let suppressions: Suppressions;
let events: EventService;
let amended: string[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-events-'));
  storage = openTestStorage(directory);
  told = [];
  removedPictures = [];
  snapshots = new Map();
  kept = new Map();
  amended = [];
  const bus = new EventBus({ count: () => undefined, log: () => undefined, now: () => 0 });
  bus.on('event', (change) => told.push(change));
  suppressions = await Suppressions.open({
    store: storage.suppressions,
    describe: async (_camera, _jpeg, _size, boxes) => boxes.map(() => new Uint8Array(LOOK_LENGTH).fill(7)),
    onChange: () => undefined,
    now: () => START_MS,
  });
  events = new EventService({
    store: storage.events,
    bus,
    pictures: {
      snapshots: {
        has: (id: string) => snapshots.has(id),
        read: async (id: string) => snapshots.get(id),
        remove: async (id: string) => void removedPictures.push(id),
      } as never,
      hasClip: () => true,
      remove: async ({ id }, others) => void removedPictures.push(`${id} of ${others.length + 1}`),
      removeById: async (id) => void removedPictures.push(id),
    },
    node: 'n1',
    recorder: { amended: ({ id }) => void amended.push(id), forget: () => undefined, forgetById: () => undefined },
    suppressions,
    rule: (id) =>
      id === 'r1'
        ? { rule: Rule.parse({ trigger: { behavior: 'enter', subject: { classes: ['person'] } } }) }
        : undefined,
    kept,
  });
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Stores an event that began so many seconds after the start. */
async function store(second: number, extra: Partial<KeptEvent> = {}): Promise<string> {
  const startedMs = START_MS + 1000 * second;
  const event: KeptEvent = {
    id: createEventId(startedMs),
    rule_id: 'r1',
    camera: 'yard',
    severity: 'warning',
    behavior: 'enter',
    summary: 'Warn when a person enters.',
    reason: 'A person entered.',
    started_at: startedMs,
    ended_at: startedMs,
    frame_timestamp: startedMs,
    measured: {},
    tracks: [track],
    image_size: [640, 480],
    verdict: null,
    seen: false,
    kept: false,
    late: false,
    hasSnapshot: true,
    hasClip: true,
    bytes: 0,
    ...extra,
  };
  await storage.events.insert(event, []);
  snapshots.set(event.id, withDrawing(new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), { tracks: event.tracks }));
  return event.id;
}

const kinds = () => told.map(({ kind }) => kind);

describe('EventService', () => {
  it('follow what was changed and removed through another node', async () => {
    const id = await store(0);
    const event = { ...((await storage.events.get(id)) as KeptEvent), kept: true };
    events.adopt({ seq: 2, kind: 'changed', eventId: id, camera: event.camera, event });
    expect([amended, [...kept.keys()]]).toEqual([[id], [id]]);
    events.adopt({ seq: 3, kind: 'deleted', eventId: id, camera: event.camera, event: undefined });
    expect([removedPictures, [...kept.keys()]]).toEqual([[id], []]);
  });

  it('lists events newest first, of the cameras that the caller may see', async () => {
    const ids = [await store(1), await store(2, { camera: 'gate' }), await store(3)];
    const all = await events.page({ limit: 2 });
    expect(all.events.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
    const rest = await events.page({ limit: 2, ...(all.next_cursor && { cursor: all.next_cursor }) });
    expect(rest).toMatchObject({ events: [{ id: ids[0] }], next_cursor: null });
    expect((await events.page({ limit: 9 }, ['gate'])).events.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await events.page({ limit: 9, camera: 'yard' }, ['gate'])).events).toEqual([]);
  });

  it('names the pictures that there are', async () => {
    const id = await store(1);
    const event = await events.find(id);
    expect(events.view(event)).toMatchObject({
      snapshot_url: `/api/events/${id}/snapshot.jpg`,
      clip_url: `/api/events/${id}/clip.mp4`,
    });
    snapshots.delete(id);
    expect(events.view({ ...event, hasClip: false })).toMatchObject({ snapshot_url: null, clip_url: null });
    expect(events.view({ ...event, node: 'n1' }).snapshot_url).toBeNull();
    expect(events.view({ ...event, node: 'n2' }), 'there may be one on another node').toMatchObject({
      ...{ node: 'n2', snapshot_url: `/api/events/${id}/snapshot.jpg` },
    });
    await expect(events.find('none')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('marks an event, and tells of it', async () => {
    const id = await store(1);
    expect(await events.update(id, { seen: true, kept: true })).toMatchObject({ seen: true, kept: true });
    expect([...kept.keys()]).toEqual([id]);
    expect(amended).toEqual([id]);
    expect(told).toMatchObject([{ kind: 'changed', event: { id, seen: true } }]);
    await events.update(id, { kept: false });
    expect(kept.size).toBe(0);
    await expect(events.update('none', { seen: true })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('marks all events as seen that began until then, and tells of each', async () => {
    for (let second = 0; second < 250; second++) await store(second, second % 2 ? { camera: 'gate' } : {});
    expect(await events.markSeen(START_MS + 99_000, ['gate'])).toBe(50);
    expect(await events.markSeen(START_MS + 199_000)).toBe(150);
    expect(told).toHaveLength(200);
    expect(new Set(told.map(({ seq }) => seq)).size).toBe(200);
    expect(kinds().every((kind) => kind === 'changed')).toBe(true);
    expect(await events.markSeen(START_MS + 199_000)).toBe(0);
  });

  it('removes an event with its pictures', async () => {
    const id = await store(1, { kept: true });
    await store(5);
    await events.update(id, { kept: true });
    await events.remove(id);
    expect(removedPictures).toEqual([`${id} of 2`]);
    expect(kept.size).toBe(0);
    expect(told.at(-1)).toMatchObject({ kind: 'deleted', event: { id } });
    await expect(events.remove(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('removes everything of a camera that is gone', async () => {
    for (let second = 0; second < 5; second++) await store(second);
    const other = await store(9, { camera: 'gate' });
    // Of a camera that was added with the same id since.
    const later = await store(10);
    expect(await events.removeCamera('yard', START_MS + 10_000)).toBe(5);
    expect((await events.page({ limit: 9 })).events.map(({ id }) => id)).toEqual([later, other]);
    expect(removedPictures).toHaveLength(5);
  });
});

describe('verdicts', () => {
  it('ignores from then on what was no such object, and takes that back', async () => {
    const id = await store(1);
    const outcome = await events.judge(id, 'wrong_object');
    expect(outcome).toMatchObject({
      event: { id, verdict: 'wrong_object' },
      suppression: { camera: 'yard', event_id: id, class_name: 'person', box: [0.15625, 0.25, 0.25, 0.625] },
    });
    expect(suppressions.list('yard')).toEqual([outcome.suppression]);
    expect(suppressions.spots('yard')[0]?.look).toHaveLength(LOOK_LENGTH);
    expect(suppressions.list('gate')).toEqual([]);
    expect((await storage.suppressions.list()).map(({ event_id }) => event_id)).toEqual([id]);
    expect(await events.judge(id, 'right')).toEqual({ event: expect.objectContaining({ verdict: 'right' }) });
    expect(suppressions.list('yard')).toEqual([]);
    expect(await storage.suppressions.list()).toEqual([]);
  });

  it('takes a verdict back with everything that is ignored because of it, and nothing else', async () => {
    const two = await store(1, { tracks: [track, { ...track, track_id: 8, bbox: [300, 120, 360, 300] }] });
    await events.judge(two, 'wrong_object');
    const other = await store(2);
    await events.judge(other, 'wrong_object');
    expect(suppressions.list('yard').map(({ event_id }) => event_id)).toEqual([two, two, other]);
    expect(await events.withdrawVerdict(two)).toMatchObject({ id: two, verdict: null });
    expect(suppressions.list('yard').map(({ event_id }) => event_id)).toEqual([other]);
    expect((await storage.suppressions.list()).map(({ event_id }) => event_id)).toEqual([other]);
    expect(await events.find(two)).toMatchObject({ verdict: null });
    expect(told.at(-1)).toMatchObject({ kind: 'changed', event: { id: two, verdict: null } });
    const count = told.length;
    await events.withdrawVerdict(two);
    expect(told).toHaveLength(count);
    await expect(events.withdrawVerdict('none')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('says why nothing can be ignored', async () => {
    const gone = await store(1);
    snapshots.delete(gone);
    expect(await events.judge(gone, 'wrong_object')).toMatchObject({ reason: expect.stringContaining('no picture') });
    const nobody = await store(2, { tracks: [] });
    expect(await events.judge(nobody, 'wrong_object')).toMatchObject({ reason: expect.stringContaining('No object') });
    for (let second = 10; second < 60; second++) await events.judge(await store(second), 'wrong_object');
    const tooMany = await events.judge(await store(99), 'wrong_object');
    expect(tooMany).toMatchObject({
      event: { verdict: 'wrong_object' },
      reason: expect.stringContaining('its maximum'),
    });
  });

  it('removes one by hand', async () => {
    const { suppression } = await events.judge(await store(1), 'wrong_object');
    await expect(suppressions.remove('gate', suppression?.id ?? '')).rejects.toBeInstanceOf(LookoutError);
    await suppressions.remove('yard', suppression?.id ?? '');
    expect(suppressions.list('yard')).toEqual([]);
  });

  it('proposes a mask around the place where it was, and draws nothing by itself', async () => {
    const { proposed_mask, event } = await events.judge(await store(1), 'wrong_place');
    expect(event.verdict).toBe('wrong_place');
    const mask = Mask.parse(proposed_mask);
    expect(mask.classes).toEqual(['person']);
    const xs = mask.points.map(([x]) => x * 640);
    expect(Math.min(...xs)).toBeGreaterThan(85);
    expect(Math.max(...xs)).toBeLessThan(175);
  });

  it.each([
    ['at the edge', [600, 400, 640, 480] as Box],
    ['at the corner', [0, 380, 30, 480] as Box],
    ['larger than the picture', [-10, -10, 700, 500] as Box],
  ])('proposes a mask that can be drawn for an object %s', (_where, bbox) => {
    const mask = proposedMask({ tracks: [{ ...track, bbox }], image_size: [640, 480] });
    expect(Mask.safeParse(mask).error?.issues).toBeUndefined();
  });

  it('proposes a longer cooldown', async () => {
    expect(await events.judge(await store(1), 'not_interesting')).toMatchObject({ proposed_cooldown_s: 300 });
    expect(proposedCooldown({ cooldown_s: 300 })).toBe(900);
    expect(proposedCooldown({ cooldown_s: 200_000 })).toBeUndefined();
    const unruly = await events.judge(await store(2, { rule_id: 'gone' }), 'not_interesting');
    expect(unruly).not.toHaveProperty('proposed_cooldown_s');
  });
});

describe('Retention', () => {
  function retention(nowMs: number, maxAgeDays = 30) {
    const timers: Array<{ run: () => void; delayMs: number }> = [];
    const clips: number[] = [];
    const own = new Retention({
      store: storage.events,
      remove: (id) => events.remove(id),
      removeClipsBefore: async (timeMs) => void clips.push(timeMs),
      maxAgeDays,
      now: () => nowMs,
      onFault: (error) => {
        throw error;
      },
      later: (run, delayMs) => {
        timers.push({ run, delayMs });
        return () => timers.splice(0);
      },
    });
    return { own, timers, clips };
  }
  const DAY_S = 86_400;

  it('removes events that are too old, but for those to be kept', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 250; i++) ids.push(await store(i * 600, { kept: i === 3 }));
    const { own, clips } = retention(START_MS + 31 * DAY_S * 1000);
    await own.run();
    const left = (await events.page({ limit: 200 })).events.map(({ id }) => id);
    // Those of the first day are older than 30 days by then.
    expect(left).toHaveLength(250 - 144 + 1);
    expect(left).toContain(ids[3]);
    expect(clips).toEqual([START_MS + DAY_S * 1000]);
    await own.close();
  });

  it('looks again every ten minutes, until it is closed', async () => {
    const { own, timers } = retention(START_MS);
    expect(timers).toMatchObject([{ delayMs: 30_000 }]);
    timers.pop()?.run();
    await expect.poll(() => timers.length).toBe(1);
    expect(timers).toMatchObject([{ delayMs: 600_000 }]);
    await own.close();
    expect(timers).toEqual([]);
  });
});
