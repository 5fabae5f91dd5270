import { qscaleForQuality } from './ffmpeg-jpeg-quality.js';
import type { JpegEncoder } from './jpeg-encoder.js';
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
  Packet,
  Rational,
  setOptions,
} from './native.js';
import { allocated, type OpenFrame } from './native-objects.js';
import { RecentlyUsed } from './recently-used.js';

/** Sizes one thread is likely to alternate between, with standard tables and with their own. */
const MAX_ENCODERS = 8;
/**
 * Above this, Huffman tables are made for each picture: 27 % smaller at quality 95, 9 % at 75. They take a fifth of the encoder's
 * time, which is dearer than a few bytes where pictures are small anyway.
 */
const STANDARD_TABLES_UP_TO = 85;

/** JPEGs by FFmpeg, where libjpeg-turbo is not there. Its tables are other ones, in coarser steps: qualities are near libjpeg's. */
export class FfmpegJpegEncoder implements JpegEncoder {
  readonly #encoders = new RecentlyUsed<CodecContext>({ most: MAX_ENCODERS, free: (encoder) => encoder.freeContext() });
  readonly #packet = allocated(new Packet());

  encode({ frame }: OpenFrame, quality: number): Uint8Array<ArrayBuffer> {
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

  free(): void {
    this.#encoders.free();
    this.#packet.free();
  }
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
