import {
  AV_PIX_FMT_GBRP16LE,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV420P16LE,
  AV_PIX_FMT_YUV444P16LE,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  type AVPixelFormat,
  avGetPixFmtName,
  check,
  type Frame,
  type SoftwareScaleContext,
  SWS_AREA,
  SWS_FAST_BILINEAR,
  SWS_POINT,
} from './native.js';
import { createFrame, createScaleContext } from './native-objects.js';

/**
 * How a picture is brought to the model's size. `bilinear`: the two nearest pixels of each axis, centres aligned, whatever the
 * ratio, as OpenCV's `INTER_LINEAR` and TensorFlow's `ResizeBilinear` do, which models are trained and published with. `area`:
 * the mean of all that is merged; calmer where a picture shrinks a lot, but a model sees it otherwise.
 */
export type Scaling = 'bilinear' | 'area';

/** Scales frames of one size and format to RGB24 of one size. */
export interface RgbScaler {
  /** The result, a view that lives as long as the scaler and changes with each `scale`. */
  readonly pixels: Uint8Array;
  readonly strideBytes: number;
  scale(source: Frame): void;
  free(): void;
}

export function createRgbScaler(source: Frame, width: number, height: number, scaling: Scaling): RgbScaler {
  return scaling === 'area' ? new AreaScaler(width, height) : new BilinearScaler(source, width, height);
}

class AreaScaler implements RgbScaler {
  readonly pixels: Uint8Array;
  readonly strideBytes: number;
  readonly #context = createScaleContext(SWS_AREA);
  readonly #rgb: Frame;

  constructor(width: number, height: number) {
    this.#rgb = createRgbFrame(width, height);
    this.pixels = this.#rgb.data![0]!;
    this.strideBytes = this.#rgb.linesize[0]!;
  }

  scale(source: Frame): void {
    check(this.#context.scaleFrameSync(this.#rgb, source), 'scale a picture');
  }

  free(): void {
    this.#context.freeContext();
    this.#rgb.free();
  }
}

/**
 * FFmpeg's `SWS_BILINEAR` widens its kernel where a picture shrinks, and `SWS_FAST_BILINEAR` to 8 bits takes short cuts that
 * don't align centres; `SWS_FAST_BILINEAR` to 16 bits is the plain one. So pictures are scaled to 16 bits a component, and from
 * there converted in place. All steps together take less time than `SWS_BILINEAR` at once.
 */
class BilinearScaler implements RgbScaler {
  readonly pixels: Uint8Array;
  readonly strideBytes: number;
  readonly #steps: Array<{ context: SoftwareScaleContext; result: Frame }>;

  constructor(source: Frame, width: number, height: number) {
    const [deep, ...rest] = framesOf(source, width, height);
    this.#steps = [
      { context: createScaleContext(SWS_FAST_BILINEAR), result: deep },
      ...rest.map((result) => ({ context: createScaleContext(SWS_POINT), result })),
    ];
    const rgb = rest[rest.length - 1]!;
    this.pixels = rgb.data![0]!;
    this.strideBytes = rgb.linesize[0]!;
  }

  scale(source: Frame): void {
    let from = source;
    for (const { context, result } of this.#steps) {
      check(context.scaleFrameSync(result, from), 'scale a picture');
      from = result;
    }
  }

  free(): void {
    for (const { context, result } of this.#steps) {
      context.freeContext();
      result.free();
    }
  }
}

/**
 * What a picture passes through: sixteen bits a component, of the source's kind, range and matrix, so that the first step only
 * scales; then RGB. 4:2:0 stays 4:2:0, at eight bits before the last step: FFmpeg converts that five times as fast as 4:4:4.
 */
function framesOf(source: Frame, width: number, height: number): [Frame, ...Frame[]] {
  const rgb = createRgbFrame(width, height);
  const name = avGetPixFmtName(source.format as AVPixelFormat) ?? '';
  if (/rgb|bgr|gbr|pal8|bayer/.test(name)) {
    return [createFrame(width, height, AV_PIX_FMT_GBRP16LE, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB), rgb];
  }
  const isFullRange = name.startsWith('yuvj');
  const range = isFullRange ? AVCOL_RANGE_JPEG : source.colorRange;
  const create = (format: AVPixelFormat) => createFrame(width, height, format, range, source.colorSpace);
  if (!/^(yuvj?420p|nv12)$/.test(name)) return [create(AV_PIX_FMT_YUV444P16LE), rgb];
  return [create(AV_PIX_FMT_YUV420P16LE), create(isFullRange ? AV_PIX_FMT_YUVJ420P : AV_PIX_FMT_YUV420P), rgb];
}

/** Rows are packed where their bytes are a multiple of 16, as at all sizes of models' inputs: FFmpeg's least for its fast paths. */
function createRgbFrame(width: number, height: number): Frame {
  return createFrame(width, height, AV_PIX_FMT_RGB24, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB, 16);
}
