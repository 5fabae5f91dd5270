import { readdirSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Esp32Camera, makeTestJpegs, syntheticJpeg } from '@lookout/media/testing';
import type { CameraDetailStats, Camera as CameraView } from '@lookout/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startWholeServer, until, type WholeServer } from '../testing/whole-server.js';

// The whole server with real cameras, sockets, workers and model; beside whoever misbehaves, a good camera and its viewer.

let server: WholeServer;
let jpegs: Uint8Array[];
let goodCamera: Esp32Camera;
let bystander: WebSocket;
let bystanderFrames = 0;
const open: Array<() => unknown> = [];

beforeAll(async () => {
  jpegs = await makeTestJpegs({ count: 5, width: 320, height: 240 });
  server = await startWholeServer({ logLevel: 'info' });
  goodCamera = await Esp32Camera.start({ jpegs, fps: 10 });
  await addCamera('good', goodCamera.url);
  bystander = await connect('/ws/view/good');
  bystander.on('message', (_data, isBinary) => {
    if (isBinary) bystanderFrames++;
  });
  await until(() => bystanderFrames > 2);
});

afterEach(async () => {
  for (const close of open.splice(0)) await close();
  // Whoever misbehaved: the good camera's viewer still gets its frames.
  const before = bystanderFrames;
  await until(() => bystanderFrames > before + 2);
});

afterAll(async () => {
  bystander?.terminate();
  await goodCamera?.close();
  await server?.close();
});

const call: WholeServer['call'] = (...request) => server.call(...request);

async function addCamera(id: string, url: string): Promise<void> {
  expect((await call('POST', '/api/cameras', { id, kind: 'pull', url })).status).toBe(201);
}

const camera = async (id: string) => (await call<CameraView>('GET', `/api/cameras/${id}`)).body;
const frames = async (id: string) => (await call<CameraDetailStats>('GET', `/api/cameras/${id}/stats`)).body.frames;

async function connect(path: string): Promise<WebSocket> {
  const socket = await server.connect(path);
  open.push(() => socket !== bystander && socket.terminate());
  return socket;
}

const closed = (socket: WebSocket) =>
  new Promise<string>((resolve) => socket.once('close', (code, reason) => resolve(`${code} ${reason}`)));

/** A camera `bad` that sends this picture over and over, removed after the test. */
async function badCamera(picture: Uint8Array): Promise<void> {
  const source = await Esp32Camera.start({ jpegs: () => picture, fps: 20 });
  await addCamera('bad', source.url);
  open.push(
    () => call('DELETE', '/api/cameras/bad'),
    () => source.close(),
  );
}

/** The frame header's fields of a real JPEG, changed. */
function patched(change: (bytes: Buffer, frameHeader: number) => void): Uint8Array {
  const bytes = Buffer.from(jpegs[0] as Uint8Array);
  let at = 2;
  while (bytes[at + 1] !== 0xc0) at += 2 + bytes.readUInt16BE(at + 2);
  change(bytes, at);
  return bytes;
}

describe('a removed camera', () => {
  it('ends every connection of its viewers, with the reason', async () => {
    const source = await Esp32Camera.start({ jpegs, fps: 10 });
    open.push(() => source.close());
    await addCamera('gone', source.url);
    await until(async () => (await camera('gone')).state === 'live');
    const sockets = await Promise.all(
      ['/ws/view/gone', '/ws/view/gone?every=all', '/ws/stream/gone', '/ws/stream/gone?mode=raw'].map(connect),
    );
    const ends = sockets.map(closed);
    const feeds = await Promise.all(
      ['/video_feed?camera=gone', '/api/detections/stream?camera=gone'].map((path) => fetch(server.url + path)),
    );
    // Both are read to their end; a feed may be cut inside a picture.
    const bodies = feeds.map((feed) => feed.arrayBuffer().catch((error: Error) => error));
    expect((await call('DELETE', '/api/cameras/gone')).status).toBe(204);
    for (const end of await Promise.all(ends)) expect(end).toBe('1001 The camera was removed');
    await Promise.all(bodies);
    expect((await call('GET', '/metrics')).text.includes('camera="gone"')).toBe(false);
  });

  it('answers whoever waits for its picture', async () => {
    await addCamera('gone', 'http://127.0.0.1:9/stream');
    const snapshot = call('GET', '/api/cameras/gone/snapshot.jpg');
    await sleep(50);
    await call('DELETE', '/api/cameras/gone');
    expect((await snapshot).status).toBeGreaterThanOrEqual(400);
  });
});

describe('detections of all cameras', () => {
  it('go on when cameras come and go', async () => {
    const source = await Esp32Camera.start({ jpegs, fps: 10 });
    open.push(() => source.close());
    const abort = new AbortController();
    open.push(() => abort.abort());
    const response = await fetch(`${server.url}/api/detections/stream`, { signal: abort.signal });
    let text = '';
    const reading = (async () => {
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
    })().catch((error: Error) => error);
    const told = (id: string) => text.split(`"camera":"${id}"`).length - 1;
    await until(() => told('good') > 2);
    for (let round = 1; round <= 2; round++) {
      await addCamera('late', source.url);
      const before = told('late');
      await until(() => told('late') > before + 2);
      await call('DELETE', '/api/cameras/late');
    }
    const goodBefore = told('good');
    await until(() => told('good') > goodBefore + 2);
    abort.abort();
    await reading;
    // Whoever read is no viewer any more: of the good camera only the bystander is left.
    await until(async () => (await call<CameraDetailStats>('GET', '/api/cameras/good/stats')).body.viewer_count === 1);
  });
});

describe('a hostile viewer', () => {
  it('is closed after 20 messages that make no sense', async () => {
    const socket = await connect('/ws/view/good');
    const end = closed(socket);
    for (let i = 0; i < 20; i++) socket.send(i % 2 ? 'garbage' : Buffer.alloc(100));
    expect(await end).toBe('1008 too many invalid messages');
    const { text } = await call<unknown>('GET', '/metrics');
    expect(text).toContain('lookout_messages_refused_total{route="/ws/view/:token"} 20');
  });

  it('is closed when it floods the server, counted, and logged once', async () => {
    const lines = server.log.length;
    for (let i = 0; i < 3; i++) {
      const socket = await connect('/ws/view/good');
      const end = closed(socket);
      for (let sent = 0; sent < 10_000; sent++) socket.send('{"type":"ping","t0":1}');
      expect(await end).toMatch(/^1008|^1006/);
    }
    const { text } = await call<unknown>('GET', '/metrics');
    expect(text).toContain('lookout_sockets_cut_total{route="/ws/view/:token",reason="too_many_messages"} 3');
    expect(server.log.slice(lines).filter((line) => line.includes('closed a socket because of its peer'))).toHaveLength(
      1,
    );
  });

  it('has eight renderings of a camera made by one link, and is told what is too much', async () => {
    const { view_token: link } = await camera('good');
    const sockets: WebSocket[] = [];
    /** What comes of a socket: `a picture`, or how it was closed. */
    const watch = (path: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(server.wsUrl + path);
        sockets.push(socket);
        open.push(() => socket.terminate());
        socket.on('message', (_data, isBinary) => isBinary && resolve('a picture'));
        socket.once('close', (code, reason) => resolve(`${code} ${reason}`));
      });
    const qualities = Array.from({ length: 66 }, (_, n) => 30 + n);
    const outcomes = await Promise.all(
      qualities.map((quality) => watch(`/websocket/${quality}?mode=annotated&camera=${link}`)),
    );
    const refusal = '1013 This link or key already has 8 different renderings of this camera, its maximum';
    expect(outcomes.filter((outcome) => outcome === 'a picture')).toHaveLength(8);
    expect(outcomes.filter((outcome) => outcome === refusal)).toHaveLength(58);
    const free = qualities[outcomes.indexOf(refusal)];
    const feed = `${server.url}/video_feed?camera=${link}&quality=${free}`;
    const refused = await fetch(feed);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await watch(`/ws/view/${link}?quality=${free}`)).toBe(refusal);
    // What is in use already may be shared, and what is closed makes room.
    const inUse = qualities[outcomes.indexOf('a picture')];
    expect(await watch(`/ws/view/${link}?quality=${inUse}`)).toBe('a picture');
    for (const socket of sockets) socket.terminate();
    await until(async () => {
      const abort = new AbortController();
      const { status } = await fetch(feed, { signal: abort.signal });
      abort.abort();
      return status === 200;
    });
  });

  it('leaves nothing behind after hundreds of sockets opened and dropped', async () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 10; i++) {
      const sockets = await Promise.all(Array.from({ length: 30 }, () => connect('/ws/view/good')));
      for (const socket of sockets) socket.terminate();
    }
    await until(async () => (await call<CameraDetailStats>('GET', '/api/cameras/good/stats')).body.viewer_count === 1);
    await until(() => readdirSync('/proc/self/fd').length <= before + 5);
  });

  it('is counted when its upgrade is refused', async () => {
    await expect(connect('/ws/view/good?fps=NaN')).rejects.toThrow('400');
    await expect(connect('/ws/view/nobody')).rejects.toThrow('404');
    const { text } = await call<unknown>('GET', '/metrics');
    expect(text).toMatch(/lookout_http_request_seconds_count\{[^}]*route="\/ws\/view\/:token",status="400"\} 1/);
    expect(text).toMatch(/lookout_http_request_seconds_count\{[^}]*route="\/ws\/view\/:token",status="404"\} 1/);
  });
});

describe('a camera that sends broken pictures', () => {
  it.each([
    ['noise in a JPEG’s clothes', () => syntheticJpeg({ bytes: 20_000 })],
    ['a cut one', () => (jpegs[0] as Uint8Array).subarray(0, 3000)],
    [
      'a cut one with an end marker',
      () => Buffer.concat([(jpegs[0] as Uint8Array).subarray(0, 3000), Buffer.of(0xff, 0xd9)]),
    ],
    ['12 bits a sample', () => patched((bytes, at) => bytes.writeUInt8(12, at + 4))],
    [
      'a header that claims 20000×20000',
      () =>
        patched((bytes, at) => {
          bytes.writeUInt16BE(20_000, at + 5);
          bytes.writeUInt16BE(20_000, at + 7);
        }),
    ],
    [
      'a header that claims more than is there',
      () =>
        patched((bytes, at) => {
          bytes.writeUInt16BE(4000, at + 5);
          bytes.writeUInt16BE(4000, at + 7);
        }),
    ],
  ])('%s: each is counted, none is shown, the workers live', async (_name, make) => {
    const lines = server.log.length;
    await badCamera(make());
    const socket = await connect('/ws/view/bad');
    let shown = 0;
    socket.on('message', (_data, isBinary) => {
      if (isBinary) shown++;
    });
    await until(async () => (await frames('bad')).dropped.invalid >= 5);
    expect(shown).toBe(0);
    expect((await frames('bad')).analyzed).toBe(0);
    expect((await call('GET', '/readyz')).status).toBe(200);
    expect(server.log.slice(lines).filter((line) => line.includes('a frame was dropped'))).toHaveLength(1);
  });

  it('shows every picture of a camera whose size changes all the time', async () => {
    const other = await makeTestJpegs({ count: 1, width: 98, height: 402 });
    const both = [jpegs[0] as Uint8Array, other[0] as Uint8Array];
    const source = await Esp32Camera.start({ jpegs: (sequence) => both[sequence % 2] as Uint8Array, fps: 10 });
    await addCamera('bad', source.url);
    open.push(
      () => call('DELETE', '/api/cameras/bad'),
      () => source.close(),
    );
    const socket = await connect('/ws/view/bad');
    const sizes = new Set<number>();
    socket.on('message', (data, isBinary) => void (isBinary || sizes.add(JSON.parse(String(data)).width)));
    await until(() => sizes.size === 2);
    expect((await frames('bad')).dropped.invalid).toBe(0);
  });
});

describe('a camera that misbehaves', () => {
  const response = (status: string, headers = '') => `HTTP/1.1 ${status}\r\n${headers}Connection: close\r\n\r\n`;
  it.each([
    ['redirects for ever', 'http', response('302 Found', 'Location: /again\r\n'), 'unreachable', /redirects more than/],
    [
      'redirects to a file',
      'http',
      response('302 Found', 'Location: file:///etc/passwd\r\n'),
      'unreachable',
      /not HTTP/,
    ],
    ['wants a password', 'http', response('401 No', 'WWW-Authenticate: Basic realm="x"\r\n'), 'refused', /password/],
    ['has nothing there', 'http', response('404 No'), 'unreachable', /404/],
    ['is busy', 'http', response('503 No'), 'refused', /busy/],
    [
      'sends a web page',
      'http',
      `${response('200 OK', 'Content-Type: text/html\r\n')}<html>`,
      'unsupported',
      /web page/,
    ],
    ['sends garbage', 'http', 'garbage '.repeat(1000), 'unreachable', /not HTTP/],
    [
      'sends endless headers',
      'http',
      `HTTP/1.1 200 OK\r\n${`X-A: ${'a'.repeat(1000)}\r\n`.repeat(200)}`,
      'unreachable',
      /endless headers/,
    ],
    ['sends an endless RTSP line', 'rtsp', 'A'.repeat(100_000), 'unreachable', /over 65536 bytes/],
  ])('says so of one that %s', async (_name, scheme, answer, state, reason) => {
    const peer = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
    const { port } = peer.address() as net.AddressInfo;
    const lines = server.log.length;
    await addCamera('bad', `${scheme}://user:s3cret-pass@127.0.0.1:${port}/x?token=s3cret-token`);
    open.push(
      () => call('DELETE', '/api/cameras/bad'),
      () => new Promise((resolve) => peer.close(resolve)),
    );
    await until(async () => (await camera('bad')).state === state);
    const view = await camera('bad');
    expect(view.state_reason).toMatch(reason);
    const { text: metrics } = await call<unknown>('GET', '/metrics');
    expect(JSON.stringify(view) + metrics + server.log.join('')).not.toMatch(/s3cret/);
    // Opening, and that it failed: not a line for each try.
    expect(server.log.slice(lines).filter((line) => line.includes('"camera":"bad"')).length).toBeLessThanOrEqual(3);
  });
});

it('adds, changes and removes cameras over and over without keeping anything of them', async () => {
  const source = await Esp32Camera.start({ jpegs, fps: 10 });
  open.push(() => source.close());
  const cycle = async (id: string, url: string) => {
    await addCamera(id, url);
    const socket = await connect(`/ws/view/${id}`);
    const end = closed(socket);
    await call('PATCH', `/api/cameras/${id}`, { name: 'Other', detect: { fps: 5 } });
    await call('DELETE', `/api/cameras/${id}`);
    expect(await end).toMatch(/^1001/);
  };
  await cycle('first', source.url);
  const before = readdirSync('/proc/self/fd').length;
  for (let i = 0; i < 30; i++) await cycle(`cycle-${i}`, i % 2 ? source.url : 'http://127.0.0.1:9/x');
  await until(() => readdirSync('/proc/self/fd').length <= before + 5);
});
