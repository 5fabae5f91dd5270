import { once } from 'node:events';
import { Esp32Camera, makeTestJpegs } from '@lookout/media/testing';
import type { CameraDetailStats, Camera as CameraView, ViewedFrameMetadata } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

// The machine's clock is wrong when the server starts, as on machines without a battery, and is set right while it runs.

const HOUR_MS = 3_600_000;
/** Far more than anything here takes, far less than the correction. */
const TOLERANCE_MS = 60_000;
const realNow = Date.now;
const rightNow = () => realNow() + 24 * HOUR_MS;

let server: WholeServer;
let camera: Esp32Camera;

beforeAll(async () => {
  camera = await Esp32Camera.start({ jpegs: await makeTestJpegs({ count: 5, width: 320, height: 240 }), fps: 10 });
  server = await startWholeServer();
  await server.call('POST', '/api/cameras', { id: 'yard', url: camera.url });
  await server.call('POST', '/api/cameras', { id: 'phone', kind: 'push' });
  await nextFrame();
  vi.spyOn(Date, 'now').mockImplementation(rightNow);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server?.close();
  await camera?.close();
});

/** The first text message of a socket after it has sent `hello`. */
async function firstMessage<T>(path: string, hello?: object): Promise<T> {
  const socket = await server.connect(path);
  if (hello !== undefined) socket.send(JSON.stringify(hello));
  try {
    for (;;) {
      const [data, binary] = (await once(socket, 'message')) as [Buffer, boolean];
      const message = binary ? undefined : JSON.parse(String(data));
      if (message !== undefined && (hello === undefined || message.type === 'pong')) return message;
    }
  } finally {
    socket.terminate();
  }
}

const nextFrame = () => firstMessage<ViewedFrameMetadata>('/ws/view/yard');

function expectRight(epochMs: number): void {
  expect(Math.abs(epochMs - rightNow()), new Date(epochMs).toISOString()).toBeLessThan(TOLERANCE_MS);
}

it('gives viewers the right times without a restart, and true ages', async () => {
  const { timestamp, processed_at, age_ms } = await nextFrame();
  expectRight(timestamp);
  expectRight(processed_at);
  expect(age_ms).toBeGreaterThanOrEqual(0);
  expect(age_ms).toBeLessThan(TOLERANCE_MS);
  expectRight((await firstMessage<{ timestamp: number }>('/ws/stream/yard')).timestamp);
});

it('answers clients that measure its clock by the right one', async () => {
  expectRight((await firstMessage<{ t1: number }>('/ws/view/yard', { type: 'ping', t0: 0 })).t1);
  expectRight((await firstMessage<{ t1: number }>('/ws/camera/phone', { type: 'ping', t0: 0 })).t1);
  const { timestamp } = await firstMessage<{ timestamp: number }>('/stream/detection', { type: 'ping' });
  expectRight(timestamp * 1000);
});

it('stamps pictures and events over HTTP by the right one', async () => {
  const snapshot = await fetch(`${server.url}/api/cameras/yard/snapshot.jpg`);
  expectRight(Number(snapshot.headers.get('x-timestamp')) * 1000);
  for (const [path, pattern, unitMs] of [
    ['/api/cameras/yard/mjpeg', /X-Timestamp: ([\d.]+)/, 1000],
    ['/api/detections/stream?camera=yard', /"timestamp":(\d+)/, 1],
  ] as const) {
    const abort = new AbortController();
    const response = await fetch(server.url + path, { signal: abort.signal });
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString('latin1');
      if (pattern.test(text)) break;
    }
    abort.abort();
    expectRight(Number(pattern.exec(text)?.[1]) * unitMs);
  }
});

it('tells when states began by the right one, also those that began before', async () => {
  const { body } = await server.call<CameraView>('GET', '/api/cameras/yard');
  expectRight(body.state_since);
  const stats = (await server.call<CameraDetailStats>('GET', '/api/cameras/yard/stats')).body;
  expect(stats.state_history.length).toBeGreaterThan(0);
  for (const { since } of stats.state_history) expectRight(since);
});
