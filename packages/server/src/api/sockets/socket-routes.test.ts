import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { LookoutError, Problem } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket, { type ClientOptions } from 'ws';
import { z } from 'zod';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { asked } from '../../testing/test-gates.js';
import type { SocketRoutes } from './socket-routes.js';

function addRoutes(sockets: SocketRoutes): void {
  sockets.route('/ws/view/:token', {
    permission: 'watch',
    query: z.strictObject({ fps: z.coerce.number().min(1).max(60).default(60) }),
    summary: 'View',
    async before({ params }) {
      await new Promise((resolve) => setImmediate(resolve));
      if (params.token === 'none') throw new LookoutError('not_found', 'There is no camera "none"');
      return { camera: params.token };
    },
    handler(socket, { query, ready, principal }) {
      if (ready.camera === 'broken') throw new Error('a mistake');
      socket.send(JSON.stringify({ ...query, ...ready, by: principal.kind }));
    },
  });
}

/** Opens a socket: its first message when it opens, else the refusal. */
async function open(app: TestApp, path: string, options: ClientOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}${path}`, options);
  return new Promise<{ socket: WebSocket; message?: string; status?: number; problem?: Problem; headers?: object }>(
    (resolve, reject) => {
      socket.once('message', (data) => resolve({ socket, message: String(data) }));
      socket.once('unexpected-response', async (_request, response) => {
        const problem = Problem.parse(JSON.parse(await text(response)));
        resolve({ socket, status: response.statusCode, problem, headers: response.headers });
      });
      socket.once('error', reject);
    },
  );
}

async function text(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response) body += chunk;
  return body;
}

async function closed(socket: WebSocket): Promise<[number, string]> {
  const [code, reason] = await once(socket, 'close');
  return [code, String(reason)];
}

const key = `${'A'.repeat(22)}==`;

describe('SocketRoutes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ routes: addRoutes });
  });
  afterAll(() => app.close());

  it('hands parameters, the checked query and what was made ready to the handler', async () => {
    const { socket, message } = await open(app, '/ws/view/y%C3%A4rd?fps=12');
    expect(JSON.parse(message!)).toEqual({ fps: 12, camera: 'yärd', by: 'local' });
    socket.close();
    await closed(socket);
  });

  it.each<[string, string, ClientOptions, number, string]>([
    ['a bad value', '/ws/view/a?fps=900', {}, 400, 'fps: expected at most 60, got "900"'],
    ['an unknown field', '/ws/view/a?fsp=9', {}, 400, 'fsp: unknown key'],
    ['a field twice', '/ws/view/a?fps=9&fps=10', {}, 400, 'fps: expected a number, got a list'],
    ['an unknown path', '/ws/nope', {}, 404, 'There is no WebSocket at this path'],
    ['a path that is a page', '/healthz', {}, 404, 'There is no WebSocket at this path'],
    ['what before refuses', '/ws/view/none', {}, 404, 'There is no camera "none"'],
    ['a foreign page', '/ws/view/a', { origin: 'https://evil.example' }, 403, 'sent by a page of another site'],
    [
      'a foreign name',
      '/ws/view/a',
      { headers: { host: 'evil.example' } },
      403,
      'accepts requests only from this machine',
    ],
  ])('refuses %s before the upgrade, by a problem document', async (_what, path, options, status, detail) => {
    const refused = await open(app, path, options);
    expect(refused.status).toBe(status);
    expect(refused.problem?.detail).toContain(detail);
    expect(refused.problem?.status).toBe(status);
  });

  it.each([
    ['POST', { upgrade: 'websocket' }, 405],
    ['GET', { upgrade: 'h2c' }, 426],
    ['GET', { upgrade: 'websocket', 'sec-websocket-version': '13' }, 400],
    ['GET', { upgrade: 'websocket', 'sec-websocket-version': '7', 'sec-websocket-key': key }, 426],
    [
      'GET',
      { upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': key, 'sec-websocket-protocol': ',' },
      400,
    ],
  ])('refuses %s with %j', async (method, headers, status) => {
    const request = httpRequest(`${app.base}/ws/view/a`, {
      method,
      headers: { connection: 'upgrade', ...headers },
    }).end();
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(status);
    expect(Problem.parse(JSON.parse(await text(response))).status).toBe(status);
    if (status === 405) expect(response.headers.allow).toBe('GET');
  });

  it('counts what it refuses by route and status', async () => {
    await open(app, '/ws/view/secret-token?fps=900');
    const text = await app.metrics.registry.metrics();
    expect(text).toMatch(/_count\{method="GET",route="\/ws\/view\/:token",status="400"\} \d/);
    expect(text).not.toContain('secret-token');
  });

  it('cuts a peer that does not answer its close', async () => {
    const raw = connect(app.port, '127.0.0.1');
    raw.write('GET /ws/view/broken HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    raw.write(`Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`);
    await once(raw, 'data');
    await expect.poll(() => app.sockets.open, { timeout: 5000 }).toBe(0);
    raw.destroy();
  });

  it('closes the socket of a handler that fails, and goes on', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}/ws/view/broken`);
    expect((await closed(socket))[0]).toBe(1011);
    const next = await open(app, '/ws/view/a');
    next.socket.close();
    await closed(next.socket);
  });

  it('closes a socket that sends more than it may', async () => {
    const { socket } = await open(app, '/ws/view/a');
    socket.send(Buffer.alloc(65 * 1024));
    expect((await closed(socket))[0]).toBe(1009);
  });

  it('forgets peers that vanish, during the handshake too', async () => {
    const { socket } = await open(app, '/ws/view/a');
    const raw = connect(app.port, '127.0.0.1');
    raw.write('GET /ws/view/a HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    raw.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
    raw.resetAndDestroy();
    socket.terminate();
    await expect.poll(() => app.sockets.open).toBe(0);
  });
});

it('allows so many sockets per address, and frees their places', async () => {
  const app = await startTestApp({ routes: addRoutes, limits: { sockets: 100, sockets_per_address: 2 } });
  try {
    const [first] = [await open(app, '/ws/view/a'), await open(app, '/ws/view/a')];
    const third = await open(app, '/ws/view/a');
    expect(third.status).toBe(429);
    expect(third.headers).toMatchObject({ 'retry-after': '5' });
    expect(third.problem?.detail).toBe('More than 2 sockets from one address');
    first!.socket.close();
    await expect.poll(() => app.sockets.open).toBe(1);
    expect((await open(app, '/ws/view/a')).message).toBeDefined();
  } finally {
    await app.close();
  }
});

it('holds 300 viewers of one address with the default limits', async () => {
  const app = await startTestApp({ routes: addRoutes });
  try {
    const opened = await Promise.all(Array.from({ length: 300 }, () => open(app, '/ws/view/a')));
    expect(opened.every(({ message }) => message !== undefined)).toBe(true);
    expect(app.sockets.open).toBe(300);
  } finally {
    await app.close();
  }
});

it('asks for a key where others reach it', async () => {
  const app = await startTestApp({ routes: addRoutes, host: '0.0.0.0' });
  try {
    const key = (await app.keys.createFirst())!;
    expect((await open(app, '/ws/view/a')).status).toBe(401);
    // Whether a path exists is told to nobody who has no key.
    expect((await open(app, '/ws/nope')).status).toBe(401);
    const { message } = await open(app, '/ws/view/a', { headers: { authorization: `Bearer ${key}` } });
    expect(JSON.parse(message!).by).toBe('key');
    const cookie = `lookout_session=${(await app.gate.signIn({ key }, asked({}, 'POST', '10.0.0.1'))).session}`;
    expect((await open(app, '/ws/view/a', { headers: { cookie } })).message).toBeDefined();
    const foreign = await open(app, '/ws/view/a', { headers: { cookie }, origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
  } finally {
    await app.close();
  }
});

it('closes every socket when the server ends, and takes no more', async () => {
  const app = await startTestApp({ routes: addRoutes });
  try {
    const { socket } = await open(app, '/ws/view/a');
    const deaf = await open(app, '/ws/view/a');
    deaf.socket.pause(); // Never answers the close: it is cut.
    const end = closed(socket);
    await app.sockets.closeAll(1001, 'bye');
    expect(await end).toEqual([1001, 'bye']);
    expect((await open(app, '/ws/view/a')).status).toBe(503);
    await expect.poll(() => app.sockets.open).toBe(0);
    deaf.socket.terminate();
  } finally {
    await app.close();
  }
});
