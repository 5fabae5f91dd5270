import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followEvents, type ServerSentEvent } from './follow-events.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function start(silenceMs?: number) {
  const streams: Array<ReadableStreamDefaultController<Uint8Array>> = [];
  const asked: Array<string | undefined> = [];
  const abort = new AbortController();
  const events: ServerSentEvent[] = [];
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
    onEvent: (event) => events.push(event),
    onLost: (reason) => lost.push(reason),
  });
  const say = async (text: string) => {
    streams.at(-1)!.enqueue(new TextEncoder().encode(text));
    await tick(0);
  };
  return { streams, asked, abort, events, lost, ended, say };
}

describe('followEvents', () => {
  it('comes back after the last event that had an id, whatever came since', async () => {
    const { streams, asked, events, lost, say, abort, ended } = start();
    await tick(0);
    await say('id: 7\ndata: a\n\ndata: ping\n\n');
    streams[0]!.close();
    await tick(125);
    await say('data: ping\n\n');
    streams[1]!.close();
    await tick(125);
    expect(asked).toEqual([undefined, '7', '7']);
    expect(events.map(({ data }) => data)).toEqual(['a', 'ping', 'ping']);
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

  it('passes on events with their name and the last id, wherever chunks are split', async () => {
    const { events, say, abort, ended } = start();
    await tick(0);
    await say(': hello\r\nid: 7\nda');
    await say('ta: {"a":1}\r');
    await say('\n\r\nevent: ping\ndata\n\ndata: one\ndata:two\n\n');
    expect(events).toEqual([
      { event: 'message', data: '{"a":1}', id: '7' },
      { event: 'ping', data: '', id: '7' },
      { event: 'message', data: 'one\ntwo', id: '7' },
    ]);
    abort.abort();
    await ended;
  });

  it('gives up a stream with an endless event', async () => {
    const { asked, lost, say, abort, ended } = start();
    await tick(0);
    for (let i = 0; i < 50 && lost.length === 0; i++) await say(`data: ${'x'.repeat(100_000)}\n`);
    expect(lost).toEqual([expect.stringContaining('exceeded')]);
    await tick(125);
    expect(asked).toHaveLength(2);
    abort.abort();
    await ended;
  });
});
