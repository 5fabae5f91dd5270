import type { Detection, Letterbox } from '@lookout/protocol';
import { drawDetections } from './draw.js';
import { AV_PIX_FMT_YUVJ420P, check, type Frame } from './native.js';
import type { Canvas, PictureTools } from './picture-tools.js';

/**
 * One decoded picture. Owns its native memory until `close()`; nothing may be called after that. The pixels that came from the
 * decoder are never written to: drawing works on a canvas, a copy of them, and from then on the picture is that canvas. A video
 * picture's canvas is also what its JPEGs are made of: it is converted once.
 */
export class Picture implements Disposable {
  readonly width: number;
  readonly height: number;
  readonly #tools: PictureTools;
  #decoded: Frame | undefined;
  #canvas: Canvas | undefined;

  /** @param pixels a frame of any pixel format, or a canvas. Ownership passes to the picture. */
  constructor(tools: PictureTools, pixels: Frame | Canvas) {
    this.#tools = tools;
    if ('frame' in pixels) this.#canvas = pixels;
    else this.#decoded = pixels;
    this.width = pixels.width;
    this.height = pixels.height;
  }

  /**
   * RGB in a letterbox: `width × height × 3` numbers of 0..255, R G B R G B …, rows packed, the border filled. They are not rounded
   * to bytes, which changes the score of one box in fifty by more than 0.01; in the picture's own size they are whole numbers.
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
    this.#tools.scaleToRgb(this.#inView() ?? this.#native(), contentWidth, contentHeight, rgb, offset, stride);
    rgb.fill(fill, 0, offset);
    for (let row = 1; row < contentHeight && gap > 0; row++) {
      const next = offset + row * stride;
      rgb.fill(fill, next - gap, next);
    }
    rgb.fill(fill, offset + contentHeight * stride - gap);
    return rgb;
  }

  /**
   * To be called before `toRgb` where `draw` follows: both then share the one copy of the pixels that each would make. A picture
   * with more colour than a canvas is left as it is.
   */
  prepareDrawing(): void {
    if (this.#native().format === AV_PIX_FMT_YUVJ420P) this.#asCanvas();
  }

  /** Burns boxes and labels (`person 87%`) into the picture; boxes in its own pixels, parts outside are cut. */
  draw(detections: readonly Detection[]): void {
    if (detections.length === 0) return;
    drawDetections(this.#asCanvas(), detections, (unit) => this.#tools.font(unit));
    // What was drawn on is the picture now.
    if (this.#decoded !== undefined) this.#tools.giveBack(this.#decoded);
    this.#decoded = undefined;
  }

  /** A JPEG of the whole picture, 4:2:0. @param quality 30..95, as libjpeg counts it. The caller owns the result. */
  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    const native = this.#native();
    const frame = native.format === AV_PIX_FMT_YUVJ420P ? native : this.#asCanvas().frame;
    return this.#tools.encodeJpeg(frame, quality);
  }

  /** Another picture of the same pixels, to be closed by itself. Free of cost unless this one was drawn on. */
  clone(): Picture {
    if (this.#decoded === undefined) return new Picture(this.#tools, this.#tools.takeCanvas(this.#native()));
    const frame = this.#tools.takeFrame();
    check(frame.ref(this.#native()), 'share a picture');
    return new Picture(this.#tools, frame);
  }

  close(): void {
    if (this.#canvas !== undefined) this.#tools.giveBackCanvas(this.#canvas);
    if (this.#decoded !== undefined) this.#tools.giveBack(this.#decoded);
    this.#canvas = undefined;
    this.#decoded = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The canvas, where it has all the picture has. */
  #inView(): Canvas | undefined {
    return this.#decoded === undefined || this.#decoded.format === AV_PIX_FMT_YUVJ420P ? this.#canvas : undefined;
  }

  #native(): Frame {
    const frame = this.#decoded ?? this.#canvas?.frame;
    if (frame === undefined) throw new TypeError('The picture is closed');
    return frame;
  }

  #asCanvas(): Canvas {
    this.#canvas ??= this.#tools.takeCanvas(this.#native());
    return this.#canvas;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
