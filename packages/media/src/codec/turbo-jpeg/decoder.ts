import type { JpegHeader } from '../../jpeg/jpeg-header.js';
import {
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ440P,
  AV_PIX_FMT_YUVJ444P,
  type AVPixelFormat,
} from '../native.js';
import type { OpenFrame } from '../native-objects.js';
import {
  type Handle,
  TJCS_GRAY,
  TJCS_YCBCR,
  TJFLAG_ACCURATEDCT,
  TJFLAG_STOPONWARNING,
  TJSAMP_GRAY,
  type TurboJpegLibrary,
  turboJpegLibrary,
} from './library.js';

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

/**
 * JPEGs to planes by libjpeg-turbo: to the bit as all who decode by libjpeg have them, who are nearly all who train models, and in less
 * time than FFmpeg takes. One per thread. It decodes what it has no complaint about; all else is for another decoder to judge.
 */
export class TurboJpegDecoder {
  readonly #library: TurboJpegLibrary;
  #handle: Handle;
  readonly #width = new Int32Array(1);
  readonly #height = new Int32Array(1);
  readonly #sampling = new Int32Array(1);
  readonly #colours = new Int32Array(1);

  /** @returns nothing where the library is not on this machine */
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

  free(): void {
    this.#library.tjDestroy(this.#handle);
  }
}
