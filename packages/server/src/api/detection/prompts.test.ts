import { syntheticJpeg } from '@lookout/media/testing';
import { Embeddings, ImageDetections } from '@lookout/protocol';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PromptFinder } from '../../pipeline/prompts/prompt-finder.js';
import { DetectionService } from '../../pipeline/sessions/detection-service.js';
import { SettingsFile } from '../../platform/config/schema.js';
import { DetectionMetrics } from '../../platform/metrics/detection-metrics.js';
import { FakeWorkers, models } from '../../testing/fake-workers.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { NO_MASKS, WordModels } from '../../testing/word-models.js';
import { UploadLimit } from '../http/upload-limit.js';
import { detectionRoutes } from './detection-routes.js';

const jpeg = syntheticJpeg({ width: 640, height: 480 });
const workers = new FakeWorkers(1);
let words: WordModels;
let app: TestApp;
let service: DetectionService;

beforeAll(async () => {
  const current = () => words;
  const proxy = new Proxy({} as WordModels, {
    get: (_, name: keyof WordModels) => {
      const value = current()[name] as unknown;
      return typeof value === 'function' ? value.bind(current()) : value;
    },
  });
  service = new DetectionService({
    settings: SettingsFile.parse({}).streaming,
    defaults: { confidence: 0.5, crossClassIou: 0.8 },
    ...{ models, deviceReason: '', pool: { readyCount: 1, size: 1 }, dispatcher: workers.dispatcher },
    metrics: new DetectionMetrics(new Registry()),
    prompts: new PromptFinder({ models: proxy, captions: (texts) => proxy.embedTexts(texts) }),
    ...{ createTracker: workers.createTracker, later: workers.later, now: workers.now },
  });
  const routes = {
    service,
    uploads: new UploadLimit(),
    models: { list: async () => [] },
    words: proxy,
    masks: NO_MASKS,
  };
  app = await startTestApp({ app: { plugins: [detectionRoutes({ ...routes, now: workers.now })] } });
});
afterAll(async () => {
  service.close();
  await app.close();
});
beforeEach(() => {
  words = new WordModels('embed');
});

async function call(method: string, path: string, body: unknown) {
  const isImage = body instanceof Uint8Array;
  const response = await fetch(app.base + path, {
    method,
    headers: { 'Content-Type': isImage ? 'image/jpeg' : 'application/json' },
    body: isImage ? (body as BufferSource) : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

/** Sets what the class detector finds in the next image. */
async function find(boxes: [number, number, number, number?][]): Promise<void> {
  await vi.waitFor(() => expect(workers.jobs).toHaveLength(1));
  await workers.oldest.finish(boxes);
}

describe('POST /api/detect with prompts', () => {
  it('labels objects and reports it', async () => {
    words.crops = ['red car'];
    const answer = call('POST', '/api/detect?prompts=a red car,a person wearing a helmet', jpeg);
    await find([[10, 20, 0.9, 1]]);
    const { status, json } = await answer;
    expect(status).toBe(200);
    expect(ImageDetections.parse(json)).toMatchObject({
      detections: [{ class_name: 'car', label: 'a red car', score: 1, calibrated: false }],
      prompts: { state: 'answered', task: 'embed', model: 'embed-model' },
    });
  });

  it('does not mention prompts where there are none', async () => {
    const answer = call('POST', '/api/detect', { image_data: Buffer.from(jpeg).toString('base64'), prompts: [] });
    await find([]);
    expect(ImageDetections.parse((await answer).json).prompts).toBeUndefined();
  });

  it.each<[string, unknown, string, string]>([
    ['an empty one', ['smoke', '  '], 'prompts.1', 'expected at least 1 character'],
    ['one of 10 000 letters', ['x'.repeat(10_000)], 'prompts.0', 'expected at most 200 characters'],
    ['500', Array(500).fill('smoke'), 'prompts', 'expected at most 20 entries'],
    ['a text', 'smoke', 'prompts', 'expected a list'],
  ])('refuses %s', async (_, prompts, field, message) => {
    const { status, json } = await call('POST', '/api/detect', { image_data: 'AA==', prompts });
    expect(status).toBe(400);
    expect(json.errors).toEqual([expect.objectContaining({ field, message: expect.stringContaining(message) })]);
  });

  it.each(['🚗💨', '赤い車', 'ein roter Gabelstapler', '\u202ered car'])('takes any script: %s', async (prompt) => {
    const answer = call('POST', '/api/detect', {
      image_data: Buffer.from(jpeg).toString('base64'),
      prompts: [prompt],
    });
    await find([[10, 20, 0.9]]);
    expect((await answer).status).toBe(200);
  });
});

describe('without a model that understands words', () => {
  beforeEach(() => {
    words = new WordModels();
  });

  it.each<[string, string, unknown]>([
    ['POST', '/api/detect', { image_data: Buffer.from(jpeg).toString('base64'), prompts: ['smoke'] }],
    ['POST', '/stream/sessions', { prompts: ['smoke'] }],
    ['POST', '/api/embeddings', { texts: ['smoke'] }],
    ['POST', '/api/embeddings', jpeg],
  ])('%s %s names one to download', async (method, path, body) => {
    const { status, json } = await call(method, path, body);
    expect([status, json.code]).toEqual([409, 'no_model_for_this']);
    expect(json.hint).toContain('lookout models pull');
  });
});

it('sessions have each of their prompts once', async () => {
  const { status, json } = await call('POST', '/stream/sessions', { prompts: ['A red car ', 'a red car', 'smoke'] });
  expect(status).toBe(201);
  expect(json.config.prompts).toEqual(['A red car', 'smoke']);
  const changed = await call('PATCH', `/stream/sessions/${json.client_id}/config`, { prompts: null });
  expect(changed.json).not.toHaveProperty('prompts');
});

describe('POST /api/embeddings', () => {
  it('gives a vector for each text, or one for an image', async () => {
    const texts = await call('POST', '/api/embeddings', { texts: ['a red car', 'nothing'] });
    expect(Embeddings.parse(texts.json)).toMatchObject({ model: 'embed-model', dimension: 6 });
    expect(texts.json.embeddings).toHaveLength(2);
    const image = await call('POST', '/api/embeddings', jpeg);
    expect(Embeddings.parse(image.json).embeddings).toHaveLength(1);
  });

  it.each<[string, unknown, number]>([
    ['no texts', { texts: [] }, 400],
    ['an empty text', { texts: [''] }, 400],
    ['65 texts', { texts: Array(65).fill('smoke') }, 400],
    ['nothing', {}, 400],
    ['no image', Buffer.from('hello'), 415],
  ])('refuses %s', async (_, body, status) => {
    expect((await call('POST', '/api/embeddings', body)).status).toBe(status);
  });
});
