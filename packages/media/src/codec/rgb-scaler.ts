import {
  AV_PIX_FMT_GBRP16LE,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_RGB,
  check,
  createFrame,
  createScaleContext,
  type Frame,
  SWS_FAST_BILINEAR,
} from './native.js';

/** FFmpeg widens 8-bit levels to 16 bits by shifting them. */
const STEPS_PER_LEVEL = 256;
const MAX_LEVEL = 255;

/**
 * Scales frames to RGB of one size with FFmpeg. Each output pixel is interpolated from the two nearest pixels of each axis, with centres
 * aligned, whatever the ratio, as OpenCV's `INTER_LINEAR` and TensorFlow's `ResizeBilinear` do, with which models are trained and
 * published. That filter is `SWS_FAST_BILINEAR` to 16 bits: to 8 bits it takes shortcuts that don't align centres, and `SWS_BILINEAR` uses
 * a wider filter when shrinking.
 */
export class RgbScaler {
  readonly #context = createScaleContext(SWS_FAST_BILINEAR);
  readonly #scaled: Frame;
  readonly #green: Uint16Array;
  readonly #blue: Uint16Array;
  readonly #red: Uint16Array;

  constructor(width: number, height: number) {
    this.#scaled = createFrame(width, height, AV_PIX_FMT_GBRP16LE, AVCOL_RANGE_JPEG, AVCOL_SPC_RGB);
    const [green, blue, red] = this.#scaled.data as [Buffer, Buffer, Buffer];
    this.#green = numbersOf(green);
    this.#blue = numbersOf(blue);
    this.#red = numbersOf(red);
  }

  /**
   * Writes rows of R G B R G B …, 0..255 and not rounded, beginning at `offset` and `stride` numbers apart. Numbers between the rows are
   * left unchanged.
   * @param source of any size and format; faster when they are the same as in the previous frame.
   */
  scale(source: Frame, out: Float32Array, offset: number, stride: number): void {
    check(this.#context.scaleFrameSync(this.#scaled, source), 'scale a picture');
    const { width, height, linesize } = this.#scaled;
    const planeStride = linesize[0]! / Uint16Array.BYTES_PER_ELEMENT;
    const [red, green, blue] = [this.#red, this.#green, this.#blue];
    for (let row = 0; row < height; row++) {
      const start = row * planeStride;
      let to = offset + row * stride;
      for (let from = start; from < start + width; from++) {
        out[to++] = levelOf(red[from]!);
        out[to++] = levelOf(green[from]!);
        out[to++] = levelOf(blue[from]!);
      }
    }
  }

  free(): void {
    this.#context.freeContext();
    this.#scaled.free();
  }
}

function levelOf(steps: number): number {
  return Math.min(steps / STEPS_PER_LEVEL, MAX_LEVEL);
}

function numbersOf({ buffer, byteOffset, byteLength }: Buffer): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}
