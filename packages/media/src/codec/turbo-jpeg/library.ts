import { createRequire } from 'node:module';

/** Where libjpeg-turbo's shared library is, if not in a folder of the system. */
const PATH_VARIABLE = 'LOOKOUT_TURBOJPEG';
const NAME = 'libturbojpeg.so.0';

// Constants of libjpeg-turbo's turbojpeg.h.
export const TJSAMP_420 = 2;
export const TJSAMP_GRAY = 3;
export const TJCS_YCBCR = 1;
export const TJCS_GRAY = 2;
export const TJFLAG_NOREALLOC = 1024;
export const TJFLAG_ACCURATEDCT = 4096;
export const TJFLAG_STOPONWARNING = 8192;

/** A compressor or a decompressor; null where there was no memory for one. */
export type Handle = unknown;
type Numbers = Int32Array;
type Planes = readonly Uint8Array[];

/** The functions of the TurboJPEG API, version 2, that are used here; libjpeg-turbo 3 has them too. */
export interface TurboJpegLibrary {
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
  /** Bytes that a JPEG of that size has at most. */
  tjBufSize(width: number, height: number, sampling: number): number;
  /** @param into holds the address of where the JPEG goes. @param bytes holds the room there, then the length of the JPEG. */
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
  /** Of an array's first byte. */
  addressOf(bytes: Uint8Array): bigint;
}

interface Koffi {
  // biome-ignore lint/suspicious/noExplicitAny: what a function takes and gives is in its declaration
  load(path: string): { func(declaration: string): (...args: any[]) => any };
  address(bytes: Uint8Array): bigint;
}

let loaded: TurboJpegLibrary | Error | undefined;

/** @returns nothing where the library is not on this machine: `whyNoTurboJpeg` says why */
export function turboJpegLibrary(): TurboJpegLibrary | undefined {
  const library = load();
  return library instanceof Error ? undefined : library;
}

/** @returns in the loader's words why JPEGs are not decoded and encoded by libjpeg-turbo, or nothing where they are */
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
  // Loaded when it is asked for: on a machine it was not built for, only this fails.
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
