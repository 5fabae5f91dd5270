import { createRequire } from 'node:module';
import type { JpegHeader } from '../jpeg/jpeg-header.js';
import {
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ440P,
  AV_PIX_FMT_YUVJ444P,
  type AVPixelFormat,
  type OpenFrame,
} from './native.js';

/** Where libjpeg-turbo's shared library is, if not in a system folder. */
const PATH_VARIABLE = 'LOOKOUT_TURBOJPEG';
const NAME = 'libturbojpeg.so.0';

// Constants of libjpeg-turbo's turbojpeg.h.
const TJSAMP_420 = 2;
const TJSAMP_GRAY = 3;
const TJCS_YCBCR = 1;
const TJCS_GRAY = 2;
const TJFLAG_NOREALLOC = 1024;
const TJFLAG_ACCURATEDCT = 4096;
const TJFLAG_STOPONWARNING = 8192;

/** A compressor or a decompressor; null if there was no memory for one. */
type Handle = unknown;
type Numbers = Int32Array;
type Planes = readonly Uint8Array[];

/** The functions of the TurboJPEG API, version 2, that are used here; libjpeg-turbo 3 has them too. */
interface TurboJpegLibrary {
  tjInitDecompress(): Handle;
  tjInitCompress(): Handle;
  tjDestroy(handle: Handle): number;
  tjGetErrorStr2(handle: Handle): string;
  tjDecompressHeader3(
    handle: Handle,
    jpeg: Uint8Array,
    bytes: number,
    width: Numbers,
    height: Numbers,
    sampling: Numbers,
    colours: Numbers,
  ): number;
  tjDecompressToYUVPlanes(
    handle: Handle,
    jpeg: Uint8Array,
    bytes: number,
    planes: Planes,
    width: number,
    strides: readonly number[],
    height: number,
    flags: number,
  ): number;
  /** Maximum bytes of a JPEG of that size. */
  tjBufSize(width: number, height: number, sampling: number): number;
  /** @param into holds the address to write the JPEG to. @param bytes holds the space available there, then the length of the JPEG. */
  tjCompressFromYUVPlanes(
    handle: Handle,
    planes: Planes,
    width: number,
    strides: readonly number[],
    height: number,
    sampling: number,
    into: BigUint64Array,
    bytes: BigUint64Array,
    quality: number,
    flags: number,
  ): number;
  /** Address of an array's first byte. */
  addressOf(bytes: Uint8Array): bigint;
}

interface Koffi {
  // biome-ignore lint/suspicious/noExplicitAny: what a function takes and gives is in its declaration
  load(path: string): { func(declaration: string): (...args: any[]) => any };
  address(bytes: Uint8Array): bigint;
}

const DECODE_FLAGS = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING;
/** By `TJSAMP`: 4:4:4, 4:2:2, 4:2:0, grey, 4:4:0. */
const FORMATS: readonly AVPixelFormat[] = [
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ440P,
];
const NO_COLOUR = 128;

/**
 * Decodes JPEGs to planes with libjpeg-turbo: bit for bit as everybody who decodes with libjpeg gets them, which is nearly everybody who
 * trains models, and faster than FFmpeg. One per thread. It decodes what it has no complaint about; everything else is left to another
 * decoder.
 */
export class TurboJpegDecoder {
  readonly #library: TurboJpegLibrary;
  #handle: Handle;
  readonly #width = new Int32Array(1);
  readonly #height = new Int32Array(1);
  readonly #sampling = new Int32Array(1);
  readonly #colours = new Int32Array(1);

  /** @returns undefined when the library is not installed on this machine */
  static open(): TurboJpegDecoder | undefined {
    const library = turboJpegLibrary();
    return library && new TurboJpegDecoder(library);
  }

  private constructor(library: TurboJpegLibrary) {
    this.#library = library;
    this.#handle = this.#openHandle();
  }

  #openHandle(): Handle {
    const handle = this.#library.tjInitDecompress();
    if (handle === null) throw new Error('libjpeg-turbo gave no decoder');
    return handle;
  }

  /** No state of a broken picture may carry over to the next one: after some, libjpeg-turbo 2.1 refuses the next picture. */
  #startAfresh(): void {
    this.#library.tjDestroy(this.#handle);
    this.#handle = this.#openHandle();
  }

  /** The planes a JPEG decodes to, 4:2:0 for grey ones; undefined when it is not for this decoder: CMYK, RGB, 4:1:1, broken ones. */
  formatOf(jpeg: Uint8Array, header: Pick<JpegHeader, 'width' | 'height'>): AVPixelFormat | undefined {
    const [width, height, sampling, colours] = [this.#width, this.#height, this.#sampling, this.#colours];
    const read = this.#library.tjDecompressHeader3(this.#handle, jpeg, jpeg.length, width, height, sampling, colours);
    if (read !== 0) {
      this.#startAfresh();
      return undefined;
    }
    const isKnown = colours[0] === TJCS_YCBCR || colours[0] === TJCS_GRAY;
    if (!isKnown || width[0] !== header.width || height[0] !== header.height) return undefined;
    return FORMATS[sampling[0]!];
  }

  /**
   * Decodes the JPEG that was last passed to `formatOf`.
   * @param into of its size and format.
   * @returns false when libjpeg-turbo reported an error or a warning: the contents of `into` are then unusable
   */
  decode(jpeg: Uint8Array, { frame, planes }: OpenFrame): boolean {
    const { width, height, linesize } = frame;
    const strides = linesize.slice(0, planes.length);
    const isGrey = this.#sampling[0] === TJSAMP_GRAY;
    if (isGrey) for (const colour of planes.slice(1)) colour.fill(NO_COLOUR);
    const code = this.#library.tjDecompressToYUVPlanes(
      this.#handle,
      jpeg,
      jpeg.length,
      planes,
      width,
      strides,
      height,
      DECODE_FLAGS,
    );
    if (code !== 0) this.#startAfresh();
    return code === 0;
  }

  free(): void {
    this.#library.tjDestroy(this.#handle);
  }
}

const ENCODE_FLAGS = TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC;

/** Encodes JPEGs with libjpeg-turbo, with its tables and the standard Huffman codes, in half the time FFmpeg takes. One per thread. */
export class TurboJpegEncoder {
  readonly #library: TurboJpegLibrary;
  readonly #handle: Handle;
  /** Space for the largest possible JPEG of any picture so far; pages that are never written to take no memory. */
  #room = new Uint8Array();
  readonly #address = new BigUint64Array(1);
  readonly #bytes = new BigUint64Array(1);

  /** @returns undefined when the library is not installed on this machine */
  static open(): TurboJpegEncoder | undefined {
    const library = turboJpegLibrary();
    return library && new TurboJpegEncoder(library);
  }

  private constructor(library: TurboJpegLibrary) {
    this.#library = library;
    this.#handle = library.tjInitCompress();
    if (this.#handle === null) throw new Error('libjpeg-turbo gave no encoder');
  }

  /** @param picture full-range 4:2:0. @param quality 30..95, on libjpeg's scale. The caller owns the result. */
  encode({ frame, planes }: OpenFrame, quality: number): Uint8Array<ArrayBuffer> {
    const { width, height, linesize } = frame;
    const strides = linesize.slice(0, planes.length);
    repeatLastPixels(planes[0]!, width, height, strides[0]!);
    this.#makeRoom(width, height);
    this.#bytes[0] = BigInt(this.#room.length);
    const code = this.#library.tjCompressFromYUVPlanes(
      this.#handle,
      planes,
      width,
      strides,
      height,
      TJSAMP_420,
      this.#address,
      this.#bytes,
      quality,
      ENCODE_FLAGS,
    );
    if (code !== 0) throw new Error(`Could not encode a JPEG: ${this.#library.tjGetErrorStr2(this.#handle)}`);
    return new Uint8Array(this.#room.subarray(0, Number(this.#bytes[0])));
  }

  #makeRoom(width: number, height: number): void {
    const most = Number(this.#library.tjBufSize(width, height, TJSAMP_420));
    if (most <= this.#room.length) return;
    this.#room = Buffer.allocUnsafeSlow(most);
    this.#address[0] = BigInt(this.#library.addressOf(this.#room));
  }

  free(): void {
    this.#library.tjDestroy(this.#handle);
  }
}

/** The encoder reads brightness in pairs of pixels and rows: in a picture of odd size, the last pair would include undefined pixels. */
function repeatLastPixels(plane: Uint8Array, width: number, height: number, stride: number): void {
  if (width % 2 === 1)
    for (let row = 0; row < height; row++) plane[row * stride + width] = plane[row * stride + width - 1]!;
  if (height % 2 === 1)
    plane.copyWithin(height * stride, (height - 1) * stride, (height - 1) * stride + width + (width % 2));
}

let loaded: TurboJpegLibrary | Error | undefined;

/** @returns undefined when the library is not installed on this machine: `whyNoTurboJpeg` says why */
function turboJpegLibrary(): TurboJpegLibrary | undefined {
  const library = load();
  return library instanceof Error ? undefined : library;
}

/** @returns the loader's message when libjpeg-turbo could not be loaded; undefined when JPEGs are decoded and encoded by it */
export function whyNoTurboJpeg(): string | undefined {
  const library = load();
  return library instanceof Error ? library.message : undefined;
}

function load(): TurboJpegLibrary | Error {
  try {
    loaded ??= declare(process.env[PATH_VARIABLE] || NAME);
  } catch (error) {
    loaded = error instanceof Error ? error : new Error(String(error));
  }
  return loaded;
}

function declare(path: string): TurboJpegLibrary {
  // Loaded on first use: on a machine that it was not built for, only this fails.
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(path);
  return {
    tjInitDecompress: library.func('void *tjInitDecompress()'),
    tjInitCompress: library.func('void *tjInitCompress()'),
    tjDestroy: library.func('int tjDestroy(void *handle)'),
    tjGetErrorStr2: library.func('const char *tjGetErrorStr2(void *handle)'),
    tjDecompressHeader3: library.func(
      'int tjDecompressHeader3(void *handle, const uint8_t *jpeg, unsigned long bytes, void *width, void *height, void *sampling, void *colours)',
    ),
    tjDecompressToYUVPlanes: library.func(
      'int tjDecompressToYUVPlanes(void *handle, const uint8_t *jpeg, unsigned long bytes, void **planes, int width, int *strides, int height, int flags)',
    ),
    tjBufSize: library.func('unsigned long tjBufSize(int width, int height, int sampling)'),
    tjCompressFromYUVPlanes: library.func(
      'int tjCompressFromYUVPlanes(void *handle, void **planes, int width, int *strides, int height, int sampling, void *into, void *bytes, int quality, int flags)',
    ),
    addressOf: koffi.address,
  };
}
