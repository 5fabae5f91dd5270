import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_QSCALE,
  AV_PICTURE_TYPE_I,
  AV_PIX_FMT_YUVJ420P,
  AVCOL_RANGE_JPEG,
  allocated,
  Codec,
  CodecContext,
  check,
  FF_ENCODER_MJPEG,
  FF_QP2LAMBDA,
  type OpenFrame,
  Packet,
  Rational,
  setOptions,
} from './native.js';
import { RecentlyUsed } from './recently-used.js';

/** More than the sizes one thread is likely to alternate between, with standard tables and with optimised ones. */
const MAX_ENCODERS = 8;
/**
 * Above this quality, Huffman tables are computed for each picture: files are 27 % smaller at quality 95, 9 % at 75. They cost a fifth of
 * the encoding time, too much where pictures are small anyway.
 */
const STANDARD_TABLES_UP_TO = 85;
/** Sum of the luminance table of ITU-T T.81 annex K.1, which libjpeg scales by quality. */
const ANNEX_K_LUMINANCE_SUM = 3688;
/** Sum of MPEG-1's default intra matrix without DC, which FFmpeg's encoder scales by `qscale / 8`; its DC step is always 8. */
const MPEG1_INTRA_SUM = 2104;
const MPEG1_DC = 8;

/**
 * Encodes JPEGs with FFmpeg, for machines without libjpeg-turbo. Its tables differ and have coarser steps, so qualities only approximate
 * libjpeg's.
 */
export class FfmpegJpegEncoder {
  readonly #encoders = new RecentlyUsed<CodecContext>({ most: MAX_ENCODERS, free: (encoder) => encoder.freeContext() });
  readonly #packet = allocated(new Packet());

  /** @param picture full-range 4:2:0. @param quality 30..95, on libjpeg's scale. The caller owns the result. */
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
    // The wrapper copies each packet into a buffer of its own, which can be transferred. Anything else is copied once more.
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
  // The bit-exact flag leaves out the encoder's name: some 20 bytes a frame.
  encoder.setFlags(AV_CODEC_FLAG_QSCALE, AV_CODEC_FLAG_BITEXACT);
  setOptions(encoder, { huffman });
  check(encoder.open2Sync(codec), 'open the JPEG encoder');
  return encoder;
}

/**
 * The `qscale` whose luminance table has the sum nearest to libjpeg's at `quality`. FFmpeg's tables have another shape, so they can't be
 * equal, but programs that estimate a JPEG's quality compare the sum first. Chrominance is finer than libjpeg's.
 *
 * 75 → 7, 85 → 4, 95 → 1.
 * @param quality 30..95.
 */
export function qscaleForQuality(quality: number): number {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const wanted = (ANNEX_K_LUMINANCE_SUM * percent) / 100;
  return Math.max(1, Math.min(31, Math.round(((wanted - MPEG1_DC) * 8) / MPEG1_INTRA_SUM)));
}
