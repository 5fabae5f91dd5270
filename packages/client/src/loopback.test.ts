import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { LookoutClient } from './client.js';
import { metadata } from './testing/metadata.js';

let server: Server | undefined;
let sockets: WebSocketServer | undefined;

afterEach(async () => {
  for (const socket of sockets?.clients ?? []) socket.terminate();
  sockets?.close();
  server?.closeAllConnections();
  if (server) await new Promise((resolve) => server!.close(resolve));
});

/** A server that says what the contract says, on a port of its own. */
async function serve(
  onRequest: (path: string, method: string, body: string) => { status: number; body: unknown } | string,
) {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = onRequest(request.url ?? '', request.method ?? '', body);
    if (typeof answer === 'string') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer);
      return;
    }
    const type = answer.status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(answer.status, { 'content-type': type });
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  });
  sockets = new WebSocketServer({ server });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const JPEG = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);

describe('LookoutClient against a real socket', () => {
  it('watches within the window of two unacknowledged frames', async () => {
    const baseUrl = await serve(() => ({ status: 404, body: undefined }));
    const seen: Array<[number, Uint8Array]> = [];
    let mostInFlight = 0;
    let upgrade: { url?: string; authorization?: string } = {};
    let finish = () => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    sockets!.on('connection', (socket: WebSocket, request) => {
      upgrade = { url: request.url, authorization: request.headers.authorization };
      const inFlight = new Set<number>();
      let next = 1;
      const fill = () => {
        while (inFlight.size < 2 && next <= 50) {
          socket.send(JSON.stringify(metadata(next, { timestamp: Date.now() })));
          socket.send(JPEG);
          inFlight.add(next++);
          mostInFlight = Math.max(mostInFlight, inFlight.size);
        }
        if (inFlight.size === 0) finish();
      };
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'ping')
          socket.send(JSON.stringify({ type: 'pong', t0: message.t0, t1: Date.now() + 5000 }));
        if (message.type === 'ack') {
          expect(inFlight.delete(message.frameNumber)).toBe(true);
          fill();
        }
      });
      fill();
    });
    const client = new LookoutClient({ baseUrl, apiKey: 'lk_test' });
    const watch = client.watch('yard', {
      fps: 30,
      every: 'all',
      onFrame: ({ meta, jpeg }) => void seen.push([meta.frameNumber, jpeg]),
    });
    await finished;
    const { received, drawn, dropped, malformed } = watch.stats();
    watch.close();
    expect(upgrade).toEqual({
      url: '/ws/view/yard?mode=overlay&ack=1&fps=30&every=all',
      authorization: 'Bearer lk_test',
    });
    expect(mostInFlight).toBe(2);
    expect(received).toBe(50);
    expect(drawn + dropped).toBe(50);
    expect(malformed).toBe(0);
    for (const [, jpeg] of seen) expect(jpeg).toEqual(JPEG);
    const numbers = seen.map(([number]) => number);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  it('comes back when the server drops the connection', async () => {
    const baseUrl = await serve(() => ({ status: 404, body: undefined }));
    let connections = 0;
    sockets!.on('connection', (socket) => {
      connections++;
      socket.send(JSON.stringify(metadata(connections)));
      socket.send(JPEG);
      if (connections === 1) setTimeout(() => socket.terminate(), 20);
    });
    const states: string[] = [];
    await new Promise<void>((resolve) => {
      const watch = new LookoutClient({ baseUrl }).watch('yard', {
        onFrame: ({ meta }) => {
          if (meta.frameNumber !== 2) return;
          watch.close();
          resolve();
        },
        onState: ({ state }) => states.push(state),
      });
    });
    expect(states).toEqual(['connecting', 'waiting', 'live', 'reconnecting', 'waiting', 'live', 'closed']);
  });

  it('turns a problem document into an error with its code, words and hint', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: 'No camera “x”',
      code: 'not_found',
      hint: 'See the list',
    };
    const baseUrl = await serve(() => ({ status: 404, body: problem }));
    await expect(new LookoutClient({ baseUrl }).cameras.get('x')).rejects.toMatchObject({
      name: 'RequestError',
      code: 'not_found',
      message: 'No camera “x”',
      hint: 'See the list',
      httpStatus: 404,
    });
  });

  it('sends bodies as JSON, escapes ids and takes empty answers', async () => {
    const calls: string[][] = [];
    const baseUrl = await serve((path, method, body) => {
      calls.push([method, path, body]);
      return method === 'DELETE' ? { status: 204, body: undefined } : { status: 201, body: { id: 'yard' } };
    });
    const client = new LookoutClient({ baseUrl: `${baseUrl}/` });
    expect(await client.cameras.create({ url: 'demo:street' })).toEqual({ id: 'yard' });
    expect(await client.cameras.remove('a/b')).toBeUndefined();
    expect(calls).toEqual([
      ['POST', '/api/cameras', '{"url":"demo:street"}'],
      ['DELETE', '/api/cameras/a%2Fb', ''],
    ]);
  });

  it('says when nobody is there', async () => {
    const baseUrl = await serve(() => ({ status: 200, body: {} }));
    await new Promise((resolve) => server!.close(resolve));
    await expect(new LookoutClient({ baseUrl }).system.health()).rejects.toMatchObject({ code: 'unavailable' });
    server = undefined;
  });

  it('follows detections and resumes after the last one it had', async () => {
    const asked: string[] = [];
    let round = 0;
    const event = (n: number) =>
      `id: ${n}\ndata: ${JSON.stringify({ camera: 'yard', frameNumber: n, timestamp: 1, width: 1, height: 1, inference_ms: 1, detections: [] })}\n\n`;
    const baseUrl = await serve((path) => {
      asked.push(path);
      round++;
      return round === 1 ? `: hi\n\n${event(1)}data: {"type":"ping"}\n\n` : event(2);
    });
    const resumed: Array<string | undefined> = [];
    server!.prependListener('request', (request) =>
      resumed.push(request.headers['last-event-id'] as string | undefined),
    );
    const numbers: number[] = [];
    await new Promise<void>((resolve) => {
      const subscription = new LookoutClient({ baseUrl }).detections('yard', {
        random: () => 0,
        guesses: true,
        onDetections: ({ frameNumber }) => {
          numbers.push(frameNumber);
          if (frameNumber !== 2) return;
          subscription.close();
          void subscription.closed.then(resolve);
        },
      });
    });
    expect(numbers).toEqual([1, 2]);
    expect(asked[0]).toBe('/api/detections/stream?camera=yard&guesses=1');
    expect(resumed.slice(0, 2)).toEqual([undefined, '1']);
  });

  it('ends for good where trying again is of no use', async () => {
    const baseUrl = await serve(() => ({ status: 401, body: { title: 'Unauthorized', detail: 'Sign in first' } }));
    const states: unknown[] = [];
    await new LookoutClient({ baseUrl }).detections(undefined, {
      onDetections: () => {},
      onState: (s) => states.push(s),
    }).closed;
    expect(states.at(-1)).toEqual({ state: 'closed', reason: 'Sign in first' });
  });
});
