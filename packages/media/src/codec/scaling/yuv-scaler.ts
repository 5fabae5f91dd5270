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
import { ascending, BAND_ROWS, colourRounding, planBands, planeRows, runsOf } from './bands.js';
import { columnTable, windowsFor } from './column-table.js';
import { type KernelMemory, MAX_KERNEL_BYTES } from './kernel-memory.js';
import { linearTaps } from './resampling.js';
import type { RgbScaler } from './rgb-scaler.js';
import { canBeKeptOpen } from './staging-frames.js';
import {
  COLUMN_GROUP,
  CONVERSION_PLAN_BYTES,
  conversionPlan,
  SCALING_PLAN_BYTES,
  scalingPlan,
  type YuvKernel,
} from './yuv-kernel.js';

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
/** Bytes of a 32-bit float. */
const FLOAT_BYTES = 4;

/** A band, ready for the kernel. */
interface BandPlan {
  /** What of each plane is copied to its address: bytes from and up to, one after the other. */
  parts: ReadonlyArray<ReadonlyArray<readonly [start: number, end: number]>>;
  /** How many rows of the picture are converted, and of the result made. */
  sources: number;
  rows: number;
}

/** Where things lie in the kernel's memory. */
interface Addresses {
  columns: number;
  /** Of all bands, one after the other. */
  conversions: number;
  scalings: number;
  /** Rows of luma, blue and red difference. */
  planes: readonly [number, number, number];
  /** A mixed row of each colour. */
  mixed: readonly [number, number];
  /** Rows of the picture in RGB. */
  rgb: number;
  /** The result of a band. */
  out: number;
}

/**
 * Scales YUV of eight bits with the kernel: colour is brought to the picture's size as decoders do it that smooth it, and converted
 * to bytes; what is scaled of those is exact to a hundredth of a level.
 */
export class YuvScaler implements RgbScaler {
  readonly #memory: KernelMemory;
  readonly #kernel: YuvKernel;
  readonly #width: number;
  readonly #rowFloats: number;
  readonly #bands: readonly BandPlan[];
  readonly #columns: Uint8Array;
  readonly #conversions: Uint8Array;
  readonly #scalings: Uint8Array;
  readonly #at: Addresses;
  readonly #bytes: number;
  /** Bytes from a row of one colour to the next colour's. */
  readonly #colourBytes: number;
  /** Bytes from a plane's row to the next, which the plans are made for. */
  readonly #strides: readonly number[];
  /** What the planes are separated by, where the picture's aren't. */
  readonly #toPlanar: SoftwareScaleContext | undefined;
  readonly #planarFormat: AVPixelFormat;

  static canScale({ format, width, height }: Frame, toWidth: number, toHeight: number): boolean {
    return (
      PIXEL_LAYOUTS.has(format) &&
      canBeKeptOpen({ width, height }) &&
      mostBytes(width, height, toWidth, toHeight) <= MAX_KERNEL_BYTES
    );
  }

  constructor(memory: KernelMemory, source: Frame, width: number, height: number) {
    const format = source.format as AVPixelFormat;
    const { across, down, planar } = PIXEL_LAYOUTS.get(format)!;
    const columns = linearTaps(source.width, width);
    const windows = windowsFor(columns);
    const isFullRange = source.colorRange === AVCOL_RANGE_JPEG || avGetPixFmtName(format)!.startsWith('yuvj');
    const shares = LUMA_SHARES.get(source.colorSpace) ?? BT601;
    this.#memory = memory;
    this.#kernel = memory.kernel({ across, windows, isFullRange, ...shares });
    this.#width = source.width;
    this.#rowFloats = width * 3;
    this.#planarFormat = planar ?? format;
    this.#toPlanar = planar === undefined ? undefined : createScaleContext(SWS_POINT);
    this.#strides = memory.staging.take(source.width, source.height, this.#planarFormat).frame.linesize.slice(0, 3);
    this.#colourBytes = aligned(source.width);
    this.#columns = columnTable(columns, windows);

    const bands = planBands(source.height, height);
    const colourRows = Math.ceil(source.height / down);
    const lumaNeeded = bands.map(({ sources }) => sources);
    const colourNeeded = bands.map(({ sources }) => {
      return ascending(sources.flatMap((row) => planeRows(row, down, colourRows)));
    });
    const needed = [lumaNeeded, colourNeeded, colourNeeded] as const;
    const most = needed.map((ofBands) => Math.max(...ofBands.map((rows) => rows.length)));
    const sourceCount = lumaNeeded.reduce((sum, rows) => sum + rows.length, 0);

    let end = 0;
    const take = (bytes: number) => {
      const address = end + MARGIN_BYTES;
      end = address + aligned(bytes);
      return address;
    };
    this.#at = {
      columns: take(this.#columns.length),
      conversions: take(sourceCount * CONVERSION_PLAN_BYTES),
      scalings: take(height * SCALING_PLAN_BYTES),
      planes: [0, 1, 2].map((plane) => take(most[plane]! * this.#strides[plane]!)) as [number, number, number],
      mixed: [take(2 * source.width), take(2 * source.width)],
      rgb: take(3 * this.#colourBytes * most[0]!),
      out: take(this.#rowFloats * FLOAT_BYTES * BAND_ROWS),
    };
    this.#bytes = end + MARGIN_BYTES;

    this.#bands = bands.map(({ sources, rows }, band) => {
      const parts = needed.map((ofBands, plane) => {
        const stride = this.#strides[plane]!;
        return runsOf(ofBands[band]!).map(([first, end]) => [first * stride, end * stride] as const);
      });
      return { parts, sources: sources.length, rows: rows.length };
    });
    this.#conversions = words(
      bands.flatMap(({ sources }, band) => {
        const address = (plane: number, row: number) => {
          return this.#at.planes[plane]! + needed[plane]![band]!.indexOf(row) * this.#strides[plane]!;
        };
        return sources.flatMap((row) => {
          const [near, far] = planeRows(row, down, colourRows);
          const [blue, red] = [1, 2].map((plane) => [address(plane, near), address(plane, far)] as const);
          return conversionPlan({
            luma: address(0, row),
            blue: blue!,
            red: red!,
            rounding: colourRounding(row, across, down),
          });
        });
      }),
    );
    const rgbRow = (index: number) => this.#at.rgb + index * 3 * this.#colourBytes;
    this.#scalings = words(
      bands.flatMap(({ rows }) => {
        return rows.flatMap(({ upper, lower, weight }) => {
          return scalingPlan({ upper: rgbRow(upper), lower: rgbRow(lower), weight });
        });
      }),
    );
  }

  scale(source: Frame, out: Float32Array, offset: number, stride: number, inView?: readonly Uint8Array[]): void {
    const isReady = inView !== undefined && this.#toPlanar === undefined && this.#hasStrides(source);
    const planes = isReady ? inView : this.#stage(source);
    const memory = this.#memory.reserve(this.#bytes);
    const at = this.#at;
    // Other scalers have used the memory since the last time.
    memory.set(this.#columns, at.columns);
    memory.set(this.#conversions, at.conversions);
    memory.set(this.#scalings, at.scalings);
    const made = new Float32Array(memory.buffer, at.out, this.#rowFloats * BAND_ROWS);
    let [conversion, scaling, to] = [at.conversions, at.scalings, offset];
    for (const { parts, sources, rows } of this.#bands) {
      parts.forEach((runs, plane) => {
        let address = at.planes[plane]!;
        for (const [start, end] of runs) {
          memory.set(planes[plane]!.subarray(start, end), address);
          address += end - start;
        }
      });
      const conversionEnd = conversion + sources * CONVERSION_PLAN_BYTES;
      this.#kernel.convertRows(conversion, conversionEnd, this.#width, ...at.mixed, at.rgb, this.#colourBytes);
      const scalingEnd = scaling + rows * SCALING_PLAN_BYTES;
      const columnsEnd = at.columns + this.#columns.length;
      const rowBytes = this.#rowFloats * FLOAT_BYTES;
      this.#kernel.scaleRows(scaling, scalingEnd, this.#colourBytes, at.columns, columnsEnd, at.out, rowBytes);
      copyRows(made.subarray(0, rows * this.#rowFloats), this.#rowFloats, out, to, stride);
      [conversion, scaling, to] = [conversionEnd, scalingEnd, to + rows * stride];
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

function copyRows(rows: Float32Array, rowFloats: number, out: Float32Array, offset: number, stride: number): void {
  if (rowFloats === stride) {
    out.set(rows, offset);
    return;
  }
  for (let start = 0, to = offset; start < rows.length; start += rowFloats, to += stride) {
    out.set(rows.subarray(start, start + rowFloats), to);
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / MARGIN_BYTES) * MARGIN_BYTES;
}

function words(numbers: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(numbers).buffer);
}

/** No picture of this size takes more of the kernel's memory, whatever its layout. */
function mostBytes(width: number, height: number, toWidth: number, toHeight: number): number {
  const rowsOfBand = Math.min(height, 2 * BAND_ROWS) + 4;
  const planes = 3 * (width + MOST_PADDING) * rowsOfBand;
  const rows = 2 * 2 * width + 3 * aligned(width) * rowsOfBand;
  const columns = (toWidth + COLUMN_GROUP) * 24;
  const plans = (2 * CONVERSION_PLAN_BYTES + SCALING_PLAN_BYTES) * toHeight;
  return planes + rows + columns + plans + 3 * toWidth * FLOAT_BYTES * BAND_ROWS + 2 * 11 * MARGIN_BYTES;
}
