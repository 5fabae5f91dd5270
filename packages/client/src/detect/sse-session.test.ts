import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RequestError } from '../connection/request.js';
import type { DetectionSessionState, OpenDetectionSessionOptions } from './detect-types.js';
import { LiveDetectionSession } from './live-detection-session.js';
import { SseTransport } from './sse-transport.js';

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const picture = Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]);
const config = { fps_limit: 10, confidence_threshold: 0.5 };
const found = { detections: [], processing_time_ms: 12, inference_ms: 9, image_size: [640, 480] };
const waiting = { timeout: 20_000, interval: 10 };

interface Call {
  method: string;
  path: string;
  body: Buffer;
  type: string | undefined;
  lastEventId: string | undefined;
}

/** The other side of the contract, told by each test what to say. */
class Peer {
  readonly calls: Call[] = [];
  readonly streams: ServerResponse[] = [];
  sessions = 0;
  /** Answers a call itself where it returns true. */
  answer: (call: Call, response: ServerResponse) => boolean = () => false;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    closers.push(() => this.close());
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  uploads(): Call[] {
    return this.calls.filter(({ path }) => path.startsWith('/stream/process/'));
  }

  event(message: object, id?: number): void {
    this.streams.at(-1)!.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(message)}\n\n`);
  }

  result(frame_id: string, id: number): void {
    this.event({ type: 'detection_result', data: { frame_id, ...found }, timestamp: 1 }, id);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '', headers } = request;
    const lastEventId = headers['last-event-id'] as string | undefined;
    const call = { method, path, body: Buffer.concat(chunks), type: headers['content-type'], lastEventId };
    this.calls.push(call);
    if (this.answer(call, response)) return;
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (path.startsWith('/stream/events/')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1000\n\n');
      this.streams.push(response);
    } else if (path === '/stream/sessions') json(201, { client_id: `s${++this.sessions}`, config });
    else if (path.startsWith('/stream/process/')) json(202, { frame_id: '0' });
    else if (method === 'PATCH') json(200, { ...config, ...JSON.parse(String(call.body)) });
    else if (method === 'DELETE') response.writeHead(204).end();
    else json(200, { client_id: 's1', fps: 3 });
  }
}

function refuse(response: ServerResponse, status: number, problem: object): true {
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  return true;
}

async function start(options: OpenDetectionSessionOptions = {}) {
  const peer = new Peer();
  const baseUrl = await peer.listen();
  const states: DetectionSessionState[] = [];
  const open = async () => {
    const endpoint = { baseUrl, fetch, apiKey: 'lk_test' };
    const session = await LiveDetectionSession.open(
      { onState: (state) => states.push(state), ...options },
      {
        transport: (events) =>
          new SseTransport({ endpoint, settings: options.settings ?? {}, random: () => 0 }, events),
      },
    );
    closers.push(() => session.close());
    return session;
  };
  return { peer, open, states };
}

describe('a detection session over REST and server-sent events', () => {
  it('sends pictures as they are, and takes their answers from the events', async () => {
    const { peer, open } = await start({ settings: { fps_limit: 10 } });
    const session = await open();
    expect(session.config).toEqual(config);
    expect(JSON.parse(String(peer.calls[0]!.body))).toEqual({ fps_limit: 10 });
    const plain = session.detect(picture, { frameId: 'yard-7' });
    const timed = session.detect(picture, { timestampMs: 1_700_000_000_250 });
    await vi.waitFor(() => expect(peer.uploads()).toHaveLength(2), waiting);
    expect(new Set(peer.uploads().map(({ path }) => path))).toEqual(
      new Set(['/stream/process/s1?frame_id=0', '/stream/process/s1?frame_id=1&timestamp=1700000000.25']),
    );
    expect(peer.uploads()[0]).toMatchObject({ type: 'application/octet-stream', body: Buffer.from(picture) });
    peer.result('1', 1);
    peer.result('0', 2);
    expect(await plain).toMatchObject({ type: 'result', frameId: 'yard-7', ...found });
    expect(await timed).toMatchObject({ type: 'result', frameId: 0 });
    expect(await session.configure({ fps_limit: 5 })).toMatchObject({ fps_limit: 5 });
    expect(await session.serverStats()).toMatchObject({ fps: 3 });
    await session.close();
    expect(peer.calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/stream/sessions/s1' });
  });

  it('resumes where the events broke off, and loses no answer', async () => {
    const { peer, open, states } = await start();
    const session = await open();
    const first = session.detect(picture);
    const second = session.detect(picture);
    await vi.waitFor(() => expect(peer.uploads()).toHaveLength(2), waiting);
    peer.result('0', 41);
    await first;
    peer.streams[0]!.destroy();
    await vi.waitFor(() => expect(peer.streams).toHaveLength(2), waiting);
    expect(peer.calls.at(-1)).toMatchObject({ path: '/stream/events/s1', lastEventId: '41' });
    peer.event({ type: 'ping', timestamp: 1 });
    peer.result('1', 42);
    expect(await second).toMatchObject({ type: 'result' });
    expect(states.map(({ state }) => state)).toEqual(['open', 'reconnecting', 'open']);
  });

  it.each([
    ['the server has let it go', 404, { title: 'Not Found', code: 'not_found' }, 'the server ended the session'],
    ['its node is lost', 410, { detail: 'Node n2 is away', code: 'session_lost' }, 'Node n2 is away'],
  ] as const)('opens another session with its settings where %s', async (_why, status, problem, reason) => {
    const { peer, open } = await start({ settings: { fps_limit: 10 } });
    const session = await open();
    await session.configure({ classes: ['person'] });
    peer.answer = ({ path }, response) => path === '/stream/events/s1' && refuse(response, status, problem);
    const sent = session.detect(picture);
    sent.catch(() => undefined);
    await vi.waitFor(() => expect(peer.uploads()).toHaveLength(1), waiting);
    peer.streams[0]!.end();
    await expect(sent).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(reason),
    });
    await vi.waitFor(() => expect(peer.streams).toHaveLength(2), waiting);
    await session.ready();
    const opened = peer.calls.filter(({ path }) => path === '/stream/sessions');
    expect(JSON.parse(String(opened[1]!.body))).toEqual({ fps_limit: 10, classes: ['person'] });
    const next = session.detect(picture);
    await vi.waitFor(() => expect(peer.uploads()).toHaveLength(2), waiting);
    expect(peer.uploads()[1]!.path).toBe('/stream/process/s2?frame_id=1');
    peer.result('1', 1);
    expect(await next).toMatchObject({ type: 'result' });
  });

  it('tells a frame that was dropped from one that is wrong', async () => {
    const { peer, open } = await start({ maxInFlight: 4 });
    const session = await open();
    const problems = [
      { status: 429, code: 'too_many_requests', detail: 'The frame was dropped: rate_limited' },
      {
        status: 429,
        code: 'too_many_requests',
        detail: 'More pictures are being uploaded than this server takes at once',
      },
      { status: 400, code: 'validation_failed', detail: 'x', errors: [{ field: 'image_data', message: 'cut off' }] },
    ];
    peer.answer = ({ path }, response) => {
      const problem = path.startsWith('/stream/process/') && problems.shift();
      return problem ? refuse(response, problem.status, problem) : false;
    };
    expect(await session.detect(picture)).toEqual({ type: 'dropped', frameId: 0, reason: 'rate_limited' });
    await expect(session.detect(picture)).rejects.toMatchObject({ code: 'too_many_requests', retryable: true });
    const wrong = await session.detect(picture).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(RequestError);
    expect((wrong as RequestError).fields).toEqual([{ field: 'image_data', message: 'cut off' }]);
    expect(session.counts()).toMatchObject({ failed: 2, dropped: { rate_limited: 1 }, inFlight: 0 });
  });

  it('rejects what the server let go unread, and ends where another reads in its place', async () => {
    const { peer, open, states } = await start();
    const session = await open();
    const sent = session.detect(picture);
    sent.catch(() => undefined);
    await vi.waitFor(() => expect(peer.uploads()).toHaveLength(1), waiting);
    peer.event({ type: 'error', code: 'events_lost', error: '3 events were let go', timestamp: 1 });
    await expect(sent).rejects.toMatchObject({ code: 'events_lost' });
    peer.event({ type: 'error', code: 'replaced', error: 'Another reader came', timestamp: 1 });
    await expect(session.ready().then(() => session.detect(picture))).rejects.toMatchObject({ code: 'replaced' });
    await vi.waitFor(() => expect(states.at(-1)).toEqual({ state: 'closed', reason: 'Another reader came' }), waiting);
  });

  it('does not open where the server says why not, and leaves no session behind', async () => {
    const refused = await start();
    refused.peer.answer = (_call, response) =>
      refuse(response, 401, { code: 'unauthorized', detail: 'Sign in first', hint: 'Give a key' });
    await expect(refused.open()).rejects.toMatchObject({ code: 'unauthorized', httpStatus: 401, hint: 'Give a key' });
    const halfway = await start();
    halfway.peer.answer = ({ path }, response) =>
      path.startsWith('/stream/events/') && refuse(response, 403, { code: 'forbidden', detail: 'Not from here' });
    await expect(halfway.open()).rejects.toMatchObject({ code: 'forbidden' });
    expect(halfway.peer.calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/stream/sessions/s1' });
  });

  it('is closed by its signal, and can be closed though the server is gone', async () => {
    const abort = new AbortController();
    const { peer, open, states } = await start({ signal: abort.signal });
    await open();
    abort.abort();
    await vi.waitFor(() => expect(peer.calls.at(-1)?.method).toBe('DELETE'), waiting);
    expect(states.at(-1)?.state).toBe('closed');
    const other = await start();
    const session = await other.open();
    await other.peer.close();
    await session.close();
    await session.close();
  });
});
