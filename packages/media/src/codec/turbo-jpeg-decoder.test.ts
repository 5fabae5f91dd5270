import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readJpegHeader } from '../jpeg/jpeg-header.js';
import { flatJpeg, PIXEL_FORMATS, paintJpeg } from '../testing/painted-pictures.js';
import { AV_PIX_FMT_YUVJ440P, type AVPixelFormat, createOpenFrame, type OpenFrame } from './native.js';
import { PictureCodec } from './picture-codec.js';
import { TurboJpegDecoder, whyNoTurboJpeg } from './turbo-jpeg.js';

type Sampling = keyof typeof PIXEL_FORMATS;
const WIDTH = 161;
const HEIGHT = 119;
/** Pixels that share a sample of colour. */
const STEPS = new Map<AVPixelFormat, readonly [across: number, down: number]>([
  [PIXEL_FORMATS['4:2:0'], [2, 2]],
  [PIXEL_FORMATS['4:2:2'], [2, 1]],
  [PIXEL_FORMATS['4:4:4'], [1, 1]],
  [AV_PIX_FMT_YUVJ440P, [1, 2]],
]);

/** The same of decoded planes, as JFIF has it. */
function toRgb({ frame, planes }: OpenFrame): Uint8Array {
  const { width, height, linesize } = frame;
  const [across, down] = STEPS.get(frame.format as AVPixelFormat)!;
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const chroma = (index: number) =>
      planes[index]![Math.floor(y / down) * linesize[index]! + Math.floor(x / across)]! - 128;
    const [luma, blue, red] = [planes[0]![y * linesize[0]! + x]!, chroma(1), chroma(2)];
    rgb.set([luma + 1.402 * red, luma - 0.344136286 * blue - 0.714136286 * red, luma + 1.772 * blue], i * 3);
  }
  return new Uint8Array(rgb.buffer);
}

/** Colours that differ from pixel to pixel: whoever smooths or rounds otherwise makes something else of them. */
function grain(sampling: Sampling): Uint8Array {
  const level = (x: number, y: number, a: number, b: number) => (x * a + y * b + ((x * y) % 31) * 5) & 255;
  return paintJpeg(WIDTH, HEIGHT, (x, y) => [level(x, y, 7, 13), level(x, y, 3, 5), level(x, y, 11, 2)], sampling);
}

const jpegtran = (jpeg: Uint8Array, ...args: string[]) => execFileSync('jpegtran', args, { input: jpeg });

/** What libjpeg-turbo's own program makes of a JPEG, R G B R G B …; colour at half the size is repeated, not smoothed. */
function byDjpeg(jpeg: Uint8Array): Buffer {
  const pixmap = execFileSync('djpeg', ['-nosmooth', '-rgb', '-pnm'], { input: jpeg });
  const [header] = /^P6\s+\d+\s+\d+\s+255\s/.exec(pixmap.subarray(0, 32).toString('latin1'))!;
  return pixmap.subarray(header.length);
}

it('is there', () => {
  expect(whyNoTurboJpeg()).toBeUndefined();
});

it.each<[string, () => Uint8Array]>([
  ['4:2:0', () => grain('4:2:0')],
  ['4:2:2', () => grain('4:2:2')],
  ['4:4:4', () => grain('4:4:4')],
  ['4:4:0', () => jpegtran(grain('4:2:2'), '-transpose')],
  ['grey', () => jpegtran(grain('4:2:0'), '-grayscale')],
  ['progressive', () => jpegtran(grain('4:2:0'), '-progressive')],
  ['with restart markers', () => jpegtran(grain('4:2:2'), '-restart', '1')],
])('gives the samples of libjpeg: %s', (_, jpegOf) => {
  const jpeg = jpegOf();
  const turbo = TurboJpegDecoder.open()!;
  const header = readJpegHeader(jpeg);
  const into = createOpenFrame(header.width, header.height, turbo.formatOf(jpeg, header)!);
  expect(turbo.decode(jpeg, into)).toBe(true);
  const theirs = byDjpeg(jpeg);
  // It rounds what it adds up for green once more.
  const worst = toRgb(into).reduce((worst, level, i) => Math.max(worst, Math.abs(level - theirs[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1);
  into.frame.free();
  turbo.free();
});

it('leaves to FFmpeg what it does not decode to planes', () => {
  const turbo = TurboJpegDecoder.open()!;
  const formatOf = (jpeg: Uint8Array) => turbo.formatOf(jpeg, readJpegHeader(jpeg));
  expect(formatOf(grain('4:2:0'))).toBe(PIXEL_FORMATS['4:2:0']);
  expect(formatOf(flatJpeg([64, 127, 127, 127], { adobeTransform: 0 }))).toBeUndefined(); // CMYK
  expect(formatOf(flatJpeg([64, 127, 127], { adobeTransform: 0 }))).toBeUndefined(); // RGB
  turbo.free();
});

it('refuses a broken picture, and decodes the next', () => {
  const turbo = TurboJpegDecoder.open()!;
  const size = { width: WIDTH, height: HEIGHT };
  const jpeg = grain('4:2:0');
  const into = createOpenFrame(WIDTH, HEIGHT, PIXEL_FORMATS['4:2:0']);
  for (const broken of [jpeg.subarray(0, 100), Uint8Array.from(jpeg).fill(1, 20, 100)]) {
    expect(turbo.formatOf(broken, size)).toBeUndefined();
    expect(turbo.formatOf(jpeg, size)).toBe(PIXEL_FORMATS['4:2:0']);
  }
  expect(turbo.decode(jpeg.subarray(0, jpeg.length >> 1), into)).toBe(false);
  expect(turbo.decode(jpeg, into)).toBe(true);
  into.frame.free();
  turbo.free();
});

it('shows nothing of the colour picture before in a grey one', () => {
  const grey = jpegtran(grain('4:2:0'), '-grayscale');
  using codec = new PictureCodec();
  codec.decodeJpeg(grain('4:2:0')).close();
  using picture = codec.decodeJpeg(grey);
  const whole = { width: WIDTH, height: HEIGHT, x: 0, y: 0, contentWidth: WIDTH, contentHeight: HEIGHT, fill: 0 };
  const rgb = picture.toRgb(whole);
  expect(rgb.every((level, i) => level === rgb[i - (i % 3)])).toBe(true);
});
