import {
  AV_PIX_FMT_GBRP16LE,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV444P16LE,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  type AVPixelFormat,
  avGetPixFmtName,
  check,
  type Frame,
  SWS_FAST_BILINEAR,
  SWS_POINT,
} from '../native.js';
import { createFrame, createScaleContext } from '../native-objects.js';
import type { RgbScaler } from './rgb-scaler.js';

/**
 * What the kernel has no loops for: RGB, grey, more than eight bits, very large pictures; and all where it got no memory. FFmpeg's
 * `SWS_BILINEAR` widens its filter where a picture shrinks, and `SWS_FAST_BILINEAR` to 8 bits takes short cuts that don't align
 * centres; `SWS_FAST_BILINEAR` to 16 bits is the plain one. So pictures are scaled to 16 bits a component, and converted from there.
 */
export class FfmpegScaler implements RgbScaler {
  readonly #scaling = createScaleContext(SWS_FAST_BILINEAR);
  readonly #conversion = createScaleContext(SWS_POINT);
  readonly #deep: Frame;
  readonly #rgb: Frame;
  readonly #pixels: Uint8Array;

  constructor(source: Frame, width: number, height: number) {
    this.#deep = createDeepFrame(source, width, height);
    this.#rgb = createFrame(width, height, AV_PIX_FMT_RGB24, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB);
    this.#pixels = this.#rgb.data![0]!;
  }

  scale(source: Frame, out: Float32Array, offset: number, stride: number): void {
    check(this.#scaling.scaleFrameSync(this.#deep, source), 'scale a picture');
    check(this.#conversion.scaleFrameSync(this.#rgb, this.#deep), 'convert a picture');
    const { width, height, linesize } = this.#rgb;
    for (let row = 0; row < height; row++) {
      const start = row * linesize[0]!;
      out.set(this.#pixels.subarray(start, start + width * 3), offset + row * stride);
    }
  }

  free(): void {
    this.#scaling.freeContext();
    this.#conversion.freeContext();
    this.#deep.free();
    this.#rgb.free();
  }
}

/** Sixteen bits a component, of the source's kind, range and matrix, so that coming to it only scales. */
function createDeepFrame(source: Frame, width: number, height: number): Frame {
  const name = avGetPixFmtName(source.format as AVPixelFormat) ?? '';
  if (/rgb|bgr|gbr|pal8|bayer/.test(name)) {
    return createFrame(width, height, AV_PIX_FMT_GBRP16LE, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB);
  }
  const range = name.startsWith('yuvj') ? AVCOL_RANGE_JPEG : source.colorRange;
  return createFrame(width, height, AV_PIX_FMT_YUV444P16LE, range, source.colorSpace);
}
