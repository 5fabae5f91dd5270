import type { Box, Letterbox } from '@lookout/protocol';
import { drawOverlay, type Overlay } from './draw-overlay.js';
import {
  AV_PIX_FMT_YUVJ420P,
  type AVPixelFormat,
  check,
  type Frame,
  type OpenFrame,
  type SoftwareScaleContext,
} from './native.js';
import { isOpen, type PictureTools } from './picture-tools.js';
import type { Area } from './yuv-picture.js';

/**
 * One decoded picture. Owns its native memory until `close()`; no method may be called after that. Drawing happens on a canvas, an open
 * frame of full-range 4:2:0: either what was decoded, or a copy that then replaces it. JPEGs of a video picture are made from its canvas
 * too, so it is converted once.
 */
export class Picture implements Disposable {
  readonly width: number;
  readonly height: number;
  readonly #tools: PictureTools;
  #decoded: Frame | OpenFrame | undefined;
  #canvas: OpenFrame | undefined;

  /**
   * @param pixels a frame of any pixel format, which others may share, or an open one, which nobody else uses. The picture takes ownership.
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
   * RGB in a letterbox: `width × height × 3` numbers of 0..255, R G B R G B …, rows packed, the border filled. They are not rounded to
   * bytes: rounding changes the score of one box in fifty by more than 0.01.
   * @param out of exactly that length, reused; absent: a new array. The caller owns the result either way.
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
    // Every number is written below, so none needs to be zeroed first.
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

  /** Burns boxes, labels, zones and lines into the picture. */
  draw(overlay: Overlay): void {
    const { detections, regions } = overlay;
    if (detections.length === 0 && !regions) return;
    const { frame, planes } = this.#asCanvas();
    const { width, height } = this;
    const [y, u, v] = planes as [Uint8Array, Uint8Array, Uint8Array];
    const [yStride, uvStride] = frame.linesize as [number, number];
    const planar = { width, height, y, u, v, yStride, uvStride };
    drawOverlay(planar, overlay, (unit) => this.#tools.font(unit));
    // The drawn canvas is the picture now.
    if (this.#decoded !== undefined) this.#tools.giveBack(this.#decoded);
    this.#decoded = undefined;
  }

  /** A JPEG of the whole picture, 4:2:0. @param quality 30..95, on libjpeg's scale. The caller owns the result. */
  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    return this.#tools.encodeJpeg(this.#asCanvas(), quality);
  }

  /** Converts the picture to a frame of any size and format. */
  scaleTo(frame: Frame, scaler: SoftwareScaleContext): void {
    check(scaler.scaleFrameSync(frame, frameOf(this.#pixels())), 'scale a picture');
  }

  /** A second picture, scaled down so that its longer side is at most `maxSide` pixels. It must be closed separately. */
  scaledDown(maxSide: number): Picture {
    const scale = maxSide / Math.max(this.width, this.height);
    if (scale >= 1) return this.clone();
    const size = {
      width: Math.max(1, Math.round(this.width * scale)),
      height: Math.max(1, Math.round(this.height * scale)),
    };
    return new Picture(this.#tools, this.#tools.takeScaled(frameOf(this.#pixels()), AV_PIX_FMT_YUVJ420P, size));
  }

  /**
   * A second picture: a part of this one, which must be closed separately. Its corners are moved outwards to even coordinates, where chroma
   * has its own, and cut at the edges.
   * @param box [x1, y1, x2, y2], pixels @throws RangeError if no pixel of the picture is in it
   */
  cropped([x1, y1, x2, y2]: Box): Picture {
    const [left, top] = [x1, y1].map((side) => Math.max(0, 2 * Math.floor(side / 2))) as [number, number];
    const right = Math.min(this.width, 2 * Math.ceil(x2 / 2));
    const bottom = Math.min(this.height, 2 * Math.ceil(y2 / 2));
    if (!(right > left && bottom > top)) {
      throw new RangeError(`Expected a part of a picture of ${this.width}x${this.height}, got ${[x1, y1, x2, y2]}`);
    }
    const whole = this.#asCanvas();
    const part = this.#tools.takeOpenFrame(right - left, bottom - top, AV_PIX_FMT_YUVJ420P);
    copyPlane(whole, part, 0, { left, top, right, bottom });
    const chroma = { left: left / 2, top: top / 2, right: (right + 1) >> 1, bottom: (bottom + 1) >> 1 };
    copyPlane(whole, part, 1, chroma);
    copyPlane(whole, part, 2, chroma);
    return new Picture(this.#tools, part);
  }

  /** A second picture of the same pixels, which must be closed separately. Costs nothing when the frame can be shared. */
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

  /** The pixels as they were decoded, or, once drawn on, the canvas. */
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

/** @param area of the plane, in its own coordinates */
function copyPlane(whole: OpenFrame, part: OpenFrame, plane: number, { left, top, right, bottom }: Area): void {
  const from = whole.planes[plane] as Uint8Array;
  const to = part.planes[plane] as Uint8Array;
  const [fromStride, toStride] = [whole, part].map(({ frame }) => frame.linesize[plane] ?? 0) as [number, number];
  for (let row = top; row < bottom; row++) {
    to.set(from.subarray(row * fromStride + left, row * fromStride + right), (row - top) * toStride);
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
