import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followEvents, SseParser } from './follow-events.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function start(silenceMs?: number) {
  const streams: Array<ReadableStreamDefaultController<Uint8Array>> = [];
  const asked: Array<string | undefined> = [];
  const abort = new AbortController();
  const data: string[] = [];
  const lost: string[] = [];
  const fetch = async (_url: unknown, init: RequestInit = {}) => {
    asked.push((init.headers as Record<string, string>)['last-event-id']);
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void streams.push(controller) });
    const controller = streams.at(-1)!;
    init.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
    return new Response(body);
  };
  const ended = followEvents({ baseUrl: 'http://test', fetch: fetch as typeof globalThis.fetch }, '/events', {
    signal: abort.signal,
    silenceMs,
    random: () => 0,
    onEvent: (event) => data.push(event.data),
    onLost: (reason) => lost.push(reason),
  });
  const say = async (text: string) => {
    streams.at(-1)!.enqueue(new TextEncoder().encode(text));
    await tick(0);
  };
  return { streams, asked, abort, data, lost, ended, say };
}

describe('followEvents', () => {
  it('comes back after the last event that had an id, whatever came since', async () => {
    const { streams, asked, data, lost, say, abort, ended } = start();
    await tick(0);
    await say('id: 7\ndata: a\n\ndata: ping\n\n');
    streams[0]!.close();
    await tick(125);
    await say('data: ping\n\n');
    streams[1]!.close();
    await tick(125);
    expect(asked).toEqual([undefined, '7', '7']);
    expect(data).toEqual(['a', 'ping', 'ping']);
    expect(lost).toEqual(['the stream ended', 'the stream ended']);
    abort.abort();
    expect(await ended).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives a stream up that fell silent, and waits for ever where it was not told how long', async () => {
    const { asked, lost, say, abort, ended } = start(1000);
    await tick(0);
    for (let i = 0; i < 5; i++) {
      await tick(900);
      await say(': still here\n\n');
    }
    expect(asked).toHaveLength(1);
    await tick(1125);
    expect([asked.length, lost]).toEqual([2, ['the server sent nothing for too long']]);
    abort.abort();
    await ended;
    const patient = start();
    await tick(3_600_000);
    expect(patient.asked).toHaveLength(1);
    patient.abort.abort();
    await patient.ended;
  });
});

const STREAM = ': hello\r\nid: 7\ndata: {"a":1}\n\nevent: ping\rdata\r\rretry: 500\ndata: one\ndata:two\n\n';
const EVENTS = [
  { event: 'message', data: '{"a":1}', id: '7' },
  { event: 'ping', data: '', id: '7' },
  { event: 'message', data: 'one\ntwo', id: '7' },
];

describe('SseParser', () => {
  it.each([1, 2, 3, 7, 1000])('gives the same events for chunks of %i', (size) => {
    const parser = new SseParser();
    const events = [];
    for (let i = 0; i < STREAM.length; i += size) events.push(...parser.push(STREAM.slice(i, i + size)));
    expect(events).toEqual(EVENTS);
    expect(parser.retryMs).toBe(500);
    expect(parser.lastEventId).toBe('7');
  });

  it('reads CRLF split between chunks as one line end', () => {
    const parser = new SseParser();
    expect([...parser.push('data: x\r'), ...parser.push('\n\r'), ...parser.push('\n')]).toEqual([
      { event: 'message', data: 'x', id: undefined },
    ]);
  });

  it('refuses an endless event', () => {
    const parser = new SseParser();
    expect(() => {
      for (let i = 0; i < 50; i++) parser.push(`data: ${'x'.repeat(100_000)}\n`);
    }).toThrow(RangeError);
  });
});
