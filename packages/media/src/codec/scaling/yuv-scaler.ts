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
import { createScaleContext, MOST_PADDING } from '../native-objects.js';
import { columnTable, windowsFor } from './column-table.js';
import { type KernelMemory, MAX_KERNEL_BYTES } from './kernel-memory.js';
import { planeTaps, type Taps, wholeWeights } from './resampling.js';
import type { RgbScaler } from './rgb-scaler.js';
import { MAX_STAGED_BYTES } from './staging-frames.js';
import { PIXEL_GROUP, ROW_PLAN_BYTES, ROW_WEIGHT, rowPlan, type YuvKernel } from './yuv-kernel.js';

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

/** Around each row and plane: more than the kernel touches beyond their ends. */
const MARGIN_BYTES = 64;

/** Rows of the result that are made at a time: all they are made of stays in the processor's nearest caches. */
const BAND_ROWS = 16;

/** A component of the picture. */
interface Plane {
  /** What each band is made of: bytes of the plane, from and up to. */
  bands: ReadonlyArray<readonly [start: number, end: number]>;
  /** Where a band goes in the kernel's memory. */
  address: number;
}

/** Offsets in the band of the rows that make one row of the result, and their weights: two, or three. */
interface RowMix {
  offsets: readonly [number, number, number];
  weights: readonly [number, number, number];
}

/**
 * Scales YUV of eight bits with the kernel: colour is brought to the picture's size as decoders do it that smooth it, and all is
 * exact to a level.
 */
export class YuvScaler implements RgbScaler {
  readonly #memory: KernelMemory;
  readonly #kernel: YuvKernel;
  readonly #columns: Uint8Array;
  readonly #columnsAddress: number;
  /** A row plan for each row of the result. */
  readonly #plans: Uint8Array;
  readonly #plansAddress: number;
  readonly #planes: readonly Plane[];
  /** Bytes from a plane's row to the next, which the plans are made for. */
  readonly #strides: readonly number[];
  readonly #height: number;
  readonly #rowBytes: number;
  /** Where a band of the result is made. */
  readonly #out: number;
  readonly #bytes: number;
  /** What the planes are separated by, where the picture's aren't. */
  readonly #toPlanar: SoftwareScaleContext | undefined;
  readonly #planarFormat: AVPixelFormat;

  static canScale({ format, width, height }: Frame, toWidth: number, toHeight: number): boolean {
    return (
      PIXEL_LAYOUTS.has(format) &&
      3 * (width + MOST_PADDING) * height <= MAX_STAGED_BYTES &&
      mostBytes(width, height, toWidth, toHeight) <= MAX_KERNEL_BYTES
    );
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
    this.#planarFormat = planar ?? format;
    this.#toPlanar = planar === undefined ? undefined : createScaleContext(SWS_POINT);

    let end = 0;
    const take = (bytes: number) => {
      const address = end + MARGIN_BYTES;
      end = address + Math.ceil(bytes / MARGIN_BYTES) * MARGIN_BYTES;
      return address;
    };
    this.#columnsAddress = take(this.#columns.length);
    const { linesize } = memory.staging.take(source.width, source.height, this.#planarFormat).frame;
    this.#strides = linesize.slice(0, 3);
    const planes = [1, across, across].map((step, index) => {
      const width = Math.ceil(source.width / step);
      const taps = planeTaps(source.height, index === 0 ? 1 : down, height);
      const { bands, mixes } = bandsOf(taps, linesize[index]!);
      const address = take(Math.max(...bands.map(([start, end]) => end - start)));
      const mixed = take(width * 2);
      const doubled = step === 1 ? mixed : take(source.width * 2);
      const plans = mixes.map(({ offsets, weights }) => {
        const [first, second, third] = offsets;
        const rows = [address + first, address + second, address + third] as const;
        return { rows, weights, end: rows[0] + width, mixed, doubled };
      });
      return { bands, address, plans };
    });
    const rows = Array.from({ length: height }, (_, row) => rowPlan(planes.map(({ plans }) => plans[row]!)));
    this.#plans = new Uint8Array(Int32Array.from(rows.flat()).buffer);
    this.#plansAddress = take(this.#plans.length);
    this.#planes = planes.map(({ bands, address }) => ({ bands, address }));
    this.#height = height;
    this.#rowBytes = width * 3;
    this.#out = take(this.#rowBytes * BAND_ROWS);
    this.#bytes = end + MARGIN_BYTES;
  }

  scale(source: Frame, out: Uint8Array, offset: number, strideBytes: number, inView?: readonly Uint8Array[]): void {
    const isReady = inView !== undefined && this.#toPlanar === undefined && this.#hasStrides(source);
    const planes = isReady ? inView : this.#stage(source);
    const memory = this.#memory.reserve(this.#bytes);
    // Other scalers have used the memory since the last time.
    memory.set(this.#columns, this.#columnsAddress);
    memory.set(this.#plans, this.#plansAddress);
    for (let first = 0; first < this.#height; first += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, this.#height - first);
      this.#planes.forEach(({ bands, address }, index) => {
        memory.set(planes[index]!.subarray(...bands[first / BAND_ROWS]!), address);
      });
      const plan = this.#plansAddress + first * ROW_PLAN_BYTES;
      this.#kernel.makeRows(plan, plan + rows * ROW_PLAN_BYTES, this.#columnsAddress, this.#out, this.#rowBytes);
      const made = memory.subarray(this.#out, this.#out + rows * this.#rowBytes);
      copyRows(made, this.#rowBytes, out, offset + first * strideBytes, strideBytes);
    }
  }

  free(): void {
    this.#toPlanar?.freeContext();
  }

  #hasStrides({ linesize }: Frame): boolean {
    return this.#strides.every((stride, index) => stride === linesize[index]);
  }

  #stage(source: Frame): readonly Uint8Array[] {
    const { frame, planes } = this.#memory.staging.take(source.width, source.height, this.#planarFormat);
    if (this.#toPlanar === undefined) {
      check(frame.copy(source), 'copy a picture');
    } else {
      // The same samples: nothing is to be converted.
      frame.colorRange = source.colorRange;
      frame.colorSpace = source.colorSpace;
      check(this.#toPlanar.scaleFrameSync(frame, source), 'separate the planes of a picture');
    }
    return planes;
  }
}

/** The rows that each band needs, and where in it those are that make each row of the result. */
function bandsOf(taps: readonly Taps[], stride: number): { bands: Plane['bands']; mixes: RowMix[] } {
  const bands: [number, number][] = [];
  const mixes: RowMix[] = [];
  for (let start = 0; start < taps.length; start += BAND_ROWS) {
    const band = taps.slice(start, start + BAND_ROWS);
    const first = Math.min(...band.map((one) => one.first));
    const end = Math.max(...band.map((one) => one.first + one.weights.length));
    bands.push([first * stride, end * stride]);
    for (const one of band) {
      const [a = 0, b = 0, c = 0] = wholeWeights(one.weights, ROW_WEIGHT);
      // Rows of no weight may lie beyond.
      const offset = (tap: number) => (Math.min(one.first + tap, end - 1) - first) * stride;
      mixes.push({ offsets: [offset(0), offset(1), offset(2)], weights: [a, b, c] });
    }
  }
  return { bands, mixes };
}

function copyRows(rows: Uint8Array, rowBytes: number, out: Uint8Array, offset: number, strideBytes: number): void {
  if (rowBytes === strideBytes) {
    out.set(rows, offset);
    return;
  }
  for (let start = 0, to = offset; start < rows.length; start += rowBytes, to += strideBytes) {
    out.set(rows.subarray(start, start + rowBytes), to);
  }
}

/** No picture of this size takes more of the kernel's memory, whatever its layout. */
function mostBytes(width: number, height: number, toWidth: number, toHeight: number): number {
  const bandRows = Math.min(height, Math.ceil((BAND_ROWS * height) / toHeight) + 4);
  const bands = 3 * (width + MOST_PADDING) * bandRows;
  const rows = 3 * 2 * 2 * (width + MOST_PADDING);
  const columns = (toWidth + PIXEL_GROUP) * 24;
  const plans = ROW_PLAN_BYTES * toHeight;
  return bands + rows + columns + plans + 3 * toWidth * BAND_ROWS + 18 * MARGIN_BYTES;
}
