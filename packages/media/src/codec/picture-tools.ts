import { FfmpegJpegEncoder } from './ffmpeg-jpeg-encoder.js';
import {
  type AVPixelFormat,
  allocated,
  check,
  createOpenFrame,
  createScaleContext,
  Frame,
  MOST_PADDING,
  type OpenFrame,
  type SoftwareScaleContext,
  SWS_BILINEAR,
} from './native.js';
import { RecentlyUsed } from './recently-used.js';
import { RgbScaler } from './rgb-scaler.js';
import { MAX_UNIT, StrokeFont } from './stroke-font.js';
import { TurboJpegEncoder } from './turbo-jpeg.js';

/** More than the sizes one thread is likely to alternate between: a few cameras, a few inference sizes. */
const MAX_SCALERS = 12;
const MAX_SPARE_FRAMES = 8;
const MAX_SPARE_OPEN_FRAMES = 8;
/** A 4K picture of any layout, or a dozen at 1080p. */
const MAX_SPARE_OPEN_BYTES = 32 * 1024 * 1024;

export interface PictureToolsOptions {
  /** False: FFmpeg decodes and encodes all JPEGs, as without libjpeg-turbo. */
  turboJpeg?: boolean;
}

/**
 * Native resources that the pictures of one thread share and reuse: spare frames, scalers by (source, destination), a JPEG encoder. All are
 * bounded; the least recently used goes first.
 */
export class PictureTools implements Disposable {
  readonly #scalers = new RecentlyUsed<RgbScaler>({ most: MAX_SCALERS, free: (scaler) => scaler.free() });
  readonly #converters = new RecentlyUsed<SoftwareScaleContext>({ most: MAX_SCALERS, free: freeContext });
  readonly #fonts = new Map<number, StrokeFont>();
  readonly #spareFrames: Frame[] = [];
  readonly #spareOpenFrames: OpenFrame[] = [];
  readonly #encoder: TurboJpegEncoder | FfmpegJpegEncoder;
  #closed = false;

  constructor(options: PictureToolsOptions = {}) {
    this.#encoder = (options.turboJpeg === false ? undefined : TurboJpegEncoder.open()) ?? new FfmpegJpegEncoder();
  }

  /** An empty frame; return it with `giveBack`. */
  takeFrame(): Frame {
    return this.#spareFrames.pop() ?? allocated(new Frame());
  }

  giveBack(pixels: Frame | OpenFrame): void {
    if (isOpen(pixels)) this.#giveBackOpenFrame(pixels);
    else this.#giveBackFrame(pixels);
  }

  #giveBackFrame(frame: Frame): void {
    if (this.#closed || this.#spareFrames.length >= MAX_SPARE_FRAMES) {
      frame.free();
    } else {
      frame.unref();
      this.#spareFrames.push(frame);
    }
  }

  #giveBackOpenFrame(open: OpenFrame): void {
    if (this.#closed) {
      open.frame.free();
      return;
    }
    this.#spareOpenFrames.push(open);
    const spare = this.#spareOpenFrames;
    let bytes = spare.reduce((sum, one) => sum + bytesOf(one), 0);
    while (spare.length > MAX_SPARE_OPEN_FRAMES || bytes > MAX_SPARE_OPEN_BYTES) {
      const oldest = spare.shift()!;
      bytes -= bytesOf(oldest);
      oldest.frame.free();
    }
  }

  /** Scales to `width`×`height` RGB. Rows begin at `offset` in `out` and are `stride` numbers apart. */
  scaleToRgb(source: Frame, width: number, height: number, out: Float32Array, offset: number, stride: number): void {
    const key = `${sourceKey(source)}>${width}x${height}`;
    const scaler = this.#scalers.take(key, () => new RgbScaler(width, height));
    scaler.scale(source, out, offset, stride);
  }

  /** A full-range frame with undefined contents; return it with `giveBack`. */
  takeOpenFrame(width: number, height: number, format: AVPixelFormat): OpenFrame {
    const spare = this.#spareOpenFrames.findIndex(({ frame }) => {
      return frame.width === width && frame.height === height && frame.format === format;
    });
    return spare === -1 ? createOpenFrame(width, height, format) : this.#spareOpenFrames.splice(spare, 1)[0]!;
  }

  /** An open frame with the pixels of `source`, converted if they are not already full range and of that format. */
  takeCopy(source: Frame, format: AVPixelFormat): OpenFrame {
    if (source.format !== format) return this.takeScaled(source, format, source);
    const copy = this.takeOpenFrame(source.width, source.height, format);
    check(copy.frame.copy(source), 'copy a picture');
    return copy;
  }

  /** An open frame with the picture of `source` in another size. */
  takeScaled(source: Frame, format: AVPixelFormat, { width, height }: { width: number; height: number }): OpenFrame {
    const scaled = this.takeOpenFrame(width, height, format);
    const key = `${sourceKey(source)}>${width}x${height}`;
    const context = this.#converters.take(key, () => createScaleContext(SWS_BILINEAR));
    check(context.scaleFrameSync(scaled.frame, source), 'convert a picture');
    return scaled;
  }

  /** @param picture full-range 4:2:0. @param quality 30..95, on libjpeg's scale. The caller owns the result. */
  encodeJpeg(picture: OpenFrame, quality: number): Uint8Array<ArrayBuffer> {
    if (!(quality >= 30 && quality <= 95)) throw new RangeError(`Expected \`quality\` in [30, 95], got ${quality}`);
    return this.#encoder.encode(picture, quality);
  }

  /** The label font at a size, rendered once. @param unit pixels per grid unit, a multiple of 0.5. */
  font(unit: number): StrokeFont {
    const bounded = Math.max(1, Math.min(MAX_UNIT, Math.round(unit * 2) / 2));
    let font = this.#fonts.get(bounded);
    if (font === undefined) {
      font = new StrokeFont(bounded);
      this.#fonts.set(bounded, font);
    }
    return font;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#scalers.free();
    this.#converters.free();
    for (const frame of this.#spareFrames) frame.free();
    for (const { frame } of this.#spareOpenFrames) frame.free();
    this.#encoder.free();
    this.#spareFrames.length = 0;
    this.#spareOpenFrames.length = 0;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Whether an open frame of this size is small enough to be kept, whatever its layout. */
export function canBeKeptOpen({ width, height }: { width: number; height: number }): boolean {
  return 3 * (width + MOST_PADDING) * height <= MAX_SPARE_OPEN_BYTES;
}

export function isOpen(pixels: Frame | OpenFrame): pixels is OpenFrame {
  return 'frame' in pixels;
}

function bytesOf({ planes }: OpenFrame): number {
  return planes.reduce((sum, plane) => sum + plane.length, 0);
}

function sourceKey({ width, height, format, colorRange, colorSpace }: Frame): string {
  return `${width}x${height}:${format}:${colorRange}:${colorSpace}`;
}

function freeContext(context: SoftwareScaleContext): void {
  context.freeContext();
}
