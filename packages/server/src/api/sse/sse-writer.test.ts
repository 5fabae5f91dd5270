import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SseWriter, type SseWriterOptions } from './sse-writer.js';

let server: Server;
let nowMs: number;
let options: Partial<SseWriterOptions>;
/** The streams of this test that have ended. */
let closed: Set<SseWriter | undefined>;
let writer: SseWriter | undefined;
let response: IncomingMessage;
let text: string;

beforeEach(async () => {
  nowMs = 0;
  const ended = new Set<SseWriter | undefined>();
  closed = ended;
  options = {};
  text = '';
  server = createServer((_request, answer: ServerResponse) => {
    const opened = SseWriter.open(answer, { now: () => nowMs, onClose: () => void ended.add(opened), ...options });
    writer = opened;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Connects a reader. @param reads false: it takes nothing from its connection */
async function connect({ method = 'GET', reads = true } = {}): Promise<SseWriter | undefined> {
  writer = undefined;
  // A paused socket never sees the header of the response, so that is not waited for.
  const request = get({ port: (server.address() as AddressInfo).port, method, agent: false }, (answer) => {
    response = answer;
    if (!reads) return;
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  });
  request.on('error', () => undefined);
  await new Promise<void>((resolve) => server.once('request', () => resolve()));
  return writer;
}

describe('SseWriter', () => {
  it('writes events with names and ids, after its preamble', async () => {
    options = { preamble: 'retry: 500\n' };
    await connect();
    expect(writer?.send({ data: '1' })).toBe(true);
    writer?.send({ event: 'created', id: 'e1', data: '{"a":"\\n"}' }, { id: 0, data: '2' });
    writer?.end({ event: 'last', data: '3' });
    writer?.end();
    await expect.poll(() => closed.size).toBe(1);
    expect(text).toBe(
      'retry: 500\ndata: 1\n\nid: e1\nevent: created\ndata: {"a":"\\n"}\n\nid: 0\ndata: 2\n\nevent: last\ndata: 3\n\n',
    );
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(writer?.send({ data: '4' })).toBe(false);
  });

  it('refuses what would break the format', async () => {
    await connect();
    expect(() => writer?.send({ id: 'a\nb', data: '' })).toThrow(RangeError);
    expect(() => writer?.send({ data: 'a\nevent: b' })).toThrow(RangeError);
  });

  it('answers a HEAD request without a stream', async () => {
    expect(await connect({ method: 'HEAD' })).toBeUndefined();
  });

  it('refuses events for a reader that is behind, and says when it has caught up', async () => {
    let drained = 0;
    options = { maxBufferedBytes: 100_000, onDrain: () => void drained++ };
    await connect({ reads: false });
    const data = JSON.stringify('x'.repeat(50_000));
    let sent = 0;
    while (writer?.send({ data })) {
      sent++;
      // Lets the kernel take what it will.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(writer?.hasRoom).toBe(false);
    const before = drained;
    response.resume();
    await expect.poll(() => drained).toBeGreaterThan(before);
    expect(writer?.send({ data })).toBe(true);
    expect(sent).toBeLessThan(1000);
  });

  it('disconnects a reader that has read nothing for 30 s, and no other', async () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const pass = (ms: number) => {
      nowMs += ms;
      vi.advanceTimersByTime(ms);
    };
    await connect();
    for (let beats = 1; beats <= 4; beats++) {
      pass(15_000);
      await vi.waitFor(() => expect(text.split(': heartbeat\n')).toHaveLength(beats + 1));
    }
    expect(closed.size).toBe(0);
    response.destroy();
    await vi.waitFor(() => expect(closed.size).toBe(1));

    await connect({ reads: false });
    const data = JSON.stringify('x'.repeat(1_000_000));
    while (writer?.send({ data })) await new Promise((resolve) => setImmediate(resolve));
    pass(15_000);
    pass(15_000);
    expect(closed.size).toBe(1);
    pass(15_000);
    await vi.waitFor(() => expect(closed.size).toBe(2));
  });

  it('sends heartbeats of the caller’s own', async () => {
    options = { heartbeatMs: 5, heartbeat: () => ({ data: '"ping"' }) };
    await connect();
    await expect.poll(() => text).toContain('data: "ping"\n\n');
  });

  it('can cut its reader off', async () => {
    await connect();
    writer?.cut();
    await expect.poll(() => closed.size).toBe(1);
  });
});
