import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredRule } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventBus } from '../../pipeline/bus/event-bus.js';
import { createEventId } from '../../pipeline/events/event-id.js';
import { EventService } from '../../pipeline/events/event-service.js';
import type { KeptEvent, Storage } from '../../platform/storage/index.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { until } from '../../testing/whole-server.js';
import { eventStreamRoute } from './event-stream.js';

const START_MS = 1_700_000_000_000;

let directory: string;
let storage: Storage;
let bus: EventBus;
let events: EventService;
let app: TestApp;
let key: string;
let isAway: boolean;
const open: IncomingMessage[] = [];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-stream-'));
  storage = openTestStorage(directory);
  isAway = false;
  bus = new EventBus({ count: () => undefined, log: () => undefined, now: () => 0 });
  events = new EventService({
    store: storage.events,
    bus,
    pictures: {
      snapshots: { has: () => false } as never,
      hasClip: () => false,
      remove: async () => undefined,
      removeById: async () => undefined,
    },
    recorder: { amended: () => undefined, forget: () => undefined, forgetById: () => undefined },
    suppressions: { add: async () => [], removeOf: async () => undefined },
    rule: () => undefined,
    kept: new Map(),
  });
  app = await startTestApp({
    signIn: 'always',
    app: { plugins: [eventStreamRoute({ events, bus, isAway: () => isAway, now: () => performance.now() })] },
  });
  key = (await app.keys.create({ name: 'all', scope: 'viewer' })).key;
});
afterEach(async () => {
  for (const response of open.splice(0)) response.destroy();
  await app.close();
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

let count = 0;
/** An event is stored and told of. */
async function happen(camera = 'yard', size = 0): Promise<KeptEvent> {
  const startedMs = START_MS + 1000 * count++;
  const event: KeptEvent = {
    id: createEventId(startedMs),
    rule_id: 'r1',
    camera,
    severity: 'warning',
    behavior: 'enter',
    summary: '',
    reason: 'x'.repeat(size),
    started_at: startedMs,
    ended_at: null,
    frame_timestamp: startedMs,
    measured: {},
    tracks: [],
    image_size: [640, 480],
    verdict: null,
    seen: false,
    kept: false,
    late: false,
    hasSnapshot: false,
    hasClip: false,
    bytes: 0,
  };
  const seq = await storage.events.insert(event, []);
  bus.emit('event', { kind: 'created', seq, event: events.view(event) });
  return event;
}

interface Told {
  event: string;
  id: number;
  data: { id: string; camera?: string };
}

/** A reader and what it has been told. */
async function read(headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const url = `${app.base}/api/events/stream`;
    get(url, { headers: { Authorization: `Bearer ${key}`, ...headers } }, resolve).once('error', reject);
  });
  open.push(response);
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const told = () =>
    text
      .split('\n\n')
      .slice(0, -1)
      .map((block): Told => {
        const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
        return { event: fields.event, id: Number(fields.id), data: JSON.parse(fields.data) };
      });
  return { response, told, size: () => text.length, ids: () => told().map(({ data }) => data.id) };
}

describe('GET /api/events/stream', () => {
  it('tells what happens, numbered, and nothing of before', async () => {
    await happen();
    const reader = await read();
    const event = await happen();
    await events.update(event.id, { seen: true });
    await events.remove(event.id);
    await until(() => reader.told().length === 3);
    expect(reader.told().map(({ event: kind, id }) => [kind, id])).toEqual([
      ['created', 2],
      ['changed', 3],
      ['deleted', 4],
    ]);
    expect(reader.told()[0]?.data).toMatchObject({ id: event.id, camera: 'yard', snapshot_url: null });
    expect(reader.told()[2]?.data).toEqual({ id: event.id });
  });

  it('continues where a reader was', async () => {
    const happened: string[] = [];
    for (let i = 0; i < 250; i++) happened.push((await happen()).id);
    const reader = await read({ 'Last-Event-ID': '20' });
    const more = [(await happen()).id, (await happen()).id];
    await until(() => reader.told().length === 232);
    expect(reader.ids()).toEqual([...happened.slice(20), ...more]);
  });

  it('leaves out what has been removed since, but for its removal', async () => {
    const [first, second] = [await happen(), await happen()];
    await events.remove(first.id);
    const reader = await read({ 'Last-Event-ID': '0' });
    await until(() => reader.told().length === 2);
    expect(reader.told().map(({ event, data }) => [event, data.id])).toEqual([
      ['created', second.id],
      ['deleted', first.id],
    ]);
  });

  it('says when what a reader missed is no longer known', async () => {
    await happen();
    const reader = await read({ 'Last-Event-ID': '5000' });
    await until(() => reader.told().length === 1);
    const event = await happen();
    await until(() => reader.told().length >= 2);
    expect(reader.told()[0]?.event).toBe('missed');
    expect(reader.ids().at(-1)).toBe(event.id);
  });

  it('tells a key for some cameras of those alone', async () => {
    key = (await app.keys.create({ name: 'yard', scope: 'viewer', cameras: ['yard'] })).key;
    await happen('gate');
    const reader = await read({ 'Last-Event-ID': '0' });
    const own = await happen('yard');
    await happen('gate');
    const last = await happen('yard');
    await until(() => reader.told().length === 2);
    expect(reader.ids()).toEqual([own.id, last.id]);
  });

  it('keeps nothing in memory for a reader that is slow, and tells it everything in the end', async () => {
    const reader = await read();
    reader.response.pause();
    const happened: string[] = [];
    for (let i = 0; i < 200; i++) happened.push((await happen('yard', 50_000)).id);
    reader.response.resume();
    await until(() => reader.size() > 200 * 50_000 && reader.told().length === 200);
    expect(reader.ids()).toEqual(happened);
  });

  it('says that rules have changed, and the mode, without a number', async () => {
    const reader = await read();
    bus.emit('rule', { kind: 'created', rule: {} as StoredRule });
    bus.emit('mode', { mode: 'away' });
    await until(() => reader.told().length === 2);
    expect(reader.told()).toEqual([
      { event: 'rules', id: Number.NaN, data: {} },
      { event: 'mode', id: Number.NaN, data: { mode: 'away' } },
    ]);
  });

  it('tells what is found while the database is away, without a number, and goes on when it is back', async () => {
    const { changesAfter } = events;
    events.changesAfter = () => Promise.reject(new Error('away'));
    isAway = true;
    const missed = await happen();
    const reader = await read({ 'Last-Event-ID': '0' });
    const found = { ...events.view(missed), id: 'e2', unconfirmed: true as const };
    bus.emit('unconfirmed', { kind: 'created', event: found });
    bus.emit('unconfirmed', { kind: 'ended', event: found });
    await until(() => reader.told().length === 3);
    expect(reader.told()).toMatchObject([
      { event: 'storage', data: { away: true } },
      { event: 'created', id: Number.NaN, data: { id: 'e2', unconfirmed: true } },
      { event: 'ended' },
    ]);
    events.changesAfter = changesAfter;
    isAway = false;
    bus.emit('storage', { away: false });
    await until(() => reader.told().length === 5);
    const last = reader.told().slice(3);
    expect(last.map(({ event }) => event).sort()).toEqual(['created', 'storage']);
    expect(reader.ids()).toContain(missed.id);
  });

  it('tells a reader that was slow of the newest mode once', async () => {
    const reader = await read();
    reader.response.pause();
    for (let i = 0; i < 100; i++) await happen('yard', 50_000);
    for (const mode of ['away', 'home', 'away'] as const) bus.emit('mode', { mode });
    reader.response.resume();
    await until(() => reader.told().length === 101);
    expect(reader.told().filter(({ event }) => event === 'mode')).toMatchObject([{ data: { mode: 'away' } }]);
  });

  it('ignores a number that is none of its own', async () => {
    await happen();
    const reader = await read({ 'Last-Event-ID': 'abc' });
    const event = await happen();
    await until(() => reader.told().length === 1);
    expect(reader.ids()).toEqual([event.id]);
  });
});
