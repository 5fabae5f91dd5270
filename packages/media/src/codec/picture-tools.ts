import type { YuvPicture } from './draw.js';
import { qscaleForQuality } from './jpeg-quality.js';
import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_QSCALE,
  AV_PICTURE_TYPE_I,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
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
import { allocated, createPaddedFrame, createScaleContext } from './native-objects.js';
import { RecentlyUsed } from './recently-used.js';
import { createRgbScaler, KernelMemory, type RgbScaler } from './scaling/index.js';
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
const MAX_SPARE_CANVASES = 4;

export interface PictureToolsOptions {
  /** False: FFmpeg scales all pictures, as it does where WebAssembly gets no memory. */
  kernel?: boolean;
}

/** A picture that can be drawn on: the planes are views of `frame`'s own memory. */
export interface Canvas extends YuvPicture {
  frame: Frame;
}

/**
 * The native parts that pictures of one thread share and reuse: spare frames, scalers by (source, destination), JPEG encoders
 * by size. All bounded, the one used longest ago goes first.
 *
 * `frame.data` keeps a frame's memory until the garbage collector comes by, so it is asked once per reused frame and never
 * for decoded ones.
 */
export class PictureTools implements Disposable {
  readonly #scalers = new RecentlyUsed<RgbScaler>({ most: MAX_SCALERS, free: (scaler) => scaler.free() });
  readonly #converters = new RecentlyUsed<SoftwareScaleContext>({ most: MAX_SCALERS, free: freeContext });
  readonly #encoders = new RecentlyUsed<CodecContext>({ most: MAX_ENCODERS, free: freeContext });
  readonly #fonts = new Map<number, StrokeFont>();
  readonly #spareFrames: Frame[] = [];
  readonly #spareCanvases: Canvas[] = [];
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

  giveBack(frame: Frame): void {
    if (this.#closed || this.#spareFrames.length >= MAX_SPARE_FRAMES) {
      frame.free();
    } else {
      frame.unref();
      this.#spareFrames.push(frame);
    }
  }

  /**
   * Scales to `width`×`height` RGB, its rows `stride` numbers apart in `out` from `offset` on. A canvas needs no copy for that.
   */
  scaleToRgb(
    pixels: Frame | Canvas,
    width: number,
    height: number,
    out: Float32Array,
    offset: number,
    stride: number,
  ): void {
    const [source, planes] = 'frame' in pixels ? [pixels.frame, [pixels.y, pixels.u, pixels.v]] : [pixels];
    const key = `${sourceKey(source)}>${width}x${height}`;
    const scaler = this.#scalers.take(key, () => createRgbScaler(this.#kernelMemory, source, width, height));
    scaler.scale(source, out, offset, stride, planes);
  }

  /**
   * A canvas with the pixels of `source`, converted where they aren't full-range 4:2:0 already; give it back with
   * `giveBackCanvas`.
   */
  takeCanvas(source: Frame): Canvas {
    const { width, height } = source;
    const spare = this.#spareCanvases.findIndex((canvas) => canvas.width === width && canvas.height === height);
    const canvas = spare === -1 ? createCanvas(width, height) : this.#spareCanvases.splice(spare, 1)[0]!;
    if (source.format === AV_PIX_FMT_YUVJ420P) {
      check(canvas.frame.copy(source), 'copy a picture');
    } else {
      const context = this.#converters.take(sourceKey(source), () => createScaleContext(SWS_BILINEAR));
      check(context.scaleFrameSync(canvas.frame, source), 'convert a picture');
    }
    return canvas;
  }

  giveBackCanvas(canvas: Canvas): void {
    if (this.#closed) {
      canvas.frame.free();
      return;
    }
    this.#spareCanvases.push(canvas);
    if (this.#spareCanvases.length > MAX_SPARE_CANVASES) this.#spareCanvases.shift()?.frame.free();
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
    for (const canvas of this.#spareCanvases) canvas.frame.free();
    this.#kernelMemory?.free();
    this.#packet.free();
    this.#spareFrames.length = 0;
    this.#spareCanvases.length = 0;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function createCanvas(width: number, height: number): Canvas {
  const frame = createPaddedFrame(width, height, AV_PIX_FMT_YUVJ420P);
  const [y, u, v] = frame.data!;
  const [yStride, uvStride] = frame.linesize;
  return { frame, width, height, y: y!, u: u!, v: v!, yStride: yStride!, uvStride: uvStride! };
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
