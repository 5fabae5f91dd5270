import { afterEach, describe, expect, it } from 'vitest';
import { PIXEL_FORMATS, paintFrame } from '../testing/painted-pictures.js';
import {
  AV_PIX_FMT_GBRP,
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_RGB48BE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV444P,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_RGB,
  AVCOL_SPC_UNSPECIFIED,
  type AVColorRange,
  type AVColorSpace,
  type AVPixelFormat,
  createFrame,
  type Frame,
} from './native.js';
import { RgbScaler } from './rgb-scaler.js';

const frames: Frame[] = [];
afterEach(() => {
  for (const frame of frames.splice(0)) frame.free();
});

function scaled(frame: Frame, width: number, height: number): Float32Array {
  frames.push(frame);
  const scaler = new RgbScaler(width, height);
  const rgb = new Float32Array(width * height * 3);
  scaler.scale(frame, rgb, 0, width * 3);
  scaler.free();
  return rgb;
}

/** Grain of one pixel, so that a wider filter, or one half a pixel aside, is far off. */
const grain = (x: number, y: number) => 40 + (((x * 7919) ^ (y * 104_729) ^ (x * y * 31)) % 176);
const greyGrain = (x: number, y: number) => [grain(x, y), 128, 128] as const;

/** The mean of the two nearest pixels of each axis by distance, centres aligned: what `INTER_LINEAR` is. */
function bilinear(from: [width: number, height: number], to: [width: number, height: number], x: number, y: number) {
  const [[left, right, fx], [top, bottom, fy]] = [x, y].map((position, axis) => {
    const exact = ((position + 0.5) * from[axis]!) / to[axis]! - 0.5;
    const clamped = Math.min(Math.max(exact, 0), from[axis]! - 1);
    const low = Math.floor(clamped);
    return [low, Math.min(low + 1, from[axis]! - 1), clamped - low];
  }) as [[number, number, number], [number, number, number]];
  const upper = grain(left, top) * (1 - fx) + grain(right, top) * fx;
  return upper * (1 - fy) + (grain(left, bottom) * (1 - fx) + grain(right, bottom) * fx) * fy;
}

it.each([
  [640, 480, 416, 312],
  [640, 360, 416, 234],
  [1280, 720, 416, 234],
  [161, 121, 64, 48],
  [64, 48, 160, 120],
  [40, 30, 41, 31],
  [99, 75, 99, 75],
])('%i×%i to %i×%i takes the two nearest pixels of each axis', (width, height, toWidth, toHeight) => {
  for (const format of [PIXEL_FORMATS['4:2:0'], PIXEL_FORMATS['4:2:2'], PIXEL_FORMATS['4:4:4'], AV_PIX_FMT_GRAY8]) {
    const rgb = scaled(paintFrame(width, height, format, greyGrain), toWidth, toHeight);
    let worst = 0;
    for (let i = 0; i < rgb.length; i++) {
      const pixel = Math.floor(i / 3);
      const exact = bilinear([width, height], [toWidth, toHeight], pixel % toWidth, Math.floor(pixel / toWidth));
      worst = Math.max(worst, Math.abs(rgb[i]! - exact));
    }
    expect(worst).toBeLessThan(1);
  }
});

it('writes rows where it is told, and nothing between them', () => {
  const [width, height, offset, stride] = [4, 3, 5, 20];
  frames.push(paintFrame(8, 6, PIXEL_FORMATS['4:4:4'], () => [200, 128, 128]));
  const out = new Float32Array(offset + height * stride).fill(-1);
  const scaler = new RgbScaler(width, height);
  scaler.scale(frames[0]!, out, offset, stride);
  scaler.free();
  const isOfRow = (i: number) => i >= offset && (i - offset) % stride < width * 3;
  expect([...out]).toEqual(Array.from(out, (_, i) => (isOfRow(i) ? 200 : -1)));
});

describe('colours', () => {
  /** A frame of one colour, given in the order of its planes. */
  function flat(format: AVPixelFormat, range: AVColorRange, space: AVColorSpace, ...levels: number[]): Frame {
    const frame = createFrame(64, 48, format, range, space);
    frame.data!.forEach((plane, index) => {
      plane.fill(levels[index]!);
    });
    return frame;
  }

  it.each([
    ['BT.601', AVCOL_SPC_BT470BG, 0.299, 0.114],
    ['BT.709', AVCOL_SPC_BT709, 0.2126, 0.0722],
    ['BT.2020', AVCOL_SPC_BT2020_NCL, 0.2627, 0.0593],
    ['none, which is taken as BT.601', AVCOL_SPC_UNSPECIFIED, 0.299, 0.114],
  ] as const)('converts both ranges by the matrix a frame names: %s', (_, space, kr, kb) => {
    const [y, u, v] = [120, 100, 150];
    for (const range of [AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG] as const) {
      const isFull = range === AVCOL_RANGE_JPEG;
      const luma = isFull ? y : ((y - 16) * 255) / 219;
      const [blue, red] = [u, v].map((level) => (level - 128) * (isFull ? 1 : 255 / 224)) as [number, number];
      const exact = [
        luma + 2 * (1 - kr) * red,
        luma - (2 * kr * (1 - kr) * red + 2 * kb * (1 - kb) * blue) / (1 - kr - kb),
        luma + 2 * (1 - kb) * blue,
      ];
      for (const format of [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P]) {
        const rgb = scaled(flat(format, range, space, y, u, v), 40, 30);
        for (let i = 0; i < rgb.length; i++) expect(Math.abs(rgb[i]! - exact[i % 3]!)).toBeLessThan(0.5);
      }
    }
  });

  it('takes RGB as it is', () => {
    const rgb = scaled(flat(AV_PIX_FMT_GBRP, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB, 200, 30, 90), 40, 30);
    for (let i = 0; i < rgb.length; i++) expect(Math.abs(rgb[i]! - [90, 200, 30][i % 3]!)).toBeLessThan(0.1);
  });

  it('takes interleaved colour like that in planes', () => {
    const interleaved = flat(AV_PIX_FMT_NV12, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, 120, 0);
    interleaved.data![1]!.forEach((_, i, plane) => {
      plane[i] = i % 2 === 0 ? 100 : 150;
    });
    const planar = flat(AV_PIX_FMT_YUV420P, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709, 120, 100, 150);
    expect(scaled(interleaved, 40, 30)).toEqual(scaled(planar, 40, 30));
  });

  it('never goes beyond 255, white of 16 bits included', () => {
    for (const format of [AV_PIX_FMT_RGB48BE, AV_PIX_FMT_GBRP]) {
      const rgb = scaled(flat(format, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB, 255, 255, 255), 40, 30);
      expect(rgb.every((level) => level > 254.9 && level <= 255)).toBe(true);
    }
  });
});
