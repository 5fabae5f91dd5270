import { describe, expect, it } from 'vitest';
import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P } from '../native.js';
import { MAX_STAGED_BYTES, StagingFrames } from './staging-frames.js';

describe('StagingFrames', () => {
  it('keeps a frame for each size and format', () => {
    const frames = new StagingFrames();
    const first = frames.take(64, 48, AV_PIX_FMT_YUV420P);
    const other = frames.take(64, 48, AV_PIX_FMT_YUV444P);
    expect(other === first).toBe(false);
    expect(frames.take(64, 48, AV_PIX_FMT_YUV420P) === first).toBe(true);
    expect(first.planes.map(({ length }) => length)).toEqual([128 * 48, 64 * 24, 64 * 24]);
    frames.free();
  });

  it("lays rows as FFmpeg's encoder lays its own", () => {
    const frames = new StagingFrames();
    const stridesOf = (width: number) => frames.take(width, 48, AV_PIX_FMT_YUV420P).frame.linesize.slice(0, 3);
    expect(stridesOf(640)).toEqual([768, 384, 384]);
    expect(stridesOf(608)).toEqual([640, 320, 320]);
    expect(stridesOf(1920)).toEqual([2048, 1024, 1024]);
    frames.free();
  });

  it('lets those go that were used longest ago, so that all together keep to the bound', () => {
    const frames = new StagingFrames();
    const size = (width: number) => frames.take(width, 2160, AV_PIX_FMT_YUV444P);
    const half = Math.floor(MAX_STAGED_BYTES / 2 / 2160 / 3 / 128) * 128 - 32;
    const [first, second] = [size(half), size(half - 64)];
    expect(size(half) === first).toBe(true);
    size(half - 128); // no room for a third: the second has not been used since
    expect(size(half) === first).toBe(true);
    expect(size(half - 64) === second).toBe(false);
    frames.free();
  });
});
