import { execFileSync } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import { AV_PIX_FMT_YUVJ420P, createOpenFrame, type OpenFrame } from './native.js';
import { TurboJpegEncoder } from './turbo-jpeg.js';

const encoder = TurboJpegEncoder.open()!;
afterAll(() => encoder.free());

/** Noise of a known kind in the picture, and another number in what lies beyond its edges. */
function noise(width: number, height: number, beyond: number): OpenFrame {
  const open = createOpenFrame(width, height, AV_PIX_FMT_YUVJ420P);
  open.planes.forEach((plane, index) => {
    const [columns, rows] = index === 0 ? [width, height] : [Math.ceil(width / 2), Math.ceil(height / 2)];
    plane.fill(beyond);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) plane[y * open.frame.linesize[index]! + x] = (x * 7 + y * 13 + x * y * 5) & 255;
    }
  });
  return open;
}

/** Its quantisation tables, one after the other. */
function tablesOf(jpeg: Uint8Array): Buffer {
  const bytes = Buffer.from(jpeg);
  const tables: Buffer[] = [];
  for (let at = bytes.indexOf('ffdb', 'hex'); at !== -1; at = bytes.indexOf('ffdb', at + 69, 'hex')) {
    tables.push(bytes.subarray(at + 4, at + 69));
  }
  return Buffer.concat(tables);
}

it.each([30, 50, 75, 80, 86, 95])('has the tables of libjpeg at quality %d', (quality) => {
  const open = noise(16, 16, 0);
  const pixmap = Buffer.concat([Buffer.from('P6 16 16 255\n'), Buffer.alloc(16 * 16 * 3)]);
  const theirs = tablesOf(execFileSync('cjpeg', ['-quality', String(quality)], { input: pixmap }));
  expect(theirs.length).toBe(2 * 65);
  expect(tablesOf(encoder.encode(open, quality))).toEqual(theirs);
  open.frame.free();
});

it('grows with every step of quality', () => {
  const open = noise(160, 120, 0);
  let before = 0;
  for (let quality = 30; quality <= 95; quality++) {
    const { length } = encoder.encode(open, quality);
    expect(length, `quality ${quality}`).toBeGreaterThan(before);
    before = length;
  }
  open.frame.free();
});

it.each([
  [161, 119],
  [160, 119],
  [161, 120],
  [1, 1],
])('takes nothing from beyond the edges of a picture of %d×%d', (width, height) => {
  const [dark, bright] = [noise(width, height, 0), noise(width, height, 255)];
  expect(Buffer.from(encoder.encode(dark, 90)).equals(encoder.encode(bright, 90))).toBe(true);
  dark.frame.free();
  bright.frame.free();
});

it('has room for the worst of pictures, and for smaller ones after', () => {
  const [large, small] = [noise(320, 240, 0), noise(32, 32, 0)];
  for (const open of [small, large]) {
    let state = 1;
    for (const plane of open.planes) {
      for (let i = 0; i < plane.length; i++) {
        state = (state * 48271) % 2147483647;
        plane[i] = state & 255;
      }
    }
  }
  const before = encoder.encode(small, 95);
  expect(encoder.encode(large, 95).length).toBeGreaterThan(320 * 240);
  expect(encoder.encode(small, 95)).toEqual(before);
  large.frame.free();
  small.frame.free();
});

it('says what is wrong with a picture that a JPEG cannot hold, and makes the next', () => {
  const [wide, small] = [createOpenFrame(65_600, 2, AV_PIX_FMT_YUVJ420P), noise(32, 32, 0)];
  expect(() => encoder.encode(wide, 75)).toThrow(/encode a JPEG: .*65500/);
  expect(encoder.encode(small, 75).length).toBeGreaterThan(100);
  wide.frame.free();
  small.frame.free();
});
