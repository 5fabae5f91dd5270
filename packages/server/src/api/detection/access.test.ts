import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { DetectionService } from '../../pipeline/sessions/detection-service.js';
import { SettingsFile } from '../../platform/config/schema.js';
import { DetectionMetrics } from '../../platform/metrics/detection-metrics.js';
import { FakeWorkers, models } from '../../testing/fake-workers.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { NO_MASKS, WordModels } from '../../testing/word-models.js';
import { UploadLimit } from '../http/upload-limit.js';
import { addDetectionSocket } from './add-detection-socket.js';
import { detectionRoutes } from './detection-routes.js';

// On an address that others reach, nothing of the detection API is to be had without a key.

const workers = new FakeWorkers(1);
const service = new DetectionService({
  settings: SettingsFile.parse({}).streaming,
  defaults: { confidence: 0.5, crossClassIou: 0.8 },
  models,
  deviceReason: 'as the settings say',
  pool: { readyCount: 1, size: 1 },
  dispatcher: workers.dispatcher,
  metrics: new DetectionMetrics(new Registry()),
  createTracker: workers.createTracker,
  prompts: workers.prompts,
  later: workers.later,
  now: workers.now,
});
const words = new WordModels('embed');
let app: TestApp;
let key: string;

beforeAll(async () => {
  app = await startTestApp({
    host: '192.168.1.2',
    routes: (router) => addDetectionSocket(router, service, workers.now, () => undefined),
    app: {
      plugins: [
        detectionRoutes({
          service,
          uploads: new UploadLimit(),
          models: { list: async () => [] },
          words,
          masks: NO_MASKS,
          now: workers.now,
        }),
      ],
    },
  });
  key = (await app.keys.create({ name: 'robot', scope: 'admin' })).key;
});
afterAll(async () => {
  service.close();
  await app.close();
});

describe('without a key', () => {
  it.each([
    ['POST', '/stream/sessions'],
    ['GET', '/stream/events/x'],
    ['POST', '/stream/process/x'],
    ['GET', '/stream/sessions/x/stats'],
    ['PATCH', '/stream/sessions/x/config'],
    ['DELETE', '/stream/sessions/x'],
    ['GET', '/stream/health'],
    ['GET', '/stream/stats'],
    ['POST', '/api/detect'],
    ['POST', '/api/embeddings'],
    ['POST', '/v1/vision/detection'],
  ])('%s %s is refused', async (method, path) => {
    const response = await fetch(app.base + path, { method });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('the socket is refused', async () => {
    expect(await connect({})).toBe(401);
  });
});

it('a page of another site is refused where its visitor needs none', async () => {
  const local = await startTestApp({
    app: {
      plugins: [
        detectionRoutes({
          service,
          uploads: new UploadLimit(),
          models: { list: async () => [] },
          words,
          masks: NO_MASKS,
          now: workers.now,
        }),
      ],
    },
  });
  try {
    const send = (origin: string) =>
      fetch(`${local.base}/stream/sessions`, {
        method: 'POST',
        headers: { Origin: origin, 'Content-Type': 'text/plain' },
        body: '{}',
      });
    expect((await send('https://evil.example')).status).toBe(403);
    expect((await send(local.base)).status).toBe(201);
  } finally {
    await local.close();
  }
});

it('with one, all is open', async () => {
  const headers = { Authorization: `Bearer ${key}` };
  expect((await fetch(`${app.base}/stream/health`, { headers })).status).toBe(200);
  const created = await fetch(`${app.base}/stream/sessions`, { method: 'POST', headers });
  expect(created.status).toBe(201);
  expect(await connect(headers)).toBe('open');
});

function connect(headers: Record<string, string>): Promise<unknown> {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/stream/detection`, { headers });
  return new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.once('open', () => {
      socket.terminate();
      resolve('open');
    });
  });
}
