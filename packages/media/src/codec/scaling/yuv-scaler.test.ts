import { describe, expect, it } from 'vitest';
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV440P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_YUYV422,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_UNSPECIFIED,
  type AVPixelFormat,
  check,
  type Frame,
  SWS_POINT,
} from '../native.js';
import { createFrame, createScaleContext } from '../native-objects.js';
import { KernelMemory } from './kernel-memory.js';
import { YuvScaler } from './yuv-scaler.js';

const SAMPLING = new Map<AVPixelFormat, readonly [across: number, down: number]>([
  [AV_PIX_FMT_YUV420P, [2, 2]],
  [AV_PIX_FMT_YUVJ420P, [2, 2]],
  [AV_PIX_FMT_YUV422P, [2, 1]],
  [AV_PIX_FMT_YUVJ422P, [2, 1]],
  [AV_PIX_FMT_YUV440P, [1, 2]],
  [AV_PIX_FMT_YUV444P, [1, 1]],
  [AV_PIX_FMT_YUVJ444P, [1, 1]],
]);
const isFull = (format: AVPixelFormat, range: number) =>
  range === AVCOL_RANGE_JPEG ||
  [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P].includes(format as never);

describe('YuvScaler', () => {
  const sizes = [
    [640, 96, 416, 62],
    [1280, 96, 416, 31],
    [1920, 96, 416, 21],
    [3840, 96, 416, 10],
    [96, 640, 62, 416],
    [161, 121, 64, 48],
    [64, 48, 160, 120],
    [99, 75, 99, 75],
    [40, 30, 41, 31],
    [33, 500, 20, 17],
    [1, 1, 7, 5],
    [2, 3, 40, 40],
  ] as const;

  it.each(sizes)('brings %i×%i to %i×%i as exact arithmetic does', (width, height, toWidth, toHeight) => {
    for (const format of [AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV440P] as const) {
      using source = grain(width, height, format, AVCOL_RANGE_JPEG, AVCOL_SPC_BT470BG);
      expect(worstColour(source.frame)).toBeLessThan(NEAREST_BYTE);
      expect(worstError(source.frame, toWidth, toHeight)).toBeLessThan(0.03);
    }
  });

  it.each([
    ['BT.601', AVCOL_SPC_BT470BG],
    ['BT.709', AVCOL_SPC_BT709],
    ['BT.2020', AVCOL_SPC_BT2020_NCL],
    ['none, which is taken as BT.601', AVCOL_SPC_UNSPECIFIED],
  ] as const)('converts both ranges by the matrix a picture names: %s', (_, space) => {
    for (const range of [AVCOL_RANGE_JPEG, AVCOL_RANGE_MPEG] as const) {
      using source = grain(160, 120, AV_PIX_FMT_YUV420P, range, space, 255);
      const nearest = range === AVCOL_RANGE_JPEG ? NEAREST_BYTE : NEAREST_BYTE_OF_LIMITED_RANGE;
      expect(worstColour(source.frame)).toBeLessThan(nearest);
    }
  });

  it.each([
    ['NV12', AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P],
    ['YUYV', AV_PIX_FMT_YUYV422, AV_PIX_FMT_YUV422P],
  ] as const)('makes of %s what it makes of the same samples in planes', (_, format, planar) => {
    using source = grain(160, 120, planar, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709);
    const other = createFrame(160, 120, format, AVCOL_RANGE_MPEG, AVCOL_SPC_BT709);
    const context = createScaleContext(SWS_POINT);
    check(context.scaleFrameSync(other, source.frame), 'interleave a picture');
    context.freeContext();
    expect(scaled(other, 104, 78)).toEqual(scaled(source.frame, 104, 78));
    other.free();
  });

  it('shares its memory with others, larger and smaller, in any order', () => {
    const memory = KernelMemory.open()!;
    using small = grain(64, 48, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, AVCOL_SPC_BT470BG);
    using large = grain(640, 480, AV_PIX_FMT_YUVJ422P, AVCOL_RANGE_JPEG, AVCOL_SPC_BT470BG);
    const scalers = [
      { scaler: new YuvScaler(memory, small.frame, 32, 24), source: small.frame, alone: scaled(small.frame, 32, 24) },
      {
        scaler: new YuvScaler(memory, large.frame, 416, 312),
        source: large.frame,
        alone: scaled(large.frame, 416, 312),
      },
    ];
    for (const turn of [0, 1, 0, 0, 1]) {
      const { scaler, source, alone } = scalers[turn]!;
      const pixels = new Float32Array(alone.length);
      scaler.scale(source, pixels, 0, alone.length / (turn === 0 ? 24 : 312));
      expect(pixels).toEqual(alone);
    }
    for (const { scaler } of scalers) scaler.free();
  });

  it('leaves to others what is not YUV of eight bits, and what its memory does not hold', () => {
    const like = (format: number, width: number, height: number) => ({ format, width, height }) as Frame;
    expect(YuvScaler.canScale(like(AV_PIX_FMT_YUVJ420P, 640, 480), 416, 312)).toBe(true);
    expect(YuvScaler.canScale(like(AV_PIX_FMT_YUVJ444P, 3840, 2160), 640, 360)).toBe(true);
    expect(YuvScaler.canScale(like(AV_PIX_FMT_GRAY8, 640, 480), 416, 312)).toBe(false);
    expect(YuvScaler.canScale(like(AV_PIX_FMT_YUVJ420P, 8192, 8192), 416, 416)).toBe(false);
    expect(YuvScaler.canScale(like(AV_PIX_FMT_YUVJ420P, 1000, 8000), 100_000, 8)).toBe(false);
  });
});

function scaled(frame: Frame, width: number, height: number): Float32Array {
  const scaler = new YuvScaler(KernelMemory.open()!, frame, width, height);
  const pixels = new Float32Array(width * height * 3);
  scaler.scale(frame, pixels, 0, width * 3);
  scaler.free();
  return pixels;
}

/** Seeded noise: a filter one pixel too wide, or half a pixel aside, makes something else of it. @param spread of the samples */
function grain(width: number, height: number, format: AVPixelFormat, range: number, space: number, spread = 120) {
  const frame = createFrame(width, height, format, range as never, space as never);
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return seed / 0x7fff_ffff;
  };
  for (const plane of frame.data!) {
    for (let i = 0; i < plane.length; i++) plane[i] = Math.round(128 + (random() - 0.5) * spread);
  }
  return { frame, [Symbol.dispose]: () => frame.free() };
}

/** Half a level is what rounding to bytes takes; of limited range, fixed-point arithmetic takes some more. */
const NEAREST_BYTE = 0.501;
const NEAREST_BYTE_OF_LIMITED_RANGE = 0.6;

/** The largest difference of the picture in its own size, which are bytes, from its smoothed colour converted in floating point. */
function worstColour(frame: Frame): number {
  const exact = fullSize(frame);
  const pixels = scaled(frame, frame.width, frame.height);
  expect(pixels.every(Number.isInteger)).toBe(true);
  return pixels.reduce((worst, level, i) => {
    return Math.max(worst, Math.abs(level - Math.min(Math.max(exact[i]!, 0), 255)));
  }, 0);
}

/** The largest difference of the scaled picture from those bytes scaled in floating point. */
function worstError(frame: Frame, width: number, height: number): number {
  const full = scaled(frame, frame.width, frame.height);
  const pixels = scaled(frame, width, height);
  let worst = 0;
  for (let y = 0; y < height; y++) {
    const sourceY = ((y + 0.5) * frame.height) / height - 0.5;
    for (let x = 0; x < width; x++) {
      const sourceX = ((x + 0.5) * frame.width) / width - 0.5;
      for (let component = 0; component < 3; component++) {
        const at = (column: number, row: number) => full[(row * frame.width + column) * 3 + component]!;
        const exact = bilinear(at, frame.width, frame.height, sourceX, sourceY);
        worst = Math.max(worst, Math.abs(pixels[(y * width + x) * 3 + component]! - exact));
      }
    }
  }
  return worst;
}

function fullSize(frame: Frame): Float64Array {
  const { width, height, linesize, colorSpace } = frame;
  const format = frame.format as AVPixelFormat;
  const [across, down] = SAMPLING.get(format)!;
  const [y, u, v] = frame.data!;
  const [kr, kb] =
    colorSpace === AVCOL_SPC_BT709
      ? [0.2126, 0.0722]
      : colorSpace === AVCOL_SPC_BT2020_NCL
        ? [0.2627, 0.0593]
        : [0.299, 0.114];
  const full = isFull(format, frame.colorRange);
  const rgb = new Float64Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const chroma = (plane: Buffer, stride: number) => {
        const at = (x: number, y: number) => plane[y * stride + x]!;
        const [x, y] = [(column + 0.5) / across - 0.5, (row + 0.5) / down - 0.5];
        const smoothed = bilinear(at, Math.ceil(width / across), Math.ceil(height / down), x, y);
        const level = Math.floor(smoothed + roundingUp(across, down, column, row));
        return (level - 128) * (full ? 1 : 255 / 224);
      };
      const luma = (y![row * linesize[0]! + column]! - (full ? 0 : 16)) * (full ? 1 : 255 / 219);
      const [blue, red] = [chroma(u!, linesize[1]!), chroma(v!, linesize[2]!)];
      rgb.set(
        [
          luma + 2 * (1 - kr) * red,
          luma - (2 * kr * (1 - kr) * red + 2 * kb * (1 - kb) * blue) / (1 - kr - kb),
          luma + 2 * (1 - kb) * blue,
        ],
        (row * width + column) * 3,
      );
    }
  }
  return rgb;
}

/** What libjpeg's `h2v1_fancy_upsample`, `h1v2_fancy_upsample` and `h2v2_fancy_upsample` add before they round down. */
function roundingUp(across: number, down: number, column: number, row: number): number {
  if (across === 2 && down === 2) return (column % 2 === 0 ? 8 : 7) / 16;
  if (across === 2) return (column % 2 === 0 ? 1 : 2) / 4;
  if (down === 2) return (row % 2 === 0 ? 1 : 2) / 4;
  return 0;
}

function bilinear(at: (x: number, y: number) => number, width: number, height: number, x: number, y: number): number {
  const [cx, cy] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
  const [left, top] = [Math.floor(cx), Math.floor(cy)];
  const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
  const upper = at(left, top) * (1 - (cx - left)) + at(right, top) * (cx - left);
  const lower = at(left, bottom) * (1 - (cx - left)) + at(right, bottom) * (cx - left);
  return upper * (1 - (cy - top)) + lower * (cy - top);
}
