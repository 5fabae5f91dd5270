import { describe, expect, it } from 'vitest';
import { readStamp, stampJpeg } from './frame-stamp.js';

describe('stampJpeg', () => {
  it('writes a comment that readStamp finds, and leaves the rest alone', () => {
    const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xdb, 0, 4, 1, 2, 0xff, 0xd9]);
    const stamped = stampJpeg(jpeg, { sentMs: 123456.789, sequence: 42 });
    expect(readStamp(stamped)).toEqual({ sentMs: 123456.789, sequence: 42 });
    expect(stamped.subarray(-8)).toEqual(Buffer.from(jpeg.subarray(2)));
  });

  it('finds none in a picture without one', () => {
    expect(readStamp(Buffer.from([0xff, 0xd8, 0xff, 0xd9]))).toBeUndefined();
    expect(readStamp(Buffer.alloc(100))).toBeUndefined();
  });
});
