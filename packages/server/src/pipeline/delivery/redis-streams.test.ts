import type { DetectionsEvent, RuleEvent } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestRedis } from '../../testing/redis.js';
import { openTestLink } from '../../testing/redis-link.js';
import { EventBus, type EventChange } from '../bus/event-bus.js';
import { MAX_WAIT_MS, MAX_WAITING, RedisStreams } from './redis-streams.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await TestRedis.start();
});
afterAll(() => redis?.stop());

let upMs = 0;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function node(waitMs?: number) {
  const { link } = await openTestLink(redis, { ...(waitMs && { waitMs }) });
  const bus = new EventBus({
    count: (topic) => expect.unreachable(`a listener of ${topic} failed`),
    log: () => undefined,
    now: () => 0,
  });
  const entries: Record<string, number> = {};
  const streams = new RedisStreams({
    ...{ redis: link, bus, now: () => upMs },
    onEntry: (stream, outcome) => {
      entries[`${stream} ${outcome}`] = (entries[`${stream} ${outcome}`] ?? 0) + 1;
    },
  });
  closers.push(
    () => link.close(),
    () => streams.close(),
  );
  await expect.poll(() => link.isUp).toBe(true);
  return { link, streams, entries, tell: (change: EventChange) => bus.emit('event', change) };
}

let one: Awaited<ReturnType<typeof node>>;
beforeEach(async () => {
  one = await node();
  await one.link.run('FLUSHALL');
});

const change = (seq: number, kind: EventChange['kind'] = 'created'): EventChange => ({
  kind,
  seq,
  event: { id: `e${seq}`, camera: 'yard', title: 'A person' } as unknown as RuleEvent,
});

/** The entries of a stream, oldest first. */
async function read(key: string): Promise<Record<string, string>[]> {
  const entries = (await one.link.run('XRANGE', key, '-', '+')) as [string, string[]][];
  return entries.map(([, fields]) =>
    Object.fromEntries(fields.flatMap((name, i) => (i % 2 === 0 ? [[name, fields[i + 1] as string]] : []))),
  );
}
const seqs = async () => (await read('lookout:events')).map(({ id }) => Number(id));

const detections = (frameNumber: number): DetectionsEvent => ({
  ...{ camera: 'yard', frameNumber, timestamp: 1000 + frameNumber, width: 640, height: 480, inference_ms: 20 },
  detections: [],
});

it('has each change of an event once and in order, whichever nodes tell it', async () => {
  const other = await node();
  const told = [change(1), change(2, 'updated'), change(3, 'deleted')];
  for (const each of told) {
    one.tell(each);
    other.tell(each);
  }
  await expect.poll(seqs).toEqual([1, 2, 3]);
  await Promise.all([one, other].map(({ streams }) => streams.close()));
  const sent = [one, other].map(({ entries }) => entries['events sent'] ?? 0);
  expect(sent.reduce((sum, each) => sum + each)).toBe(3);
  expect(await read('lookout:events')).toEqual([
    { event: 'created', id: '1', camera: 'yard', data: '{"id":"e1","camera":"yard","title":"A person"}' },
    { event: 'updated', id: '2', camera: 'yard', data: '{"id":"e2","camera":"yard","title":"A person"}' },
    { event: 'deleted', id: '3', camera: 'yard', data: '{"id":"e3"}' },
  ]);
});

it('keeps the newest changes while Redis is away, and writes them when it is back', async () => {
  await redis.stop();
  await expect.poll(() => one.link.isUp).toBe(false);
  for (let seq = 1; seq <= MAX_WAITING + 3; seq++) one.tell(change(seq));
  expect(one.entries).toEqual({ 'events dropped': 3 });
  one.streams.detected(detections(1));
  await redis.start();
  await expect
    .poll(() => one.entries)
    .toEqual({
      'events dropped': 3,
      'events sent': MAX_WAITING,
      'detections dropped': 1,
    });
  expect([(await seqs())[0], (await seqs()).at(-1)]).toEqual([4, MAX_WAITING + 3]);
});

it('gives up what has waited too long to know whether another node has written it', async () => {
  await redis.stop();
  await expect.poll(() => one.link.isUp).toBe(false);
  one.tell(change(1));
  upMs += MAX_WAIT_MS + 1;
  one.tell(change(2));
  await redis.start();
  await expect.poll(seqs).toEqual([2]);
  expect(one.entries).toEqual({ 'events dropped': 1, 'events sent': 1 });
});

it('writes once what Redis took and did not answer', async () => {
  const hasty = await node(75);
  redis.signal('SIGSTOP');
  hasty.tell(change(1));
  hasty.tell(change(2));
  await expect.poll(() => hasty.link.isUp).toBe(false);
  redis.signal('SIGCONT');
  await expect.poll(seqs).toEqual([1, 2]);
  await expect.poll(() => hasty.link.isUp).toBe(true);
  hasty.tell(change(3));
  await expect.poll(seqs).toEqual([1, 2, 3]);
});

it('has the newest detections of each camera, as fast as Redis takes them', async () => {
  for (let n = 1; n <= 50; n++) one.streams.detected(detections(n));
  one.streams.detected({ ...detections(1), camera: 'gate' });
  await expect.poll(() => one.entries).toEqual({ 'detections sent': 3, 'detections dropped': 48 });
  const yard = await read('lookout:detections:yard');
  expect(yard.map(({ timestamp }) => timestamp)).toEqual(['1001', '1050']);
  expect(JSON.parse(yard[1]?.data ?? '')).toEqual(detections(50));
  expect(await one.link.run('TTL', 'lookout:detections:gate')).toBeGreaterThan(3500);
});
