import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jpegWithOrientation } from '@lookout/media/testing';
import {
  CreatedSession,
  DetectionServerMessage,
  DetectionTotals,
  ImageDetections,
  Problem,
  SessionStats,
  VisionDetections,
} from '@lookout/protocol';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, startServer } from '../../main.js';
import { loadSettings } from '../../platform/config/settings.js';

// The whole server with its own model, as clients of the detection API meet it.

const directory = mkdtempSync(join(tmpdir(), 'lookout-detection-'));
const cat = fileURLToPath(new URL('../../../../vision/fixtures/chelsea.png', import.meta.url));
const png = readFileSync(cat);
const jpeg = convert('-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p');
const half = jpeg.subarray(0, jpeg.length >> 1);
const webp = convert('-c:v', 'libwebp', '-quality', '95');
/** Stored lying on its left side. */
const lying = jpegWithOrientation(
  convert('-vf', 'transpose=2', '-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p'),
  6,
);
let server: RunningServer;
const open: Array<() => unknown> = [];

function convert(...options: string[]): Buffer {
  return execFileSync('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    '-i',
    cat,
    ...options,
    '-frames:v',
    '1',
    '-f',
    'image2pipe',
    '-',
  ]);
}

beforeAll(async () => {
  const env = { STREAMING_SESSION_TIMEOUT: '120', CONFIDENCE_THRESHOLD: '0.4' };
  const flags = { values: { '--data': join(directory, 'data'), '--port': '0', '--no-demo': 'true' } };
  server = await startServer(loadSettings({ flags, env, cwd: directory }), pino({ level: 'silent' }));
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
afterAll(async () => {
  await server?.close();
  rmSync(directory, { recursive: true, force: true });
});

const waiting = { timeout: 60_000, interval: 20 };

/** One socket and everything it was told. */
class Client {
  readonly messages: DetectionServerMessage[] = [];
  closed: { code: number } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.messages.push(DetectionServerMessage.parse(JSON.parse(String(data)))));
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closed = { code };
    });
  }

  static async connect(query = ''): Promise<Client> {
    const client = new Client(new WebSocket(`${server.url.replace('http', 'ws')}/stream/detection${query}`));
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    open.push(() => client.socket.terminate());
    return client;
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  frame(id: string | number, image: Uint8Array = jpeg, more: object = {}): void {
    this.send({ type: 'frame', frame_id: id, image_data: Buffer.from(image).toString('base64'), ...more });
  }

  answer(id: string | number): DetectionServerMessage | undefined {
    return this.messages.find((one) => ('data' in one ? one.data.frame_id : 'frame_id' in one && one.frame_id) === id);
  }

  async answered(id: string | number): Promise<DetectionServerMessage> {
    await vi.waitFor(() => expect(this.answer(id)).toBeDefined(), waiting);
    return this.answer(id)!;
  }

  async told(count: number): Promise<DetectionServerMessage[]> {
    await vi.waitFor(() => expect(this.messages.length).toBeGreaterThanOrEqual(count), waiting);
    return this.messages;
  }
}

/** Reads a session's events until it ends. */
class Events {
  readonly events: Array<{ id: number | undefined; message: DetectionServerMessage }> = [];
  ended = false;

  static async open(path: string, lastEventId?: number): Promise<Events> {
    const events = new Events();
    const gone = new AbortController();
    open.push(() => gone.abort());
    const headers = lastEventId === undefined ? undefined : { 'Last-Event-ID': String(lastEventId) };
    const response = await fetch(server.url + path, { signal: gone.signal, ...(headers && { headers }) });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    void events.#read(response).catch(() => undefined);
    return events;
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const whole = text.split('\n\n');
      text = whole.pop()!;
      for (const event of whole) {
        const [, id, json] = /^(?:retry: \d+\n)?(?:id: (\d+)\n)?data: (.*)$/.exec(event) ?? [];
        if (json === undefined) continue;
        const message = DetectionServerMessage.parse(JSON.parse(json));
        this.events.push({ id: id === undefined ? undefined : Number(id), message });
      }
    }
    this.ended = true;
  }

  async has(count: number): Promise<Events['events']> {
    await vi.waitFor(() => expect(this.events.length).toBeGreaterThanOrEqual(count), waiting);
    return this.events;
  }
}

async function call(method: string, path: string, body?: unknown, type = 'application/json') {
  const isForm = body instanceof FormData;
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(server.url + path, {
    method,
    ...(body !== undefined && {
      body: isForm || isBytes || typeof body === 'string' ? (body as BodyInit) : JSON.stringify(body),
      ...(!isForm && { headers: { 'Content-Type': type } }),
    }),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text), isProblem };
}

async function createSession(settings: object = {}): Promise<CreatedSession> {
  const { status, json } = await call('POST', '/stream/sessions', settings);
  expect(status).toBe(201);
  open.push(() => call('DELETE', `/stream/sessions/${json.client_id}`));
  return CreatedSession.parse(json);
}

function form(fields: Record<string, string | Uint8Array>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.append(name, value);
    // Named for what it is not: the bytes tell.
    else data.append(name, new Blob([new Uint8Array(value)], { type: 'text/plain' }), 'notes.txt');
  }
  return data;
}

const openSessions = async () => DetectionTotals.parse((await call('GET', '/stream/stats')).json).sessions.open;

/** Sockets of tests before this one may be still about to close. */
const allClosed = () => vi.waitFor(async () => expect(await openSessions()).toBe(0), waiting);

function expectCat({ detections, image_size }: ImageDetections): void {
  expect(image_size).toEqual([320, 212]);
  expect(detections[0]).toMatchObject({ class_name: 'cat' });
  const [x1, y1, x2, y2] = detections[0]!.bbox;
  // Its head fills most of the picture.
  expect(x2 - x1).toBeGreaterThan(100);
  expect(y2 - y1).toBeGreaterThan(100);
}

function expectCatResult(answer: DetectionServerMessage | undefined): void {
  if (answer?.type !== 'detection_result') throw new Error(`expected a result, got ${JSON.stringify(answer)}`);
  expectCat(answer.data);
}

describe('the socket', () => {
  it.each([
    ['JPEG', jpeg],
    ['PNG', png],
    ['WebP', webp],
    ['JPEG turned by Exif', lying],
  ])('finds the cat in a %s', async (_what, image) => {
    const client = await Client.connect('?fps_limit=30');
    client.frame('f', image);
    expectCatResult(await client.answered('f'));
  });

  it('takes binary messages and data: URLs, and numbers what has no name', async () => {
    const client = await Client.connect('?fps_limit=30');
    client.socket.send(jpeg);
    expectCatResult(await client.answered(0));
    await sleep(50);
    client.send({ type: 'frame', image_data: `data:image/jpeg;base64,${jpeg.toString('base64')}` });
    expectCatResult(await client.answered(1));
    await sleep(50);
    client.frame(77);
    expectCatResult(await client.answered(77));
  });

  it('answers each of many frames once, whatever becomes of it', async () => {
    const client = await Client.connect('?fps_limit=30&enable_tracking=false');
    // Of each six the first is due, the others are too early.
    for (let i = 0; i < 60; i++) {
      client.frame(`f${i}`, i % 12 === 6 ? half : jpeg);
      if (i % 6 === 5) await sleep(60);
    }
    const answers = await client.told(60);
    expect(
      new Set(answers.map((one) => ('data' in one ? one.data.frame_id : (one as { frame_id: string }).frame_id))).size,
    ).toBe(60);
    // Nothing comes after.
    client.send({ type: 'ping' });
    await client.told(61);
    expect(client.messages.at(-1)?.type).toBe('pong');
    expect(client.messages).toHaveLength(61);
    expect(answers.some(({ type }) => type === 'dropped')).toBe(true);
    expect(answers.some(({ type }) => type === 'detection_result')).toBe(true);
  });

  it('tracks in order', async () => {
    const client = await Client.connect('?fps_limit=30');
    const ids: unknown[] = [];
    for (let i = 0; i < 6; i++) {
      client.frame(i, jpeg, { timestamp: 1000 + i * 0.1 });
      const answer = await client.answered(i);
      if (answer.type === 'detection_result') ids.push(answer.data.detections[0]?.track_id);
      await sleep(40);
    }
    const known = ids.filter((id) => id !== undefined);
    expect(known.length).toBeGreaterThan(0);
    expect(new Set(known).size).toBe(1);
  });

  it('takes settings in its query and in band, while frames are in flight', async () => {
    const client = await Client.connect('?classes=person,cat&max_detections=1&quality_mode=fast&cross_class_iou=0.9');
    client.frame('a');
    client.send({ type: 'config', config: { classes: ['person'], confidence_threshold: 0.9 } });
    expectCatResult(await client.answered('a'));
    const config = client.messages.find(({ type }) => type === 'config');
    expect(config).toMatchObject({
      config: {
        classes: ['person'],
        confidence_threshold: 0.9,
        max_detections: 1,
        quality_mode: 'fast',
        cross_class_iou: 0.9,
        fps_limit: 10,
      },
    });
    await sleep(150);
    client.frame('b');
    expect(await client.answered('b')).toMatchObject({ data: { detections: [] } });
  });

  it.each([
    ['not JSON', '{nope', 'message_invalid'],
    ['another type', '{"type":"dance"}', 'message_unknown'],
    ['no object', '[1,2]', 'message_unknown'],
    ['JSON nested a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000), 'message_invalid'],
    ['an unknown field', '{"type":"frame","image_data":"AA==","colour":1}', 'message_invalid'],
    ['a time that is none', '{"type":"frame","image_data":"AA==","timestamp":"now"}', 'message_invalid'],
    ['settings out of range', '{"type":"config","config":{"confidence_threshold":99}}', 'validation_failed'],
    ['NaN', '{"type":"config","config":{"confidence_threshold":NaN}}', 'message_invalid'],
    ['an unknown setting', '{"type":"config","config":{"constructor":1}}', 'validation_failed'],
    ['a class the model has not', '{"type":"config","config":{"classes":["dragon"]}}', 'validation_failed'],
    ['a message of 20 MB', 'x'.repeat(20_000_000), 'payload_too_large'],
  ])('says what is wrong with %s, and goes on', async (_what, text, code) => {
    const client = await Client.connect('?fps_limit=30');
    client.socket.send(text);
    expect((await client.told(1))[0]).toMatchObject({ type: 'error', code });
    client.frame('after');
    expectCatResult(await client.answered('after'));
  });

  it.each([
    ['bad base64', { image_data: '@@@###' }],
    ['text', { image_data: Buffer.from('no picture').toString('base64') }],
    ['half a JPEG', { image_data: half.toString('base64') }],
  ])('answers a frame of %s by its name', async (_what, fields) => {
    const client = await Client.connect();
    client.send({ type: 'frame', frame_id: 'bad', ...fields });
    expect(await client.answered('bad')).toMatchObject({ type: 'error', code: 'frame_invalid' });
  });

  it('refuses what it can before it opens', async () => {
    const refused = (query: string) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/stream/detection${query}`);
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('open', () => resolve('open'));
        socket.on('error', () => undefined);
        open.push(() => socket.terminate());
      });
    for (const query of [
      '?fps_limit=0',
      '?fps_limit=31',
      '?fps_limit=abc',
      '?fps_limit=',
      '?classes=dragon',
      '?colour=1',
    ]) {
      expect(await refused(query)).toBe(400);
    }
  });

  it('leaves nothing behind, also of a client that goes in the middle of a message', async () => {
    await allClosed();
    const client = await Client.connect('?fps_limit=30');
    expect(await openSessions()).toBe(1);
    client.frame('a');
    // Most of a frame, then nothing.
    const { _socket: raw } = client.socket as unknown as { _socket: net.Socket };
    raw.write(Buffer.concat([Buffer.of(0x82, 0xff, 0, 0, 0, 0, 0, 0x50, 0, 0, 0, 0, 0, 0), Buffer.alloc(1_000_000)]));
    await sleep(50);
    client.socket.terminate();
    await allClosed();
  });
});

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
      const response = await fetch(`${server.url}/stream/sessions`, { method: 'POST', headers });
      expect(response.status).toBe(201);
      const { client_id, config } = CreatedSession.parse(await response.json());
      expect(config).toMatchObject({ fps_limit: 10, enable_tracking: true });
      await call('DELETE', `/stream/sessions/${client_id}`);
    }
  });

  it('are read by GET alone', async () => {
    const session = await createSession();
    const events = await Events.open(session.sse_endpoint);
    expect((await fetch(server.url + session.sse_endpoint, { method: 'HEAD' })).status).toBe(200);
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
      const request = httpRequest(`${server.url}/api/detect`, {
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
