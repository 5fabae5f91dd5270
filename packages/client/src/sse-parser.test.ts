import { describe, expect, it } from 'vitest';
import { SseParser } from './sse-parser.js';

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
