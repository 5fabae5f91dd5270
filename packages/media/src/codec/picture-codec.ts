import { LookoutError } from '@lookout/protocol/core';
import {
  checkJpegScans,
  DEFAULT_JPEG_LIMITS,
  type JpegHeader,
  type JpegLimits,
  readJpegHeader,
  tidyJpeg,
} from '../jpeg/jpeg-header.js';
import { insertStandardHuffmanTables } from '../jpeg/standard-huffman.js';
import { checkPngData, withoutAncillaryChunks } from '../still/png-header.js';
import { readStillHeader, type StillHeader } from '../still/still-header.js';
import {
  allocated,
  Codec,
  CodecContext,
  check,
  describe,
  FF_DECODER_MJPEG,
  FF_DECODER_PNG,
  FF_DECODER_WEBP,
  type Frame,
  Packet,
  setOptions,
} from './native.js';
import { Picture } from './picture.js';
import { canBeKeptOpen, PictureTools, type PictureToolsOptions } from './picture-tools.js';
import { TurboJpegDecoder } from './turbo-jpeg.js';

export interface PictureCodecOptions extends PictureToolsOptions {
  limits?: Readonly<JpegLimits>;
}

/**
 * Converts JPEGs to pictures and back, synchronously: one per worker thread, never on the main thread. Native contexts are opened once and
 * reused for every picture.
 *
 * ```ts
 * using picture = codec.decodeJpeg(bytes);
 * const rgb = picture.toRgb(letterbox);
 * picture.draw({ detections });
 * const annotated = picture.toJpeg(75);
 * ```
 */
export class PictureCodec implements Disposable {
  /** Shared with every picture of this codec. */
  readonly tools: PictureTools;
  readonly #limits: Readonly<JpegLimits>;
  readonly #packet = allocated(new Packet());
  readonly #turboJpeg: TurboJpegDecoder | undefined;
  #decoder: CodecContext | undefined;
  #closed = false;

  constructor(options: PictureCodecOptions = {}) {
    this.#limits = options.limits ?? DEFAULT_JPEG_LIMITS;
    this.#turboJpeg = options.turboJpeg === false ? undefined : TurboJpegDecoder.open();
    this.tools = new PictureTools(options);
  }

  /**
   * Decodes a complete JPEG: baseline or progressive, grey, colour or CMYK, any sampling. An orientation tag is ignored.
   * @param bytes not modified, not kept.
   * @throws LookoutError `frame_invalid` when it is broken or cut off (a picture filled up with grey or green is never returned);
   *    `frame_too_large` over the limits, before anything is decoded.
   */
  decodeJpeg(bytes: Uint8Array): Picture {
    if (this.#closed) throw new TypeError('The codec is closed');
    const given = readJpegHeader(bytes, this.#limits);
    return given.isTidy ? this.#decodeTidy(bytes, given) : this.#decodeUntidy(tidyJpeg(bytes, given));
  }

  #decodeUntidy(tidied: Uint8Array): Picture {
    return this.#decodeTidy(tidied, readJpegHeader(tidied, this.#limits));
  }

  #decodeTidy(bytes: Uint8Array, header: JpegHeader): Picture {
    checkJpegScans(bytes, header);
    // A decoder keeps the tables of the previous picture. A JPEG without tables must get the standard ones, not those.
    const whole = header.hasHuffmanTables ? bytes : insertStandardHuffmanTables(bytes, header.scanOffset);
    return this.#decodeByTurbo(whole, header) ?? this.#decodeByFfmpeg(whole, header);
  }

  /** @returns undefined when anything is unusual about the JPEG: FFmpeg decodes all kinds, and says what is wrong. */
  #decodeByTurbo(whole: Uint8Array, header: JpegHeader): Picture | undefined {
    if (this.#turboJpeg === undefined || !canBeKeptOpen(header)) return undefined;
    const format = this.#turboJpeg.formatOf(whole, header);
    if (format === undefined) return undefined;
    const open = this.tools.takeOpenFrame(header.width, header.height, format);
    if (this.#turboJpeg.decode(whole, open)) return new Picture(this.tools, open);
    this.tools.giveBack(open);
    return undefined;
  }

  #decodeByFfmpeg(whole: Uint8Array, header: JpegHeader): Picture {
    const frame = this.tools.takeFrame();
    this.#decoder ??= openDecoder(this.#limits.maxPixels);
    const problem = this.#decodeBy(this.#decoder, whole, frame);
    if (problem === undefined && frame.width === header.width && frame.height === header.height) {
      return new Picture(this.tools, frame);
    }
    this.tools.giveBack(frame);
    // No state of a broken picture may carry over to the next one.
    this.#decoder?.freeContext();
    this.#decoder = undefined;
    throw new LookoutError('frame_invalid', `The JPEG is damaged: ${problem ?? 'its size changes inside'}`);
  }

  /**
   * Decodes one JPEG, PNG or WebP, recognised by its first bytes. The picture keeps its stored orientation; `header.orientation` says how
   * to turn it.
   * @param bytes not modified, not kept.
   * @throws LookoutError as `decodeJpeg`, also for any other format.
   */
  decodeStill(bytes: Uint8Array): { picture: Picture; header: StillHeader } {
    if (this.#closed) throw new TypeError('The codec is closed');
    const header = readStillHeader(bytes, this.#limits);
    const { format } = header;
    if (format === 'jpeg') return { picture: this.decodeJpeg(bytes), header };
    if (format === 'png') checkPngData(bytes);
    // Rare compared to JPEGs, and memory use depends on the picture: each gets its own decoder.
    const decoder = openStillDecoder(format, this.#limits.maxPixels);
    const frame = this.tools.takeFrame();
    try {
      const problem = this.#decodeBy(decoder, format === 'png' ? withoutAncillaryChunks(bytes) : bytes, frame);
      if (problem === undefined && frame.width === header.width && frame.height === header.height) {
        return { picture: new Picture(this.tools, frame), header };
      }
      this.tools.giveBack(frame);
      const reason = problem ?? 'its size changes inside';
      throw new LookoutError('frame_invalid', `The ${format === 'png' ? 'PNG' : 'WebP'} is damaged: ${reason}`);
    } finally {
      decoder.freeContext();
    }
  }

  /** Frees all native memory, including the pictures' tools. Close all pictures first. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#decoder?.freeContext();
    this.#decoder = undefined;
    this.#turboJpeg?.free();
    this.#packet.free();
    this.tools.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @returns what is wrong; undefined when `frame` holds the picture. */
  #decodeBy(decoder: CodecContext, bytes: Uint8Array, frame: Frame): string | undefined {
    this.#packet.data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const sent = decoder.sendPacketSync(this.#packet);
    this.#packet.unref();
    if (sent < 0) return describe(sent);
    const received = decoder.receiveFrameSync(frame);
    if (received < 0) return describe(received);
    return frame.decodeErrorFlags === 0 ? undefined : 'parts of it could not be decoded';
  }
}

function openDecoder(maxPixels: number): CodecContext {
  const codec = Codec.findDecoderByName(FF_DECODER_MJPEG);
  if (codec === null) throw new Error('This build of FFmpeg has no MJPEG decoder');
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.threadCount = 1;
  // explode: fail on an error instead of concealing it. max_pixels: against larger frame headers hidden after the first scan.
  setOptions(decoder, { err_detect: 'explode', max_pixels: maxPixels });
  check(decoder.open2Sync(codec), 'open the JPEG decoder');
  return decoder;
}

function openStillDecoder(format: 'png' | 'webp', maxPixels: number): CodecContext {
  const codec = Codec.findDecoderByName(format === 'png' ? FF_DECODER_PNG : FF_DECODER_WEBP);
  if (codec === null) throw new LookoutError('frame_invalid', `This build of FFmpeg does not decode ${format}`);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.threadCount = 1;
  setOptions(decoder, { err_detect: 'explode+crccheck', max_pixels: maxPixels });
  const opened = decoder.open2Sync(codec);
  if (opened < 0) decoder.freeContext();
  check(opened, `open the ${format} decoder`);
  return decoder;
}
