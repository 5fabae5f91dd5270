import { describe, expect, it } from 'vitest';
import { clientHandshake } from '../testing/rtmp-publisher-bytes.js';
import { HANDSHAKE_BYTES, Handshake } from './handshake.js';

function receive(bytes: Buffer, size: number) {
  const sent: Buffer[] = [];
  const handshake = new Handshake((answer) => sent.push(answer));
  let used = 0;
  for (let at = 0; at < bytes.length; at += size) used += handshake.push(bytes.subarray(at, at + size));
  return { handshake, used, sent: Buffer.concat(sent) };
}

describe('the handshake', () => {
  it.each([1, 7, 1536, 1537, 5000])('answers with S0, S1 and a copy of C1: chunks of %i', (size) => {
    const bytes = Buffer.concat([clientHandshake(), Buffer.from('next')]);
    const { handshake, used, sent } = receive(bytes, size);
    expect(handshake.isDone).toBe(true);
    expect(used).toBe(1 + 2 * HANDSHAKE_BYTES);
    expect(sent).toHaveLength(1 + 2 * HANDSHAKE_BYTES);
    expect([...sent.subarray(0, 9)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(sent.subarray(1 + HANDSHAKE_BYTES)).toEqual(bytes.subarray(1, 1 + HANDSHAKE_BYTES));
  });

  it('answers before C2, without waiting for it', () => {
    const { handshake, sent } = receive(clientHandshake().subarray(0, 1 + HANDSHAKE_BYTES), 4096);
    expect(sent).toHaveLength(1 + 2 * HANDSHAKE_BYTES);
    expect(handshake.isDone).toBe(false);
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'begins with byte 71'],
    ['TLS', Buffer.of(0x16, 3, 1), 'TLS'],
    ['RTMPE', Buffer.of(6), 'RTMPE'],
  ])('refuses %s at its first byte', (_name, bytes, message) => {
    const refused = expect.objectContaining({ reason: 'not_rtmp', message: expect.stringContaining(message) });
    expect(() => receive(bytes, 100)).toThrow(refused);
  });
});
