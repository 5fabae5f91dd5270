import { describe, expect, it } from 'vitest';
import { FrameReader, framed, MAX_PACKET_BYTES } from './framing.js';

const PACKETS = ['a', 'bc', 'd'.repeat(300), 'e'.repeat(MAX_PACKET_BYTES)].map((text) => Buffer.from(text));
const STREAM = Buffer.concat(PACKETS.map(framed));

describe('FrameReader', () => {
  it.each([1, 2, 3, 7, 299, 5000])('finds the packets in chunks of %i bytes', (size) => {
    const reader = new FrameReader();
    const found: Buffer[] = [];
    for (let at = 0; at < STREAM.length; at += size) found.push(...reader.push(STREAM.subarray(at, at + size)));
    expect(found).toEqual(PACKETS);
  });

  it('leaves out empty packets', () => {
    expect(new FrameReader().push(Buffer.concat([framed(Buffer.alloc(0)), framed(Buffer.from('x'))]))).toEqual([
      Buffer.from('x'),
    ]);
  });

  it('reads no packet that is larger than those of WebRTC', () => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(MAX_PACKET_BYTES + 1);
    expect(() => new FrameReader().push(length)).toThrow(RangeError);
  });
});
