import { once } from 'node:events';
import { connect } from 'node:net';
import { makeTestJpegs } from '@lookout/media/testing';
import { type Problem, VisionDetections, VisionModels } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

// What Blue Iris, Agent DVR, Home Assistant's DeepStack integrations and others send, byte for byte where it matters.

let server: WholeServer;
let key: string;
let jpeg: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  [jpeg] = (await makeTestJpegs({ count: 1, width: 160, height: 120 })) as [Uint8Array<ArrayBuffer>];
  server = await startWholeServer({ env: { LOOKOUT_SIGN_IN: 'always' }, logLevel: 'trace' });
  key = server.firstKey!;
}, 60_000);
afterAll(() => server?.close());

type Headers = Record<string, string>;
type Parts = readonly (readonly [headers: string, body: string | Uint8Array])[];

const picture = (more = '; filename="image"'): [string, Uint8Array] => [
  `Content-Disposition: form-data; name="image"${more}\r\nContent-Type: image/jpeg`,
  jpeg,
];
const field = (name: string, value: string): [string, string] => [
  `Content-Disposition: form-data; name="${name}"`,
  value,
];
const basic = (password: string): Headers => ({
  Authorization: `Basic ${Buffer.from(`anybody:${password}`).toString('base64')}`,
});

/** A form as clients write it. */
function post(path: string, parts: Parts, headers: Headers = {}): Promise<Response> {
  const boundary = '----WebKitFormBoundary7MA4YWxk';
  const body = [
    ...parts.flatMap(([head, value]) => [`--${boundary}\r\n${head}\r\n\r\n`, value, '\r\n']),
    `--${boundary}--\r\n`,
  ];
  return fetch(server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}`, ...headers },
    body: Uint8Array.from(Buffer.concat(body.map((part) => Buffer.from(part)))),
  });
}

async function refusal(response: Response, status: number): Promise<Problem & { success: boolean; error: string }> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(response.headers.get('www-authenticate') ?? '').not.toMatch(/basic/i);
  const document = (await response.json()) as Problem & { success: boolean; error: string };
  expect(document).toMatchObject({ status, success: false, error: document.detail });
  return document;
}

describe('the key', () => {
  it.each<[string, Parts, () => Headers]>([
    ['Bearer', [], () => ({ Authorization: `Bearer ${key}` })],
    ['the password of Basic', [], () => basic(key)],
  ])('comes as %s', async (_name, parts, headers) => {
    const response = await post('/v1/vision/detection', [picture(), ...parts], headers());
    expect(VisionDetections.parse(await response.json()).success).toBe(true);
  });

  it.each(['api_key', 'admin_key'])('comes as the field %s, before or after the picture', async (name) => {
    for (const parts of [
      [picture(), field(name, key)],
      [field(name, key), picture()],
    ]) {
      const response = await post('/v1/vision/detection', parts);
      expect(VisionDetections.parse(await response.json()).success).toBe(true);
    }
    expect((await post('/v1/vision/custom/list', [field(name, key)])).status).toBe(200);
  });

  it.each<[string, Parts, Headers]>([
    ['there is none', [], {}],
    ['it is wrong in the form', [field('api_key', 'lk_wrong')], {}],
    ['it is wrong as a password', [], basic('lk_wrong')],
    ['it is empty', [field('api_key', '')], {}],
    ['the password is', [], basic('')],
  ])('is asked for where %s', async (_name, parts, headers) => {
    const { code } = await refusal(await post('/v1/vision/detection', [picture(), ...parts], headers), 401);
    expect(code).toBe('unauthorized');
  });

  it('is asked for first, whatever else is wrong', async () => {
    await refusal(await post('/v1/vision/detection', []), 401);
    await refusal(await post('/v1/vision/detection', [[picture()[0], 'no picture']]), 401);
    await refusal(await post('/v1/vision/custom/none', [picture()]), 401);
    await refusal(await post('/v1/vision/custom/list', []), 401);
  });

  it('opens nothing else as a password or in a form', async () => {
    for (const path of ['/api/cameras', '/metrics', '/v2/models/detect']) {
      expect((await fetch(server.url + path, { headers: basic(key) })).status, path).toBe(401);
    }
    expect((await post('/api/detect', [picture(), field('api_key', key)])).status).toBe(401);
  });

  it('opens pictures and feeds of cameras as a password', async () => {
    for (const path of ['/api/cameras/none/snapshot.jpg', '/api/cameras/none/mjpeg', '/video_feed']) {
      expect((await fetch(server.url + path, { headers: basic(key) })).status, path).toBe(404);
      expect((await fetch(server.url + path)).status, path).toBe(401);
    }
    expect((await fetch(`${server.url}/video_feed`, { headers: basic('lk_wrong') })).status).toBe(401);
  });

  it('is not followed from a page of another site, whose visitor’s browser may add the password', async () => {
    const foreign = { ...basic(key), Origin: 'https://evil.example' };
    await refusal(await post('/v1/vision/detection', [picture()], foreign), 403);
    await refusal(await post('/v1/vision/detection', [picture()], { Origin: 'https://evil.example' }), 403);
  });

  it('is never logged', () => {
    expect(server.log.length).toBeGreaterThan(0);
    const log = server.log.join('');
    for (const secret of [key, Buffer.from(`anybody:${key}`).toString('base64')]) expect(log).not.toContain(secret);
  });
});

describe('requests', () => {
  const signed = () => basic(key);

  it.each([
    '/v1/vision/detection',
    '/v1/vision/detection/',
    '/v1/vision/custom/nanodet-g',
    '/v1/vision/custom/nanodet-g/',
  ])('go to %s', async (path) => {
    const response = await post(path, [picture()], signed());
    expect(response.status).toBe(200);
    expect(VisionDetections.parse(await response.json()).success).toBe(true);
  });

  it('may leave out the picture’s file name, and its type', async () => {
    for (const part of [picture(''), ['Content-Disposition: form-data; name="image"', jpeg] as const]) {
      const response = await post('/v1/vision/detection', [part], signed());
      expect(VisionDetections.parse(await response.json()).success).toBe(true);
    }
  });

  it.each([
    ['GET', '/v1/vision/custom/list'],
    ['POST', '/v1/vision/custom/list'],
    ['POST', '/v1/vision/custom/list/'],
  ])('%s %s has the names of the models', async (method, path) => {
    const response = await fetch(server.url + path, { method, headers: signed() });
    expect(VisionModels.parse(await response.json()).models).toContain('nanodet-g');
  });

  it.each(['/v1/status/ping', '/v1/status/ping/'])('GET %s needs no key', async (path) => {
    expect(await (await fetch(server.url + path)).json()).toEqual({ success: true });
  });

  it('are refused as their clients read it', async () => {
    const send = (path: string, parts: Parts) => post(path, parts, signed());
    await refusal(await send('/v1/vision/detection', []), 400);
    await refusal(await send('/v1/vision/detection', [picture(), field('min_confidence', 'high')]), 400);
    await refusal(await send('/v1/vision/custom/none', [picture()]), 404);
    await refusal(await fetch(`${server.url}/v1/vision/face`, { method: 'POST', headers: signed() }), 401);
    const bearer = { Authorization: `Bearer ${key}` };
    await refusal(await fetch(`${server.url}/v1/vision/face`, { method: 'POST', headers: bearer }), 404);
    await refusal(await fetch(`${server.url}/v1/vision/detection`, { headers: bearer }), 405);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /v1/vision/detection HTTP/1.1\r\nHost: x\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nxx',
    );
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toContain('"success":false');
  });

  it.each([
    ['a HEIC image', Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')])],
    ['an AVIF image', Buffer.concat([Buffer.from([0, 0, 0, 28]), Buffer.from('ftypavif\0\0\0\0avifmif1')])],
    ['a GIF image', Buffer.from('GIF89a\x01\0\x01\0')],
    ['a BMP image', Buffer.from('BM\x9a\0\0\0\0\0\0\0')],
    ['a TIFF image', Buffer.from('II*\0\x08\0\0\0')],
    ['a PDF document', Buffer.from('%PDF-1.7\n')],
  ])('say that it is %s that was sent as a JPEG', async (what, bytes) => {
    const body = Uint8Array.from(bytes);
    const { error } = await refusal(await post('/v1/vision/detection', [[picture()[0], body]], signed()), 415);
    expect(error).toBe(`The file is ${what}`);
    const bearer = { Authorization: `Bearer ${key}` };
    const raw = await fetch(`${server.url}/api/detect`, {
      method: 'POST',
      headers: { 'Content-Type': 'image/jpeg', ...bearer },
      body,
    });
    expect(await raw.json()).toMatchObject({
      status: 415,
      detail: `The body is ${what}`,
      hint: expect.stringContaining('JPEG'),
    });
    const json = await server.call<Problem>('POST', '/api/detect', { image_data: bytes.toString('base64') }, bearer);
    expect(json.body.detail).toContain(`This is ${what}: expected the bytes of a JPEG, PNG or WebP`);
  });
});
