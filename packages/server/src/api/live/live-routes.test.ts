import { get as httpGet, request as httpRequest, type IncomingMessage } from 'node:http';
import { Esp32Camera, makeTestJpegs } from '@lookout/media/testing';
import type { Camera, CameraDetailStats, CameraTokens, CreatedSession } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

// Pictures and feeds over plain HTTP, as clients that nobody here wrote ask for them.

let server: WholeServer;
let camera: Esp32Camera;
let jpegs: Uint8Array<ArrayBuffer>[];
let viewToken: string;

beforeAll(async () => {
  jpegs = await makeTestJpegs({ count: 10, width: 160, height: 120 });
  camera = await Esp32Camera.start({ fps: 15, jpegs });
  server = await startWholeServer();
  await server.call<Camera>('POST', '/api/cameras', { id: 'yard', url: camera.url });
  viewToken = (await server.call<Required<CameraTokens>>('GET', '/api/cameras/yard')).body.view_token;
  await until(async () => (await server.call<Camera>('GET', '/api/cameras/yard')).body.state === 'live');
}, 60_000);
afterAll(async () => {
  await server?.close();
  await camera?.close();
});

const stats = async () => (await server.call<CameraDetailStats>('GET', '/api/cameras/yard/stats')).body;

function open(path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(server.url + path, { headers, agent: false }, resolve).on('error', reject);
  });
}

/** The first bytes of an endless answer, as text; the connection is left then. */
async function beginning(response: IncomingMessage, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const chunk of response) {
    text += (chunk as Buffer).toString('latin1');
    if (isEnough(text)) break;
  }
  response.destroy();
  return text;
}

describe('HEAD', () => {
  const head = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(server.url + path, { method: 'HEAD', agent: false }, (response) => {
        response.resume().on('end', () => resolve(response));
      });
      request.on('error', reject).end();
    });

  it.each([
    ['/video_feed', 'multipart/x-mixed-replace'],
    ['/api/cameras/yard/mjpeg', 'multipart/x-mixed-replace'],
    ['/api/detections/stream', 'text/event-stream'],
    ['/api/detections/stream?camera=yard', 'text/event-stream'],
  ])('of %s answers at once, and is no viewer', async (path, type) => {
    const { statusCode, headers } = await head(path);
    expect([statusCode, headers['content-type']]).toEqual([200, expect.stringContaining(type)]);
    expect((await stats()).viewer_count).toBe(0);
  });

  it('says what GET would refuse', async () => {
    expect((await head('/video_feed?camera=nobody')).statusCode).toBe(404);
    expect((await head('/api/cameras/yard/mjpeg?fps=0')).statusCode).toBe(400);
  });

  it('of a session’s events leaves the reader that is there alone', async () => {
    const { body } = await server.call<CreatedSession>('POST', '/stream/sessions', {});
    const reader = await open(body.sse_endpoint);
    const { statusCode, headers } = await head(body.sse_endpoint);
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    await server.call('DELETE', `/stream/sessions/${body.client_id}`);
    expect(await beginning(reader, () => false)).not.toContain('replaced');
  });
});

it('keys that dashboards add to the addresses of pictures and feeds are ignored; wrong values of known ones are not', async () => {
  for (const path of [
    '/api/cameras/yard/snapshot.jpg?_t=1',
    '/video_feed?cache=2&_=3',
    '/api/cameras/yard/mjpeg?x',
    '/api/detections/stream?camera=yard&t=1',
  ]) {
    const response = await open(path);
    response.destroy();
    expect(response.statusCode, path).toBe(200);
  }
  expect((await server.call('GET', '/video_feed?quality=1&_t=1')).status).toBe(400);
  expect((await server.call('GET', '/api/cameras/yard/snapshot.jpg?annotated=yes')).status).toBe(400);
  expect((await server.call('POST', '/api/detect?_t=1', { image_data: 'AAAA' })).status).toBe(400);
});

describe('a page of another site', () => {
  const foreign = {
    origin: 'https://dashboard.example',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'image',
  };
  const paths = (id: string) => [
    `/api/cameras/${id}/snapshot.jpg`,
    `/api/cameras/${id}/mjpeg`,
    `/video_feed?camera=${id}`,
    `/api/detections/stream?camera=${id}`,
  ];

  it('shows pictures and feeds by a view link', async () => {
    for (const path of paths(viewToken)) {
      const response = await open(path, foreign);
      response.destroy();
      expect(response.statusCode, path).toBe(200);
      expect(response.headers).toMatchObject({
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
      });
    }
  });

  it('gets none of them by an id, by a wrong link, or from this machine’s own rights', async () => {
    for (const path of [...paths('yard'), ...paths(`lv_${'x'.repeat(43)}`), '/video_feed']) {
      const response = await open(path, foreign);
      response.destroy();
      expect(response.statusCode, path).toBe(403);
    }
  });

  it('gets nothing else by a view link', async () => {
    const response = await open(`/api/camera/${viewToken}/stats`, foreign);
    response.destroy();
    expect(response.statusCode).toBe(403);
  });
});

describe('a camera with detection off', () => {
  const switchDetection = (enabled: boolean) => server.call('PATCH', '/api/cameras/yard', { detect: { enabled } });
  beforeAll(async () => {
    await switchDetection(false);
  });
  afterAll(async () => {
    await switchDetection(true);
  });
  const encodes = async () => {
    const text = (await server.call('GET', '/metrics')).text;
    const samples = text.split('\n').filter((line) => line.startsWith('lookout_encodes_total{'));
    return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  };

  it('shows the camera’s own pictures, and encodes none', async () => {
    const own = new Set(jpegs.map((jpeg) => Buffer.from(jpeg).toString('latin1')));
    const before = await encodes();
    const text = await beginning(await open('/video_feed?camera=yard'), (got) => got.split('\r\n\r\n').length > 5);
    const pictures = text.split(/Content-Length: .*?\r\n\r\n/s).slice(1, -1);
    expect(pictures.length).toBeGreaterThanOrEqual(3);
    for (const picture of pictures) expect(own).toContain(picture.split('\r\n--lookout-frame')[0]);
    const snapshot = await fetch(`${server.url}/api/cameras/yard/snapshot.jpg?annotated=1`);
    expect(own).toContain(Buffer.from(await snapshot.arrayBuffer()).toString('latin1'));
    expect(await encodes()).toBe(before);
    // Less is made for who asks for less.
    const small = await beginning(await open('/video_feed?camera=yard&quality=30'), (got) => got.includes('\xff\xd9'));
    expect(small).toContain('image/jpeg');
    expect(await encodes()).toBeGreaterThan(before);
  });

  it('has no events of detections', async () => {
    const events = await open('/api/detections/stream?camera=yard');
    let text = '';
    events.on('data', (chunk) => {
      text += chunk;
    });
    const before = (await stats()).frames.received;
    await until(async () => (await stats()).frames.received > before + 10);
    events.destroy();
    expect(text).toBe(': connected\n');
  });

  it('counts no frame both as sent and as dropped', async () => {
    const feed = await open('/video_feed?camera=yard&mode=overlay');
    feed.resume();
    await until(async () => (await stats()).viewer_count === 1);
    const before = await stats();
    await until(async () => (await stats()).frames.sent >= before.frames.sent + 10);
    const { frames } = await stats();
    feed.destroy();
    const since = (count: (all: typeof frames) => number) => count(frames) - count(before.frames);
    const dropped = since(({ dropped: all }) => all.skipped + all.throttled + all.stale + all.invalid);
    expect(since(({ received }) => received)).toBeGreaterThanOrEqual(since(({ sent }) => sent));
    // One may be between the two counts.
    expect(since(({ sent }) => sent) + dropped).toBeLessThanOrEqual(since(({ received }) => received) + 1);
    expect(since(({ analyzed }) => analyzed)).toBe(0);
  });
});

it('events begin with no block that has no data', async () => {
  const detections = await open('/api/detections/stream?camera=yard');
  const first = await beginning(detections, (text) => text.includes('\n\n'));
  expect(first.split('\n\n')[0]).toMatch(/^: connected\nevent: detections\ndata: \{.*\}$/);

  const { body } = await server.call<CreatedSession>('POST', '/stream/sessions', {});
  const reader = await open(body.sse_endpoint);
  const sent = fetch(`${server.url}${body.upload_endpoint}`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg' },
    body: jpegs[0]!,
  });
  const text = await beginning(reader, (got) => got.includes('\n\n'));
  expect((await sent).status).toBe(202);
  expect(text.split('\n\n')[0]).toMatch(/^retry: \d+\nid: 1\ndata: \{.*\}$/);
});
