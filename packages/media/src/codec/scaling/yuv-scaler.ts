import {
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUV422P,
  AV_PIX_FMT_YUV440P,
  AV_PIX_FMT_YUV444P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ440P,
  AV_PIX_FMT_YUVJ444P,
  AV_PIX_FMT_YUYV422,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_CL,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_SMPTE240M,
  type AVPixelFormat,
  avGetPixFmtName,
  check,
  type Frame,
  type SoftwareScaleContext,
  SWS_POINT,
} from '../native.js';
import { createFrame, createScaleContext } from '../native-objects.js';
import { columnTable, windowsFor } from './column-table.js';
import { type KernelMemory, MAX_KERNEL_BYTES } from './kernel-memory.js';
import { planeTaps, type Taps, wholeWeights } from './resampling.js';
import type { RgbScaler } from './rgb-scaler.js';
import { PIXEL_GROUP, ROW_WEIGHT, type YuvKernel } from './yuv-kernel.js';

/** Pixels across and down for each sample of colour. */
interface PixelLayout {
  across: 1 | 2;
  down: 1 | 2;
  /** The same samples in a plane for each component, where the format has them otherwise. */
  planar?: AVPixelFormat;
}

const PIXEL_LAYOUTS: ReadonlyMap<number, PixelLayout> = new Map<number, PixelLayout>([
  [AV_PIX_FMT_YUV420P, { across: 2, down: 2 }],
  [AV_PIX_FMT_YUVJ420P, { across: 2, down: 2 }],
  [AV_PIX_FMT_NV12, { across: 2, down: 2, planar: AV_PIX_FMT_YUV420P }],
  [AV_PIX_FMT_YUV422P, { across: 2, down: 1 }],
  [AV_PIX_FMT_YUVJ422P, { across: 2, down: 1 }],
  [AV_PIX_FMT_YUYV422, { across: 2, down: 1, planar: AV_PIX_FMT_YUV422P }],
  [AV_PIX_FMT_YUV440P, { across: 1, down: 2 }],
  [AV_PIX_FMT_YUVJ440P, { across: 1, down: 2 }],
  [AV_PIX_FMT_YUV444P, { across: 1, down: 1 }],
  [AV_PIX_FMT_YUVJ444P, { across: 1, down: 1 }],
]);

/** Red's and blue's share of luma by matrix (ITU-T H.273, table 4); what names none is BT.601. */
const LUMA_SHARES: ReadonlyMap<number, { kr: number; kb: number }> = new Map([
  [AVCOL_SPC_BT709, { kr: 0.2126, kb: 0.0722 }],
  [AVCOL_SPC_SMPTE240M, { kr: 0.212, kb: 0.087 }],
  [AVCOL_SPC_BT2020_NCL, { kr: 0.2627, kb: 0.0593 }],
  [AVCOL_SPC_BT2020_CL, { kr: 0.2627, kb: 0.0593 }],
]);
const BT601 = { kr: 0.299, kb: 0.114 };

/** Of rows in the staging frame, bytes. */
const ROW_ALIGNMENT = 64;
/** Around each row and plane: more than the kernel touches beyond their ends. */
const MARGIN_BYTES = 64;

/** A component of the picture in the kernel's memory. */
interface Plane {
  /** Its bytes in the staging frame. */
  source: Uint8Array;
  address: number;
  /** Samples of a row. */
  width: number;
  mixes: readonly RowMix[];
  /** Where its mixed row goes. */
  mixed: number;
  /** Where the mixed row goes at the picture's width: the same place, unless it is doubled. */
  row: number;
}

/** Offsets in the plane of the rows that make one row of the result, and their weights: two, or three. */
interface RowMix {
  offsets: readonly [number, number, number];
  weights: readonly [number, number, number];
}

/**
 * Scales YUV of eight bits with the kernel: colour is brought to the picture's size as decoders do it that smooth it, and all is
 * exact to a level.
 */
export class YuvScaler implements RgbScaler {
  readonly strideBytes: number;
  pixels = new Uint8Array();
  readonly #memory: KernelMemory;
  readonly #kernel: YuvKernel;
  readonly #columns: Uint8Array;
  readonly #columnsAddress: number;
  readonly #planes: readonly Plane[];
  readonly #height: number;
  readonly #out: number;
  readonly #bytes: number;
  /** `frame.data` keeps a frame's memory until it is collected, so pictures are copied to a frame that stays. */
  readonly #staging: Frame;
  readonly #toPlanar: SoftwareScaleContext | undefined;

  static canScale({ format, width, height }: Frame, toWidth: number, toHeight: number): boolean {
    return PIXEL_LAYOUTS.has(format) && mostBytes(width, height, toWidth, toHeight) <= MAX_KERNEL_BYTES;
  }

  constructor(memory: KernelMemory, source: Frame, width: number, height: number) {
    const format = source.format as AVPixelFormat;
    const { across, down, planar } = PIXEL_LAYOUTS.get(format)!;
    const columns = planeTaps(source.width, 1, width);
    const windows = windowsFor(columns);
    const isFullRange = source.colorRange === AVCOL_RANGE_JPEG || avGetPixFmtName(format)!.startsWith('yuvj');
    this.#memory = memory;
    this.#kernel = memory.kernel({ windows, isFullRange, ...(LUMA_SHARES.get(source.colorSpace) ?? BT601) });
    this.#columns = columnTable(columns, windows);
    this.#staging = createFrame(
      source.width,
      source.height,
      planar ?? format,
      source.colorRange,
      source.colorSpace,
      ROW_ALIGNMENT,
    );
    this.#toPlanar = planar === undefined ? undefined : createScaleContext(SWS_POINT);

    let end = 0;
    const take = (bytes: number) => {
      const address = end + MARGIN_BYTES;
      end = address + Math.ceil(bytes / MARGIN_BYTES) * MARGIN_BYTES;
      return address;
    };
    this.#columnsAddress = take(this.#columns.length);
    const { data, linesize } = this.#staging;
    this.#planes = [1, across, across].map((step, index) => {
      const width = Math.ceil(source.width / step);
      const rows = index === 0 ? source.height : Math.ceil(source.height / down);
      const stride = linesize[index]!;
      const mixes = planeTaps(source.height, index === 0 ? 1 : down, height).map((taps) => mixOf(taps, rows, stride));
      const address = take(stride * rows);
      const mixed = take(width * 2);
      const row = step === 1 ? mixed : take(source.width * 2);
      return { source: data![index]!.subarray(0, stride * rows), address, width, mixes, mixed, row };
    });
    this.strideBytes = width * 3;
    this.#height = height;
    this.#out = take(this.strideBytes * height);
    this.#bytes = end + MARGIN_BYTES;
  }

  scale(source: Frame): void {
    const memory = this.#load(source);
    const [y, u, v] = this.#planes as [Plane, Plane, Plane];
    for (let row = 0; row < this.#height; row++) {
      for (const plane of this.#planes) this.#mixRow(plane, row);
      const out = this.#out + row * this.strideBytes;
      this.#kernel.convertRow(y.row, u.row, v.row, this.#columnsAddress, out, out + this.strideBytes);
    }
    if (this.pixels.buffer !== memory.buffer) {
      this.pixels = memory.subarray(this.#out, this.#out + this.strideBytes * this.#height);
    }
  }

  free(): void {
    this.#toPlanar?.freeContext();
    this.#staging.free();
  }

  /** Other scalers have used the memory since the last time, so all is brought anew. */
  #load(source: Frame): Uint8Array<ArrayBuffer> {
    if (this.#toPlanar === undefined) check(this.#staging.copy(source), 'copy a picture');
    else check(this.#toPlanar.scaleFrameSync(this.#staging, source), 'separate the planes of a picture');
    const memory = this.#memory.reserve(this.#bytes);
    memory.set(this.#columns, this.#columnsAddress);
    for (const plane of this.#planes) memory.set(plane.source, plane.address);
    return memory;
  }

  #mixRow({ address, mixes, mixed, width, row: doubled }: Plane, row: number): void {
    const { offsets, weights } = mixes[row]!;
    const first = address + offsets[0];
    const second = address + offsets[1];
    const third = address + offsets[2];
    const [a, b, c] = weights;
    if (c === 0) this.#kernel.mixTwoRows(first, second, a, b, mixed, first + width);
    else this.#kernel.mixThreeRows(first, second, third, a, b, c, mixed, first + width);
    if (doubled !== mixed) this.#kernel.doubleRow(mixed, mixed + width * 2, doubled);
  }
}

function mixOf({ first, weights }: Taps, rows: number, stride: number): RowMix {
  const [a = 0, b = 0, c = 0] = wholeWeights(weights, ROW_WEIGHT);
  const offset = (row: number) => Math.min(first + row, rows - 1) * stride;
  return { offsets: [offset(0), offset(1), offset(2)], weights: [a, b, c] };
}

/** No picture of this size takes more of the kernel's memory, whatever its layout. */
function mostBytes(width: number, height: number, toWidth: number, toHeight: number): number {
  const planes = 3 * (width + ROW_ALIGNMENT) * height;
  const rows = 3 * 2 * 2 * (width + ROW_ALIGNMENT);
  const columns = (toWidth + PIXEL_GROUP) * 24;
  return planes + rows + columns + 3 * toWidth * toHeight + 16 * MARGIN_BYTES;
}
