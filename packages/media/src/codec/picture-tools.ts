import { qscaleForQuality } from './jpeg-quality.js';
import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_QSCALE,
  AV_PICTURE_TYPE_I,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  type AVPixelFormat,
  Codec,
  CodecContext,
  check,
  FF_ENCODER_MJPEG,
  FF_QP2LAMBDA,
  Frame,
  Packet,
  Rational,
  type SoftwareScaleContext,
  SWS_BILINEAR,
  setOptions,
} from './native.js';
import { allocated, createOpenFrame, createScaleContext, type OpenFrame } from './native-objects.js';
import { RecentlyUsed } from './recently-used.js';
import { createRgbScaler, KernelMemory, MAX_STAGED_BYTES, type RgbScaler } from './scaling/index.js';
import { MAX_UNIT, StrokeFont } from './stroke-font.js';

/** Sizes one thread is likely to alternate between: a few cameras, a few inference sizes. */
const MAX_SCALERS = 12;
/** Two for each of four sizes: with standard tables and with its own. */
const MAX_ENCODERS = 8;
/**
 * Above this, Huffman tables are made for each picture: 27 % smaller at quality 95, 9 % at 75. They take a fifth of the encoder's
 * time, which is dearer than a few bytes where pictures are small anyway.
 */
const STANDARD_TABLES_UP_TO = 85;
const MAX_SPARE_FRAMES = 8;
const MAX_SPARE_OPEN_FRAMES = 8;

export interface PictureToolsOptions {
  /** False: FFmpeg scales all pictures, as it does where WebAssembly gets no memory. */
  kernel?: boolean;
}

/**
 * The native parts that pictures of one thread share and reuse: spare frames, scalers by (source, destination), JPEG encoders
 * by size. All bounded, the one used longest ago goes first.
 */
export class PictureTools implements Disposable {
  readonly #scalers = new RecentlyUsed<RgbScaler>({ most: MAX_SCALERS, free: (scaler) => scaler.free() });
  readonly #converters = new RecentlyUsed<SoftwareScaleContext>({ most: MAX_SCALERS, free: freeContext });
  readonly #encoders = new RecentlyUsed<CodecContext>({ most: MAX_ENCODERS, free: freeContext });
  readonly #fonts = new Map<number, StrokeFont>();
  readonly #spareFrames: Frame[] = [];
  readonly #spareOpenFrames: OpenFrame[] = [];
  readonly #packet = allocated(new Packet());
  readonly #kernelMemory: KernelMemory | undefined;
  #closed = false;

  constructor(options: PictureToolsOptions = {}) {
    this.#kernelMemory = options.kernel === false ? undefined : KernelMemory.open();
  }

  /** An empty frame; give it back with `giveBack`. */
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
    while (spare.length > MAX_SPARE_OPEN_FRAMES || bytes > MAX_STAGED_BYTES) {
      const oldest = spare.shift()!;
      bytes -= bytesOf(oldest);
      oldest.frame.free();
    }
  }

  /**
   * Scales to `width`×`height` RGB, its rows `stride` numbers apart in `out` from `offset` on. An open frame needs no copy for that.
   */
  scaleToRgb(
    pixels: Frame | OpenFrame,
    width: number,
    height: number,
    out: Float32Array,
    offset: number,
    stride: number,
  ): void {
    const [source, planes] = isOpen(pixels) ? [pixels.frame, pixels.planes] : [pixels];
    const key = `${sourceKey(source)}>${width}x${height}`;
    const scaler = this.#scalers.take(key, () => createRgbScaler(this.#kernelMemory, source, width, height));
    scaler.scale(source, out, offset, stride, planes);
  }

  /** A full-range frame with anything in it; give it back with `giveBack`. */
  takeOpenFrame(width: number, height: number, format: AVPixelFormat): OpenFrame {
    const spare = this.#spareOpenFrames.findIndex(({ frame }) => {
      return frame.width === width && frame.height === height && frame.format === format;
    });
    return spare === -1 ? createOpenFrame(width, height, format) : this.#spareOpenFrames.splice(spare, 1)[0]!;
  }

  /** An open frame with the pixels of `source`, converted where they aren't full range and of that format already. */
  takeCopy(source: Frame, format: AVPixelFormat): OpenFrame {
    const copy = this.takeOpenFrame(source.width, source.height, format);
    if (source.format === format) {
      check(copy.frame.copy(source), 'copy a picture');
    } else {
      const context = this.#converters.take(sourceKey(source), () => createScaleContext(SWS_BILINEAR));
      check(context.scaleFrameSync(copy.frame, source), 'convert a picture');
    }
    return copy;
  }

  /** @param frame planar 4:2:0, full range. @param quality 30..95. The caller owns the result. */
  encodeJpeg(frame: Frame, quality: number): Uint8Array<ArrayBuffer> {
    const { width, height } = frame;
    const huffman = quality > STANDARD_TABLES_UP_TO ? 'optimal' : 'default';
    const key = `${width}x${height}:${huffman}`;
    const encoder = this.#encoders.take(key, () => createEncoder(width, height, huffman));
    frame.quality = qscaleForQuality(quality) * FF_QP2LAMBDA;
    frame.pictType = AV_PICTURE_TYPE_I;
    check(encoder.sendFrameSync(frame), 'encode a JPEG');
    check(encoder.receivePacketSync(this.#packet), 'encode a JPEG');
    const bytes = this.#packet.data;
    this.#packet.unref();
    if (bytes === null) throw new Error('The JPEG encoder gave an empty packet');
    // The wrapper copies each packet into a buffer of its own, which can be transferred; anything else is copied once more.
    const owned = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
    return owned ? new Uint8Array(bytes.buffer as ArrayBuffer) : new Uint8Array(bytes);
  }

  /** The label font at a size, rendered once. @param unit pixels per grid unit, in halves. */
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
    this.#encoders.free();
    for (const frame of this.#spareFrames) frame.free();
    for (const { frame } of this.#spareOpenFrames) frame.free();
    this.#kernelMemory?.free();
    this.#packet.free();
    this.#spareFrames.length = 0;
    this.#spareOpenFrames.length = 0;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export function isOpen(pixels: Frame | OpenFrame): pixels is OpenFrame {
  return 'frame' in pixels;
}

function bytesOf({ planes }: OpenFrame): number {
  return planes.reduce((sum, plane) => sum + plane.length, 0);
}

function createEncoder(width: number, height: number, huffman: 'optimal' | 'default'): CodecContext {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  if (codec === null) throw new Error('This build of FFmpeg has no MJPEG encoder');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = AV_PIX_FMT_YUVJ420P;
  encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.timeBase = new Rational(1, 30);
  encoder.qMin = 1; // the best tables, for qualities above 92
  encoder.threadCount = 1; // more would hold frames back
  // Bit-exact leaves out the encoder's name: some 20 bytes a frame.
  encoder.setFlags(AV_CODEC_FLAG_QSCALE, AV_CODEC_FLAG_BITEXACT);
  setOptions(encoder, { huffman });
  check(encoder.open2Sync(codec), 'open the JPEG encoder');
  return encoder;
}

function sourceKey({ width, height, format, colorRange, colorSpace }: Frame): string {
  return `${width}x${height}:${format}:${colorRange}:${colorSpace}`;
}

function freeContext(context: SoftwareScaleContext | CodecContext): void {
  context.freeContext();
}
