import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Esp32Camera } from '@lookout/media/testing';
import type { CreatedApiKey, Detection, Health, ImageDetections, Model, ModelServer, Problem } from '@lookout/protocol';
import { TRIAL_PHOTOS } from '@lookout/vision/models';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

// A server whose model is `detect` of two others without cameras: they get the pictures as they are.

const far: WholeServer[] = [];
let near: WholeServer;
let camera: Esp32Camera;
let jpegs: Uint8Array<ArrayBuffer>[];

beforeAll(async () => {
  jpegs = TRIAL_PHOTOS.slice(0, 1).map(({ url }) => Uint8Array.from(readFileSync(url)));
  for (let i = 0; i < 2; i++) far.push(await startWholeServer({ env: { LOOKOUT_SIGN_IN: 'always' } }));
  const keys: string[] = [];
  for (const server of far) {
    const body = { name: 'cameras', scope: 'detect' };
    const made = await server.call<CreatedApiKey>('POST', '/api/keys', body, bearer(server.firstKey!));
    keys.push(made.body.key);
  }
  near = await startWholeServer({
    env: { KSERVE_MODEL: 'detect', KSERVE_URL: far.map(({ url }, i) => url.replace('//', `//key:${keys[i]}@`)).join() },
    prepare: (directory) => writeFileSync(join(directory, 'lookout.yaml'), 'kserve: { timeout_ms: 30000 }'),
    logLevel: 'info',
  });
  camera = await Esp32Camera.start({ fps: 10, jpegs });
}, 120_000);
afterAll(async () => {
  await near?.close();
  await camera?.close();
  for (const server of far) await server.close();
});

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

function detect(server: WholeServer, jpeg: Uint8Array<ArrayBuffer>, key?: string): Promise<Response> {
  return fetch(`${server.url}/api/detect?confidence_threshold=0.2`, {
    method: 'POST',
    headers: { 'Content-Type': 'image/jpeg', ...(key !== undefined && bearer(key)) },
    body: jpeg,
  });
}

it('finds what they find, and loads nothing for it', async () => {
  const [there, here] = await Promise.all([detect(far[0]!, jpegs[0]!, far[0]!.firstKey), detect(near, jpegs[0]!)]);
  const { detections } = (await here.json()) as ImageDetections;
  expect(detections.length).toBeGreaterThan(0);
  expect(detections).toEqual(((await there.json()) as ImageDetections).detections);
  const { body } = await near.call<Model[]>('GET', '/api/models');
  expect(body.find((model) => model.default)).toMatchObject({ name: 'detect@kserve', memory_mb: 0, device: 'kserve' });
});

it('blames a picture that can not be read, not the servers', async () => {
  // A PNG whose chunks are whole but hold no pixels, so that only decoding fails.
  const broken = Uint8Array.from(
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAACUlEQVRubyBwaXhlbHOMNP2GAAAAAElFTkSuQmCC', 'base64'),
  );
  for (let i = 0; i < 4; i++) {
    const refused = (await (await detect(near, broken)).json()) as Problem;
    expect(refused.status).toBe(400);
    expect(refused.detail).toMatch(/^image_data: The KServe server /);
  }
  expect((await near.call<Health>('GET', '/readyz')).body.status).toBe('ok');
});

it('goes on with one when the other ends, and says which', async () => {
  await near.call('POST', '/api/cameras', { id: 'yard', url: camera.url });
  const viewer = await near.connect('/ws/view/yard?mode=annotated');
  const seen = { boxes: 0, pictures: 0 };
  viewer.on('message', (data, isBinary) => {
    if (isBinary) seen.pictures++;
    else seen.boxes += ((JSON.parse(String(data)) as { detections?: Detection[] }).detections ?? []).length;
  });
  await until(() => seen.boxes > 5 && seen.pictures > 2);
  const { port } = new URL(far[0]!.url);
  await far.shift()!.close();
  await until(async () => {
    const { checks } = (await near.call<Health>('GET', '/readyz')).body;
    return checks.inference_servers?.includes(`127.0.0.1:${port}`) === true;
  });
  expect((await near.call<Health>('GET', '/readyz')).body.checks.model).toBe('ok');
  const { body } = await near.call<ModelServer[]>('GET', '/api/models/servers');
  expect(body).toEqual([
    expect.objectContaining({ url: `http://127.0.0.1:${port}`, state: 'away', reason: expect.stringContaining(port) }),
    {
      url: far[0]!.url,
      state: 'up',
      latency_ms: expect.any(Number),
      outstanding: expect.any(Number),
      limit: expect.any(Number),
    },
  ]);
  const before = { ...seen };
  await until(() => seen.boxes > before.boxes + 5 && seen.pictures > before.pictures + 2);
  viewer.terminate();
  const metrics = (await near.call('GET', '/metrics')).text;
  expect(metrics).toContain(`lookout_inference_server_up{server="http://127.0.0.1:${port}"} 0`);
  expect(metrics + near.log.join('')).not.toContain('lk_');
});
