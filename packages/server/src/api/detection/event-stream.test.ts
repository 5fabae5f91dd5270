import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DetectionServerMessage } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventRing } from '../../pipeline/sessions/event-ring.js';
import { EventStream } from './event-stream.js';

let stream: EventStream;
let server: Server;
const readers: Reader[] = [];

/** Reads events over a real connection. */
class Reader {
  text = '';
  response: IncomingMessage | undefined;
  ended = false;

  static open(lastEventId?: string): Reader {
    const reader = new Reader();
    readers.push(reader);
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    get({ port: (server.address() as AddressInfo).port, headers }, (response) => {
      reader.response = response;
      response.setEncoding('utf8').on('data', (text: string) => {
        reader.text += text;
      });
      response.on('close', () => {
        reader.ended = true;
      });
    });
    return reader;
  }

  /** `id:frame` or `type code` of each. */
  get events(): string[] {
    return this.text
      .split('\n\n')
      .filter((event) => event.includes('data: '))
      .map((event) => {
        const [, id, json] = /(?:id: (\d+)\n)?data: (.*)/.exec(event)!;
        const message = JSON.parse(json!);
        return id === undefined ? `${message.type} ${message.code ?? ''}`.trim() : `${id}:${message.frame_id}`;
      });
  }

  async has(...events: string[]): Promise<void> {
    await vi.waitFor(() => expect(this.events).toEqual(events), { timeout: 20_000 });
  }
}

function event(name: string): DetectionServerMessage {
  return { type: 'dropped', frame_id: name, reason: 'superseded', timestamp: 1 };
}

function publish(...names: string[]): void {
  for (const name of names) stream.publish(event(name));
}

beforeEach(async () => {
  stream = new EventStream({ now: Date.now });
  server = createServer((request, response) => {
    stream.attach(response, request.headers['last-event-id'] as string | undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.response?.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('EventStream', () => {
  it('is one of server-sent events', async () => {
    const reader = Reader.open();
    publish('a');
    await reader.has('1:a');
    expect(reader.response?.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(reader.response?.headers['cache-control']).toBe('no-store');
  });

  it('keeps what comes before its reader', async () => {
    publish('a', 'b');
    const reader = Reader.open();
    await reader.has('1:a', '2:b');
    publish('c');
    await reader.has('1:a', '2:b', '3:c');
  });

  it('goes on after the last event that was not sent, or after the one its reader names', async () => {
    const first = Reader.open();
    publish('a', 'b', 'c');
    await first.has('1:a', '2:b', '3:c');
    first.response?.destroy();
    await vi.waitFor(() => expect(first.ended).toBe(true), { timeout: 20_000 });
    publish('d');
    await Reader.open('1').has('2:b', '3:c', '4:d');
    publish('e');
    for (const odd of ['99', 'x', '-1', '']) {
      const reader = Reader.open(odd);
      await vi.waitFor(() => expect(reader.response).toBeDefined(), { timeout: 20_000 });
      publish(odd);
      await vi.waitFor(() => expect(reader.events.at(-1)).toMatch(new RegExp(`:${odd}$`)), { timeout: 20_000 });
      expect(reader.events.length).toBeLessThanOrEqual(2);
    }
  });

  it('tells what is gone', async () => {
    stream = new EventStream({ now: Date.now, ring: new EventRing({ maxEvents: 2 }) });
    publish('a', 'b', 'c', 'd');
    await Reader.open().has('error events_lost', '3:c', '4:d');
  });

  it('lets a second reader take the place of the first', async () => {
    const first = Reader.open();
    publish('a');
    await first.has('1:a');
    const second = Reader.open();
    await first.has('1:a', 'error replaced');
    await vi.waitFor(() => expect(first.ended).toBe(true), { timeout: 20_000 });
    publish('b');
    await second.has('2:b');
  });

  it('shows that it is alive', async () => {
    stream = new EventStream({ now: Date.now, heartbeatMs: 5 });
    const reader = Reader.open();
    await vi.waitFor(() => expect(reader.events).toContain('ping'), { timeout: 20_000 });
  });

  it('ends after what is left, and takes nothing more', async () => {
    const reader = Reader.open();
    publish('a');
    await reader.has('1:a');
    publish('b');
    stream.end();
    publish('c');
    await vi.waitFor(() => expect(reader.ended).toBe(true), { timeout: 20_000 });
    expect(reader.events).toEqual(['1:a', '2:b']);
  });

  it('holds no more for a reader that does not read than its ring', async () => {
    const reader = Reader.open();
    await vi.waitFor(() => expect(reader.response).toBeDefined(), { timeout: 20_000 });
    reader.response?.pause();
    const long = 'x'.repeat(100_000);
    for (let i = 0; i < 400; i++) {
      publish(`${i}${long}`);
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    reader.response?.resume();
    await vi.waitFor(() => expect(reader.events.at(-1)).toBe(`400:399${long}`), { timeout: 20_000 });
    expect(reader.events).toContain('error events_lost');
  });
});
