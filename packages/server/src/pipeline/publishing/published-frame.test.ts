import { syntheticJpeg } from '@lookout/media/testing';
import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { checkPublishedFrame, type GivenMetadata, ownBytes } from './published-frame.js';

const jpeg = syntheticJpeg({ width: 320, height: 240 });
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

function refusal(bytes: Uint8Array, size: { width?: number; height?: number } = {}): string {
  const metadata: GivenMetadata = {
    type: 'frame_metadata',
    timestamp: 0,
    frameNumber: 0,
    width: 320,
    height: 240,
    format: 'jpeg',
    ...size,
  };
  try {
    checkPublishedFrame(metadata, bytes);
    return 'taken';
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe('checkPublishedFrame', () => {
  it('takes a whole JPEG of the size it is said to have', () => {
    expect(refusal(jpeg)).toBe('taken');
  });

  it.each([
    ['another width', jpeg, { width: 640 }, 'frame_invalid: The metadata says 640×240, but the JPEG is 320×240'],
    ['another height', jpeg, { height: 1 }, 'frame_invalid: The metadata says 320×1, but the JPEG is 320×240'],
    ['nothing', new Uint8Array(0), {}, /^frame_invalid: .*empty/],
    ['a PNG', png, {}, /^frame_invalid: .*not a JPEG/],
    [
      'a JPEG without its end',
      jpeg.subarray(0, 2000),
      {},
      'frame_invalid: The JPEG is truncated: it has no end marker',
    ],
    ['its first bytes', jpeg.subarray(0, 30), {}, /^frame_invalid/],
    [
      'more pixels than are taken',
      syntheticJpeg({ width: 20_000, height: 20_000 }),
      { width: 20_000, height: 20_000 },
      /^frame_too_large/,
    ],
  ])('refuses %s', (_what, bytes, size, expected) => {
    expect(refusal(bytes, size)).toMatch(expected);
  });
});

describe('ownBytes', () => {
  it('keeps a picture that fills its buffer, without a copy', () => {
    const message = Buffer.from(new ArrayBuffer(10_000), 0, 9000);
    const own = ownBytes(message);
    expect(own.buffer).toBe(message.buffer);
    expect([own.byteOffset, own.byteLength]).toEqual([0, 9000]);
    expect(Buffer.isBuffer(own)).toBe(false);
  });

  it('copies a small picture out of what the socket read', () => {
    const message = Buffer.from(new ArrayBuffer(65_536), 100, 5000).fill(7);
    const own = ownBytes(message);
    expect(own.buffer.byteLength).toBe(5000);
    expect(own.every((byte) => byte === 7)).toBe(true);
  });
});
