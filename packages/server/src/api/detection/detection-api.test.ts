import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreatedSession,
  DetectionServerMessage,
  DetectionTotals,
  ImageDetections,
  Problem,
  SessionStats,
  VisionDetections,
} from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  allClosed,
  Client,
  call,
  closeDetectionServer,
  closeOpen,
  createSession,
  Events,
  expectCat,
  expectCatResult,
  form,
  half,
  jpeg,
  lying,
  openSessions,
  png,
  serverUrl,
  startDetectionServer,
  waiting,
  webp,
} from '../../testing/detection-server.js';

beforeAll(startDetectionServer);
afterEach(closeOpen);
afterAll(closeDetectionServer);

describe('REST and events', () => {
  it('send frames in every form, and get their answers as events', async () => {
    const session = await createSession({ fps_limit: 30, enable_tracking: false });
    const events = await Events.open(session.sse_endpoint);
    const bodies: Array<[body: unknown, type: string, query: string]> = [
      [{ image_data: jpeg.toString('base64'), frame_id: 'json', timestamp: 1000.5 }, 'application/json', ''],
      [JSON.stringify({ image_data: jpeg.toString('base64'), frame_id: 'text' }), 'text/plain;charset=UTF-8', ''],
      [form({ file: png, frame_id: 'form', timestamp: '1000.6' }), '', ''],
      [webp, 'image/webp', '?frame_id=raw&timestamp=1000.7'],
      [lying, 'application/octet-stream', '?frame_id=octets'],
    ];
    for (const [index, [body, type, query]] of bodies.entries()) {
      const { status, json } = await call('POST', session.upload_endpoint + query, body, type);
      expect([status, typeof json.frame_id]).toEqual([202, 'string']);
      await events.has(index + 1);
      await sleep(50);
    }
    const all = await events.has(bodies.length);
    expect(all.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(all.map(({ message }) => message.type === 'detection_result' && message.data.frame_id)).toEqual([
      'json',
      'text',
      'form',
      'raw',
      'octets',
    ]);
    for (const { message } of all) expectCatResult(message);
    // Somebody who saw the first three comes back.
    const again = await Events.open(session.sse_endpoint, 3);
    expect((await again.has(2)).map(({ id }) => id)).toEqual([4, 5]);
    await vi.waitFor(() => expect(events.ended).toBe(true), waiting);
    expect(events.events.at(-1)?.message).toMatchObject({ type: 'error', code: 'replaced' });

    const { json } = await call('GET', `/stream/sessions/${session.client_id}/stats`);
    expect(SessionStats.parse(json)).toMatchObject({
      transport: 'sse',
      frames: { received: 5, processed: 5, failed: 0, in_flight: 0 },
      config: { fps_limit: 30, enable_tracking: false, confidence_threshold: 0.4 },
    });
    expect(json.latency_ms.p50).toBeGreaterThanOrEqual(json.inference_ms.p50);
    expect((await call('DELETE', `/stream/sessions/${session.client_id}`)).status).toBe(204);
    await vi.waitFor(() => expect(again.ended).toBe(true), waiting);
    expect((await call('POST', session.upload_endpoint, jpeg, 'image/jpeg')).status).toBe(404);
    expect((await call('DELETE', `/stream/sessions/${session.client_id}`)).status).toBe(404);
  });

  it('answer at once where that is asked for, and not by an event too', async () => {
    const session = await createSession({ fps_limit: 30 });
    const events = await Events.open(session.sse_endpoint);
    const { status, json } = await call('POST', `${session.upload_endpoint}?wait=true`, jpeg, 'image/jpeg');
    expect(status).toBe(200);
    expectCatResult(DetectionServerMessage.parse(json));
    await sleep(50);
    const broken = await call('POST', `${session.upload_endpoint}?wait=true`, half, 'image/jpeg');
    expect(broken.status).toBe(400);
    expect(broken.json.errors[0]).toMatchObject({ field: 'image_data', message: expect.stringContaining('cut off') });
    await sleep(50);
    await call('POST', session.upload_endpoint, jpeg, 'image/jpeg');
    const all = await events.has(1);
    expect(all).toHaveLength(1);
    expect(all[0]?.message).toMatchObject({ type: 'detection_result', data: { frame_id: 2 } });
  });

  it('tell damage that is found later by an event', async () => {
    const session = await createSession({ fps_limit: 30 });
    const { status } = await call('POST', `${session.upload_endpoint}?frame_id=x`, half, 'image/jpeg');
    expect(status).toBe(202);
    const events = await Events.open(session.sse_endpoint);
    expect((await events.has(1))[0]?.message).toMatchObject({ type: 'error', code: 'frame_invalid', frame_id: 'x' });
  });

  it('refuse frames over the rate', async () => {
    const session = await createSession({ fps_limit: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await call('POST', session.upload_endpoint, jpeg, 'image/jpeg')).status);
    expect(statuses[0]).toBe(202);
    expect(statuses).toContain(429);
  });

  it('change settings', async () => {
    const session = await createSession();
    const path = `/stream/sessions/${session.client_id}/config`;
    const changed = await call('PATCH', path, { classes: ['cat'], fps_limit: 2.5 });
    expect(changed.json).toEqual({ ...session.config, classes: ['cat'], fps_limit: 2.5 });
    expect((await call('PATCH', path, { classes: null })).json).toEqual({ ...session.config, fps_limit: 2.5 });
    const refused = await call('PATCH', path, { fps_limit: 'fast', classes: ['dragon'], colour: 'red' });
    expect([refused.status, refused.isProblem]).toEqual([400, true]);
    expect(
      Problem.parse(refused.json)
        .errors?.map(({ field }) => field)
        .sort(),
    ).toEqual(['colour', 'fps_limit']);
    expect((await call('PATCH', path, { classes: ['dragon'] })).json.errors[0].field).toBe('classes.0');
    expect((await call('GET', `/stream/sessions/${session.client_id}/stats`)).json.config.fps_limit).toBe(2.5);
  });

  it('open a session without a body', async () => {
    for (const type of [undefined, 'application/json']) {
      const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
      const response = await fetch(`${serverUrl()}/stream/sessions`, { method: 'POST', headers });
      expect(response.status).toBe(201);
      const { client_id, config } = CreatedSession.parse(await response.json());
      expect(config).toMatchObject({ fps_limit: 10, enable_tracking: true });
      await call('DELETE', `/stream/sessions/${client_id}`);
    }
  });

  it('are read by GET alone', async () => {
    const session = await createSession();
    const events = await Events.open(session.sse_endpoint);
    expect((await fetch(serverUrl() + session.sse_endpoint, { method: 'HEAD' })).status).toBe(200);
    await call('POST', session.upload_endpoint, jpeg, 'image/jpeg');
    expectCatResult((await events.has(1))[0]?.message);
  });

  it('end frames in flight with their session', async () => {
    const session = await createSession({ fps_limit: 30, quality_mode: 'accurate' });
    const answers = [0, 1, 2].map(async (i) => {
      await sleep(i * 35);
      return call('POST', `${session.upload_endpoint}?wait=true`, jpeg, 'image/jpeg');
    });
    await sleep(80);
    await call('DELETE', `/stream/sessions/${session.client_id}`);
    for (const { status } of await Promise.all(answers)) expect([200, 404, 429]).toContain(status);
    await vi.waitFor(async () => {
      const { frames } = DetectionTotals.parse((await call('GET', '/stream/stats')).json);
      expect(frames.in_flight).toBe(0);
    }, waiting);
  });
});

describe('one picture', () => {
  it('comes in every form, with settings in every place', async () => {
    const base64 = jpeg.toString('base64');
    for (const answer of [
      await call('POST', '/api/detect', { image_data: base64 }),
      await call('POST', '/api/detect?confidence_threshold=0.3', png, 'image/png'),
      await call('POST', '/api/detect', lying, 'image/jpeg'),
      await call('POST', '/api/detect', form({ anything: webp, classes: 'cat' })),
    ]) {
      expect(answer.status).toBe(200);
      expectCat(ImageDetections.parse(answer.json));
    }
    const none = await call('POST', '/api/detect', {
      image_data: base64,
      classes: ['person'],
      confidence_threshold: 0.9,
    });
    expect(none.json.detections).toEqual([]);
    expect((await call('POST', '/api/detect?classes=person', jpeg, 'image/jpeg')).json.detections).toEqual([]);
  });

  it('is answered as DeepStack would', async () => {
    const { status, json } = await call(
      'POST',
      '/v1/vision/detection',
      form({ image: jpeg, min_confidence: '0.35', api_key: 'x' }),
    );
    expect(status).toBe(200);
    expect(VisionDetections.parse(json).predictions[0]).toMatchObject({ label: 'cat' });
    const refused = await call('POST', '/v1/vision/detection', form({ image: jpeg, min_confidence: 'high' }));
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({ success: false, error: expect.stringContaining('min_confidence') });
  });

  it.each<[string, () => [unknown, string?], number]>([
    ['JSON without a picture', () => [{}], 400],
    ['a picture that is a number', () => [{ image_data: 5 }], 400],
    ['no JSON', () => ['{nope'], 400],
    ['JSON nested deep', () => ['['.repeat(100_000)], 400],
    ['JSON that would change prototypes', () => ['{"__proto__":{"a":1},"image_data":"AA=="}'], 400],
    ['bad base64', () => [{ image_data: '@@##' }], 400],
    ['an unknown field', () => [{ image_data: jpeg.toString('base64'), colour: 'red' }], 400],
    ['a threshold out of range', () => [{ image_data: jpeg.toString('base64'), iou_threshold: 2 }], 400],
    ['an overlap of classes out of range', () => [form({ image: jpeg, cross_class_iou: '1.1' })], 400],
    ['a form without a file', () => [form({ picture: 'text' })], 400],
    ['a form with a text for a picture', () => [form({ image: 'text' })], 415],
    ['a form with an unknown field', () => [form({ image: jpeg, colour: 'red' })], 400],
    ['a form that is none', () => ['nothing', 'multipart/form-data; boundary=x'], 400],
    ['a file that is no picture', () => [form({ image: Buffer.from('hello') })], 415],
    ['text as a picture', () => [Buffer.from('hello'), 'image/jpeg'], 415],
    ['no body', () => [undefined], 400],
    ['an empty prompt', () => [{ image_data: jpeg.toString('base64'), prompts: ['smoke', ' '] }], 400],
    ['a prompt of 10 000 letters', () => [{ image_data: jpeg.toString('base64'), prompts: ['x'.repeat(10_000)] }], 400],
    ['500 prompts', () => [{ image_data: jpeg.toString('base64'), prompts: Array(500).fill('smoke') }], 400],
    ['21 prompts of a form', () => [form({ image: jpeg, prompts: Array(21).fill('smoke').join() })], 400],
    ['prompts without a model for them', () => [form({ image: jpeg, prompts: 'smoke' })], 409],
    ['a file of 11 MB', () => [form({ image: Buffer.concat([jpeg, Buffer.alloc(11e6)]) })], 413],
    ['a body of 11 MB', () => [Buffer.concat([jpeg, Buffer.alloc(11e6)]), 'image/jpeg'], 413],
    ['a picture of more pixels than are taken', () => [bomb(), 'image/png'], 413],
  ])('is refused where it is %s', async (_what, make, status) => {
    const answer = await call('POST', '/api/detect', ...make());
    expect([answer.status, answer.isProblem]).toEqual([status, true]);
    Problem.parse(answer.json);
  });

  it('leaves nothing behind when its client goes in the middle', async () => {
    for (const type of ['image/jpeg', 'multipart/form-data; boundary=x', 'application/json']) {
      const request = httpRequest(`${serverUrl()}/api/detect`, {
        method: 'POST',
        headers: { 'Content-Type': type, 'Content-Length': '5000000' },
      });
      request.on('error', () => undefined);
      request.write(
        type.startsWith('multipart') ? '--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n' : jpeg,
      );
      request.write(Buffer.alloc(100_000));
      await sleep(30);
      request.destroy();
    }
    expectCat((await call('POST', '/api/detect', jpeg, 'image/jpeg')).json);
  });
});

/** The header of a PNG of 100 megapixels, and nearly nothing behind it. */
function bomb(): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(10_000, 16);
  bytes.writeUInt32BE(10_000, 20);
  return bytes;
}

describe('unknown sessions', () => {
  it.each([
    ['GET', '/stream/events/'],
    ['POST', '/stream/process/'],
    ['GET', '/stream/sessions/', '/stats'],
    ['PATCH', '/stream/sessions/', '/config'],
    ['DELETE', '/stream/sessions/'],
  ])('%s %s… is not found', async (method, path, rest = '') => {
    for (const id of ['none', '..%2f..%2fetc%2fpasswd', '__proto__', '%00', 'ü']) {
      const { status, isProblem } = await call(method, path + id + rest, method === 'PATCH' ? {} : undefined);
      expect([status, isProblem]).toEqual([404, true]);
    }
  });
});

it('tells health and totals', async () => {
  const health = await call('GET', '/stream/health');
  expect([health.status, health.json]).toEqual([200, expect.objectContaining({ status: 'ok', device: 'cpu' })]);
  expect(DetectionTotals.parse((await call('GET', '/stream/stats')).json).images.processed).toBeGreaterThan(0);
});

it('describes all of it', async () => {
  const { paths, components } = (await call('GET', '/openapi.json')).json;
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(['DetectionServerMessage', 'ImageDetections', 'SessionConfig', 'SessionStats']),
  );
  for (const path of [
    '/stream/sessions',
    '/stream/process/{client_id}',
    '/api/detect',
    '/v1/vision/detection',
    '/stream/detection',
  ]) {
    expect(paths).toHaveProperty([path]);
  }
  expect(JSON.stringify(paths['/api/detect'].post.requestBody)).toContain('#/components/schemas/ImageUpload');
  expect(JSON.stringify(paths['/stream/sessions'].post.requestBody)).toContain('fps_limit');
});

it('lets one address open so many sessions, and no more', async () => {
  await allClosed();
  const statuses: number[] = [];
  const ids: string[] = [];
  for (let i = 0; i < 110; i++) {
    const { status, json } = await call('POST', '/stream/sessions', {});
    statuses.push(status);
    if (status === 201) ids.push(json.client_id);
  }
  expect(statuses.filter((status) => status === 201)).toHaveLength(100);
  expect(statuses.slice(100)).toEqual(Array(10).fill(429));
  await expect(Client.connect()).rejects.toThrow('429');
  for (const id of ids) await call('DELETE', `/stream/sessions/${id}`);
  expect(await openSessions()).toBe(0);
});
