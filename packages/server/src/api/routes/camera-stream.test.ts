import { get, type IncomingMessage } from 'node:http';
import type { Camera } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventBus } from '../../pipeline/bus/event-bus.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { cameraStreamRoute } from './camera-stream.js';

const yard: Camera = {
  id: 'yard',
  name: 'Yard',
  kind: 'pull',
  url: 'rtsp://***@10.0.0.5/a',
  enabled: true,
  detect: { enabled: true, fps: 10, idle_fps: 5, inference_size: 'auto', confidence: 0.4, cross_class_iou: 0.8 },
  zones: [],
  lines: [],
  masks: [],
  state: 'live',
  state_reason: 'receiving frames',
  state_since: 1,
  origin: 'api',
};
const gate: Camera = { ...yard, id: 'gate', state: 'unreachable', state_reason: '10.0.0.5 does not answer' };

let app: TestApp;
let cameras: Camera[];
let bus: EventBus;
let listeners: Set<object>;
const readers: Reader[] = [];

beforeEach(async () => {
  cameras = [yard, gate];
  // The reader of the test before may end only now, and leaves that test's listeners.
  const active = new Set<object>();
  listeners = active;
  bus = new EventBus({ count: () => undefined, log: () => undefined, now: () => 0 });
  const on = bus.on.bind(bus);
  vi.spyOn(bus, 'on').mockImplementation((topic, listener) => {
    const off = on(topic, listener);
    active.add(listener);
    return () => {
      active.delete(listener);
      off();
    };
  });
  app = await startTestApp({
    signIn: 'always',
    app: { plugins: [cameraStreamRoute({ cameras: { list: () => cameras }, bus, now: () => performance.now() })] },
  });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.response.destroy();
  await app.close();
});

/** Reads events over a real connection. */
class Reader {
  text = '';

  private constructor(readonly response: IncomingMessage) {
    readers.push(this);
  }

  static async open(key: { scope: 'admin' | 'viewer'; cameras?: string[] }): Promise<Reader> {
    const made = await app.keys.create({ name: `key ${readers.length}`, ...key });
    const headers = { authorization: `Bearer ${made.key}` };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(`${app.base}/api/cameras/stream`, { headers }, resolve).on('error', reject);
    });
    return new Reader(response);
  }

  read(): this {
    this.response.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    return this;
  }

  /** Complete events so far. */
  get events(): Array<{ event: string; data: unknown }> {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.map((block) => {
      const [, event = '', data = ''] = /event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      return { event, data: JSON.parse(data) };
    });
  }

  async has(count: number): Promise<void> {
    await expect.poll(() => this.events.length).toBe(count);
  }
}

function change(camera: Camera, kind: 'opened' | 'state' | 'changed' | 'removed' = 'state'): void {
  bus.emit('camera', { kind, camera });
}

describe('GET /api/cameras/stream', () => {
  it('begins with all cameras, then tells each change', async () => {
    const reader = (await Reader.open({ scope: 'admin' })).read();
    expect(reader.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await reader.has(3);
    expect(reader.events).toEqual([
      { event: 'state', data: yard },
      { event: 'state', data: gate },
      { event: 'list', data: ['yard', 'gate'] },
    ]);
    const live: Camera = { ...gate, state: 'live' };
    change(live);
    change({ ...yard, id: 'hall' }, 'opened');
    change(yard, 'removed');
    await reader.has(6);
    expect(reader.events.slice(3)).toEqual([
      { event: 'state', data: live },
      { event: 'state', data: { ...yard, id: 'hall' } },
      { event: 'removed', data: { id: 'yard' } },
    ]);
  });

  it('shows a viewer neither addresses nor reasons that may hold one, and only its own cameras', async () => {
    const reader = (await Reader.open({ scope: 'viewer', cameras: ['gate'] })).read();
    await reader.has(2);
    const { url: _, ...shown } = { ...gate, state_reason: 'The camera is unreachable' };
    expect(reader.events).toEqual([
      { event: 'state', data: shown },
      { event: 'list', data: ['gate'] },
    ]);
    change(yard);
    change(yard, 'removed');
    change({ ...gate, name: 'Back gate' }, 'changed');
    await reader.has(3);
    expect(reader.events[2]?.data).toEqual({ ...shown, name: 'Back gate' });
  });

  it('sends changes that follow each other quickly together, the newest of each camera', async () => {
    const reader = (await Reader.open({ scope: 'admin' })).read();
    await reader.has(3);
    for (let width = 1; width <= 100; width++) for (const camera of [yard, gate]) change({ ...camera, width });
    const newest = { event: 'state', data: { ...gate, width: 100 } };
    await expect.poll(() => reader.events.at(-1)).toEqual(newest);
    expect(reader.events.at(-2)).toEqual({ event: 'state', data: { ...yard, width: 100 } });
    // The first may have been sent at once.
    expect(reader.events.length).toBeLessThanOrEqual(6);
  });

  it('keeps at most one event a camera for a reader that does not read, and others are not delayed', async () => {
    // More than the kernel's buffers hold.
    const long = 'x'.repeat(200_000);
    cameras = Array.from({ length: 60 }, (_, index) => ({ ...yard, id: `c${index}`, name: long }));
    const slow = await Reader.open({ scope: 'admin' });
    const quick = (await Reader.open({ scope: 'admin' })).read();
    await quick.has(61);
    for (const width of [1, 2, 3]) for (const camera of cameras) change({ ...camera, width });
    const newest = (reader: Reader) => reader.events.filter(({ data }) => (data as Camera).width === 3);
    await expect.poll(() => newest(quick)).toHaveLength(60);
    slow.read();
    await expect.poll(() => newest(slow)).toHaveLength(60);
    expect(slow.events.length).toBeLessThan(quick.events.length);
    expect(slow.events.filter(({ event }) => event === 'list')).toHaveLength(1);
  });

  it('forgets a reader that is gone', async () => {
    const reader = await Reader.open({ scope: 'admin' });
    await expect.poll(() => listeners.size).toBe(1);
    reader.response.destroy();
    await expect.poll(() => listeners.size).toBe(0);
  });

  it('is refused without a key', async () => {
    expect((await fetch(`${app.base}/api/cameras/stream`)).status).toBe(401);
  });
});
