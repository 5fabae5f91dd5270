import type { Detection, Letterbox } from '@lookout/protocol';
import { drawDetections } from './draw.js';
import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, check, type Frame } from './native.js';
import type { PictureTools } from './picture-tools.js';

/**
 * One decoded picture. Owns its native frame until `close()`; nothing may be called after that. Pixels of several pictures can
 * be shared (`clone`, a decoder's reference frames): drawing copies them first.
 */
export class Picture implements Disposable {
  readonly width: number;
  readonly height: number;
  readonly #tools: PictureTools;
  #frame: Frame | undefined;

  /** @param frame of any pixel format, ownership passes to the picture. */
  constructor(tools: PictureTools, frame: Frame) {
    this.#tools = tools;
    this.#frame = frame;
    this.width = frame.width;
    this.height = frame.height;
  }

  /**
   * RGB24 in a letterbox: `width × height × 3` bytes, rows packed, the border filled.
   * @param out of exactly that length, reused; a new buffer without it. The caller owns the result either way.
   */
  toRgb(letterbox: Letterbox, out?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const { width, height, x, y, contentWidth, contentHeight, fill } = letterbox;
    if (![x, y].every(isCount) || ![contentWidth, contentHeight].every((side) => isCount(side) && side > 0)) {
      throw new RangeError(`Expected a letterbox in whole pixels, got ${JSON.stringify(letterbox)}`);
    }
    if (!isCount(width) || !isCount(height) || x + contentWidth > width || y + contentHeight > height) {
      throw new RangeError(`Expected the content inside the letterbox, got ${JSON.stringify(letterbox)}`);
    }
    const length = width * height * 3;
    // Every byte is written below, so it need not be zeroed first.
    const rgb = out ?? new Uint8Array(Buffer.allocUnsafeSlow(length).buffer as ArrayBuffer);
    if (rgb.length !== length) throw new RangeError(`Expected \`out\` of ${length} bytes, got ${rgb.length}`);
    const { pixels, strideBytes } = this.#tools.scaleToRgb(this.#native(), contentWidth, contentHeight);
    const rowBytes = width * 3;
    const contentBytes = contentWidth * 3;
    rgb.fill(fill, 0, y * rowBytes);
    for (let row = 0; row < contentHeight; row++) {
      const start = (y + row) * rowBytes;
      const from = start + x * 3;
      const source = row * strideBytes;
      if (x > 0) rgb.fill(fill, start, from);
      rgb.set(pixels.subarray(source, source + contentBytes), from);
      if (x + contentWidth < width) rgb.fill(fill, from + contentBytes, start + rowBytes);
    }
    rgb.fill(fill, (y + contentHeight) * rowBytes);
    return rgb;
  }

  /** Burns boxes and labels (`person 87%`) into the picture; boxes in its own pixels, parts outside are cut. */
  draw(detections: readonly Detection[]): void {
    if (detections.length === 0) return;
    const frame = this.#inJpegFormat();
    check(frame.makeWritable(), 'copy a picture');
    const [y, u, v] = frame.data!;
    const [yStride, uvStride] = frame.linesize;
    const { width, height } = this;
    const planes = { width, height, y: y!, u: u!, v: v!, yStride: yStride!, uvStride: uvStride! };
    drawDetections(planes, detections, (unit) => this.#tools.font(unit));
  }

  /** A JPEG of the whole picture, 4:2:0. @param quality 30..95, as libjpeg counts it. The caller owns the result. */
  toJpeg(quality: number): Uint8Array<ArrayBuffer> {
    return this.#tools.encodeJpeg(this.#inJpegFormat(), quality);
  }

  /** Another picture of the same pixels, to be closed by itself. Costs nothing until one of the two is drawn on. */
  clone(): Picture {
    const frame = this.#tools.takeFrame();
    check(frame.ref(this.#native()), 'share a picture');
    return new Picture(this.#tools, frame);
  }

  close(): void {
    if (this.#frame === undefined) return;
    this.#tools.giveBack(this.#frame);
    this.#frame = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #native(): Frame {
    if (this.#frame === undefined) throw new TypeError('The picture is closed');
    return this.#frame;
  }

  /** Converts once; what comes after works on the converted pixels. */
  #inJpegFormat(): Frame {
    const frame = this.#native();
    const { format } = frame;
    if (format === AV_PIX_FMT_YUVJ420P) return frame;
    if (format === AV_PIX_FMT_YUV420P && frame.colorRange === AVCOL_RANGE_JPEG) return frame;
    const converted = this.#tools.convertToJpegFormat(frame);
    this.#tools.giveBack(frame);
    this.#frame = converted;
    return converted;
  }
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
