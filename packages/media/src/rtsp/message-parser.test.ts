import { describe, expect, it } from 'vitest';
import {
  headerValue,
  MAX_MESSAGE_BYTES,
  RtspMessageParser,
  type RtspResponse,
  type RtspServerRequest,
} from './message-parser.js';

function record() {
  const seen: (string | [number, string])[] = [];
  const messages: (RtspResponse | RtspServerRequest)[] = [];
  const parser = new RtspMessageParser({
    onMessage: (message) => {
      messages.push(message);
      seen.push(message.kind === 'response' ? `${message.status} ${message.body}` : message.method);
    },
    onInterleaved: (channel, payload) => seen.push([channel, Buffer.from(payload).toString('latin1')]),
  });
  return { parser, seen, messages };
}

const frame = (channel: number, text: string) =>
  Buffer.concat([Buffer.from([0x24, channel, text.length >> 8, text.length & 255]), Buffer.from(text, 'latin1')]);

const STREAM = Buffer.concat([
  Buffer.from('RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS\r\n\r\n'),
  frame(0, 'first'),
  Buffer.from(
    'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Basic\r\nwww-authenticate: Digest\r\nContent-length: 4\r\n\r\n$abc',
  ),
  Buffer.from('\r\n'),
  frame(1, ''),
  frame(0, 'RTSP/1.0 \r\n\r\n'),
  Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 7\r\n\r\n'),
  frame(3, 'x'.repeat(65_535)),
]);
const EXPECTED = [
  '200 ',
  [0, 'first'],
  '401 $abc',
  [1, ''],
  [0, 'RTSP/1.0 \r\n\r\n'],
  'OPTIONS',
  [3, 'x'.repeat(65_535)],
];

describe('RtspMessageParser', () => {
  it.each([1, 2, 3, 7, 100, 1460, 70_000])('reads messages and frames however they are cut: chunks of %i', (size) => {
    const { parser, seen, messages } = record();
    for (let at = 0; at < STREAM.length; at += size) parser.push(Buffer.from(STREAM.subarray(at, at + size)));
    expect(seen).toEqual(EXPECTED);
    expect(messages[1]?.headers.get('www-authenticate')).toEqual(['Basic', 'Digest']);
    expect(headerValue(messages[2]?.headers ?? new Map(), 'CSeq')).toBe('7');
  });

  it.each([
    ['bytes that are no RTSP', Buffer.from([0x00, 0x01, 0x02])],
    ['another protocol', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a head without end', Buffer.from(`RTSP/1.0 200 OK\r\nX: ${'y'.repeat(MAX_MESSAGE_BYTES)}`)],
    ['a body too large', Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 65536\r\n\r\n')],
    ['a negative length', Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n')],
    ['a length in words', Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: ten\r\n\r\n')],
  ])('refuses %s', (_name, bytes) => {
    const { parser } = record();
    expect(() => parser.push(bytes)).toThrowError(expect.objectContaining({ code: 'source_protocol_error' }));
  });

  it('refuses an endless head that comes byte by byte', () => {
    const { parser } = record();
    parser.push(Buffer.from('RTSP/1.0 200 OK\r\nX: '));
    const drip = () => {
      for (let count = 0; count < MAX_MESSAGE_BYTES; count += 1) parser.push(Buffer.from('y'));
    };
    expect(drip).toThrowError(expect.objectContaining({ code: 'source_protocol_error' }));
  });
});
