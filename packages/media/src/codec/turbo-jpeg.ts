import { createRequire } from 'node:module';
import type { JpegHeader } from '../jpeg/jpeg-header.js';
import {
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ440P,
  AV_PIX_FMT_YUVJ444P,
  type AVPixelFormat,
} from './native.js';
import type { OpenFrame } from './native-objects.js';

/** Where libjpeg-turbo's shared library is, if not in a folder of the system. */
const TURBO_JPEG_VARIABLE = 'LOOKOUT_TURBOJPEG';
const LIBRARY = 'libturbojpeg.so.0';

// Constants of libjpeg-turbo's turbojpeg.h.
const TJSAMP_GRAY = 3;
const TJCS_YCBCR = 1;
const TJCS_GRAY = 2;
const TJFLAG_ACCURATEDCT = 4096;
const TJFLAG_STOPONWARNING = 8192;
const FLAGS = TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING;
/** By `TJSAMP`: 4:4:4, 4:2:2, 4:2:0, grey, 4:4:0. */
const FORMATS: readonly AVPixelFormat[] = [
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ440P,
];
const NO_COLOUR = 128;

type Handle = unknown;
type Numbers = Int32Array;

/** The functions of the TurboJPEG API, version 2, that are used here; libjpeg-turbo 3 has them too. */
interface Library {
  tjInitDecompress(): Handle;
  tjDestroy(handle: Handle): number;
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
    planes: readonly Uint8Array[],
    width: number,
    strides: readonly number[],
    height: number,
    flags: number,
  ): number;
}

interface Koffi {
  // biome-ignore lint/suspicious/noExplicitAny: what a function takes and gives is in its declaration
  load(path: string): { func(declaration: string): (...args: any[]) => any };
}

/**
 * JPEGs to planes by libjpeg-turbo: to the bit as all who decode by libjpeg have them, who are nearly all who train models, and in less
 * time than FFmpeg takes. One per thread. It decodes what it has no complaint about; all else is for another decoder to judge.
 */
export class TurboJpeg {
  readonly #library: Library;
  #handle: Handle;
  readonly #width = new Int32Array(1);
  readonly #height = new Int32Array(1);
  readonly #sampling = new Int32Array(1);
  readonly #colours = new Int32Array(1);

  /** @returns nothing where the library is not on this machine: `whyNoTurboJpeg` says why */
  static open(): TurboJpeg | undefined {
    const library = load();
    return library instanceof Error ? undefined : new TurboJpeg(library);
  }

  private constructor(library: Library) {
    this.#library = library;
    this.#handle = this.#openHandle();
  }

  #openHandle(): Handle {
    const handle = this.#library.tjInitDecompress();
    if (handle === null) throw new Error('libjpeg-turbo gave no decoder');
    return handle;
  }

  /** Nothing of a broken picture may reach the next one: after some, libjpeg-turbo 2.1 refuses that. */
  #startAfresh(): void {
    this.#library.tjDestroy(this.#handle);
    this.#handle = this.#openHandle();
  }

  /** The planes a JPEG decodes to, grey ones to 4:2:0; nothing when it is not for this decoder: CMYK, RGB, 4:1:1, broken ones. */
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
   * Decodes the JPEG that `formatOf` was asked about last.
   * @param into of its size and format.
   * @returns false when it had anything to say about the JPEG: `into` holds nothing of use then
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
      FLAGS,
    );
    if (code !== 0) this.#startAfresh();
    return code === 0;
  }

  close(): void {
    this.#library.tjDestroy(this.#handle);
  }
}

/** @returns in the loader's words why JPEGs are not decoded by libjpeg-turbo, or nothing where they are */
export function whyNoTurboJpeg(): string | undefined {
  const library = load();
  return library instanceof Error ? library.message : undefined;
}

let loaded: Library | Error | undefined;

function load(): Library | Error {
  try {
    loaded ??= declare(process.env[TURBO_JPEG_VARIABLE] || LIBRARY);
  } catch (error) {
    loaded = error instanceof Error ? error : new Error(String(error));
  }
  return loaded;
}

function declare(path: string): Library {
  // Loaded when it is asked for: on a machine it was not built for, only this fails.
  const koffi = createRequire(import.meta.url)('koffi') as Koffi;
  const library = koffi.load(path);
  return {
    tjInitDecompress: library.func('void *tjInitDecompress()'),
    tjDestroy: library.func('int tjDestroy(void *handle)'),
    tjDecompressHeader3: library.func(
      'int tjDecompressHeader3(void *handle, const uint8_t *jpeg, unsigned long bytes, void *width, void *height, void *sampling, void *colours)',
    ),
    tjDecompressToYUVPlanes: library.func(
      'int tjDecompressToYUVPlanes(void *handle, const uint8_t *jpeg, unsigned long bytes, void **planes, int width, int *strides, int height, int flags)',
    ),
  };
}
