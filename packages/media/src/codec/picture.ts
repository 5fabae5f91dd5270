import type { Detection, Letterbox } from '@lookout/protocol';
import { drawDetections } from './draw.js';
import { AV_PIX_FMT_YUVJ420P, type AVPixelFormat, check, type Frame, type OpenFrame } from './native.js';
import { isOpen, type PictureTools } from './picture-tools.js';

/**
 * One decoded picture. Owns its native memory until `close()`; nothing may be called after that. It is drawn on a canvas, an open frame
 * of full-range 4:2:0: that is what it was decoded to, or a copy, and from then on the picture is that canvas. A video picture's canvas
 * is also what its JPEGs are made of: it is converted once.
 */
export class Picture implements Disposable {
  readonly width: number;
  readonly height: number;
  readonly #tools: PictureTools;
  #decoded: Frame | OpenFrame | undefined;
  #canvas: OpenFrame | undefined;

  /**
   * @param pixels a frame of any pixel format, which others may share, or an open one, which nobody else uses. Ownership passes to
   * the picture.
   */
  constructor(tools: PictureTools, pixels: Frame | OpenFrame) {
    this.#tools = tools;
    const { width, height, format } = frameOf(pixels);
    if (isOpen(pixels) && format === AV_PIX_FMT_YUVJ420P) this.#canvas = pixels;
    else this.#decoded = pixels;
    this.width = width;
    this.height = height;
  }

  /**
   * RGB in a letterbox: `width × height × 3` numbers of 0..255, R G B R G B …, rows packed, the border filled. They are not rounded
   * to bytes, which changes the score of one box in fifty by more than 0.01.
   * @param out of exactly that length, reused; a new array without it. The caller owns the result either way.
   */
  toRgb(letterbox: Letterbox, out?: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
    const { width, height, x, y, contentWidth, contentHeight, fill } = letterbox;
    if (![x, y].every(isCount) || ![contentWidth, contentHeight].every((side) => isCount(side) && side > 0)) {
      throw new RangeError(`Expected a letterbox in whole pixels, got ${JSON.stringify(letterbox)}`);
    }
    if (!isCount(width) || !isCount(height) || x + contentWidth > width || y + contentHeight > height) {
      throw new RangeError(`Expected the content inside the letterbox, got ${JSON.stringify(letterbox)}`);
    }
    const length = width * height * 3;
    // Every number is written below, so none need be zeroed first.
    const rgb = out ?? new Float32Array(Buffer.allocUnsafeSlow(length * 4).buffer as ArrayBuffer);
    if (rgb.length !== length) throw new RangeError(`Expected \`out\` of ${length} numbers, got ${rgb.length}`);
    const stride = width * 3;
    const gap = (width - contentWidth) * 3;
    const offset = y * stride + x * 3;
    this.#tools.scaleToRgb(frameOf(this.#pixels()), contentWidth, contentHeight, rgb, offset, stride);
    rgb.fill(fill, 0, offset);
    for (let row = 1; row < contentHeight && gap > 0; row++) {
      const next = offset + row * stride;
      rgb.fill(fill, next - gap, next);
    }
    rgb.fill(fill, offset + contentHeight * stride - gap);
    return rgb;
  }

  /**
   * Burns boxes and labels into the picture; boxes in its own pixels, parts outside are cut.
   * @param timestampMs of the frame: objects that were confirmed not long before it are labelled; absent: all are new.
   */
  draw(detections: readonly Detection[], timestampMs?: number): void {
    if (detections.length === 0) return;
    const { frame, planes } = this.#asCanvas();
    const { width, height } = this;
    const [y, u, v] = planes as [Uint8Array, Uint8Array, Uint8Array];
    const [yStride, uvStride] = frame.linesize as [number, number];
    const planar = { width, height, y, u, v, yStride, uvStride };
    drawDetections(planar, detections, timestampMs, (unit) => this.#tools.font(unit));
    // What was drawn on is the picture now.
    if (this.#decoded !== undefined) this.#tools.giveBack(this.#decoded);
    this.#decoded = undefined;
  }

  /** A JPEG of the whole picture, 4:2:0. @param quality 30..95, as libjpeg counts it. The caller owns the result. */
  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    return this.#tools.encodeJpeg(this.#asCanvas(), quality);
  }

  /** Another picture of the same pixels, to be closed by itself. Free of cost where its frame may be shared. */
  clone(): Picture {
    const pixels = this.#pixels();
    if (isOpen(pixels)) {
      const format = pixels.frame.format as AVPixelFormat;
      return new Picture(this.#tools, this.#tools.takeCopy(pixels.frame, format));
    }
    const frame = this.#tools.takeFrame();
    check(frame.ref(pixels), 'share a picture');
    return new Picture(this.#tools, frame);
  }

  close(): void {
    if (this.#canvas !== undefined) this.#tools.giveBack(this.#canvas);
    if (this.#decoded !== undefined) this.#tools.giveBack(this.#decoded);
    this.#canvas = undefined;
    this.#decoded = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** What the picture is made of: as it was decoded, until it is drawn on. */
  #pixels(): Frame | OpenFrame {
    const pixels = this.#decoded ?? this.#canvas;
    if (pixels === undefined) throw new TypeError('The picture is closed');
    return pixels;
  }

  #asCanvas(): OpenFrame {
    this.#canvas ??= this.#tools.takeCopy(frameOf(this.#pixels()), AV_PIX_FMT_YUVJ420P);
    return this.#canvas;
  }
}

function frameOf(pixels: Frame | OpenFrame): Frame {
  return isOpen(pixels) ? pixels.frame : pixels;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
