import type { JpegEncoder } from '../jpeg-encoder.js';
import type { OpenFrame } from '../native-objects.js';
import {
  type Handle,
  TJFLAG_ACCURATEDCT,
  TJFLAG_NOREALLOC,
  TJSAMP_420,
  type TurboJpegLibrary,
  turboJpegLibrary,
} from './library.js';

const FLAGS = TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC;

/** JPEGs by libjpeg-turbo, with its tables and the standard Huffman codes, in half the time FFmpeg takes. One per thread. */
export class TurboJpegEncoder implements JpegEncoder {
  readonly #library: TurboJpegLibrary;
  readonly #handle: Handle;
  /** Room for the largest JPEG that there could be of any picture so far; what is not written to takes no memory. */
  #room = new Uint8Array();
  readonly #address = new BigUint64Array(1);
  readonly #bytes = new BigUint64Array(1);

  /** @returns nothing where the library is not on this machine */
  static open(): TurboJpegEncoder | undefined {
    const library = turboJpegLibrary();
    return library && new TurboJpegEncoder(library);
  }

  private constructor(library: TurboJpegLibrary) {
    this.#library = library;
    this.#handle = library.tjInitCompress();
    if (this.#handle === null) throw new Error('libjpeg-turbo gave no encoder');
  }

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
      FLAGS,
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

/** Brightness is read in pairs of pixels and rows: of an odd picture's last ones, the other is nobody's. */
function repeatLastPixels(plane: Uint8Array, width: number, height: number, stride: number): void {
  if (width % 2 === 1)
    for (let row = 0; row < height; row++) plane[row * stride + width] = plane[row * stride + width - 1]!;
  if (height % 2 === 1)
    plane.copyWithin(height * stride, (height - 1) * stride, (height - 1) * stride + width + (width % 2));
}
