import { call, func, i8x16, i16x8, i32, i32x4, if_, importMemory, local, loop, Module, v128 } from 'wasmati';
import {
  type Address,
  advance,
  alternating,
  eight,
  interleaved,
  plus,
  type Register,
  repeat,
  type Scalar,
  type Vector,
} from './simd.js';

/**
 * The loops of scaling a YUV picture to RGB, in WebAssembly for its registers of 128 bits: rows are mixed first, then the samples
 * of each row, and the colour is converted in the same registers. Nothing is rounded to bytes but the result.
 */
export interface YuvKernel {
  /**
   * Makes rows of RGB24, one below the other.
   * @param plan a row plan for each: `ROW_PLAN_BYTES` each. @param planEnd past the last. @param columns a column table: an entry
   * for each `COLUMN_GROUP` pixels. @param out where the first row goes; up to 15 pixels beyond the last are written.
   */
  makeRows(plan: number, planEnd: number, columns: number, out: number, rowBytes: number): void;
}

/** How a row of one plane is made, addresses in the kernel's memory. */
export interface PlaneRowPlan {
  /** The rows of bytes it is mixed of; up to 15 bytes beyond each are read. */
  rows: readonly [number, number, number];
  /** Sum to `ROW_WEIGHT`. The third is often none. */
  weights: readonly [number, number, number];
  /** Past the first row's last sample. */
  end: number;
  /** Where the mixed row goes, 16-bit levels with `ROW_BITS` of fraction. Two bytes before and up to 32 beyond it are written. */
  mixed: number;
  /** Where it goes at twice the samples, or the same place where it needs none. Up to 16 bytes beyond it are written. */
  doubled: number;
}

const PLANE_PLAN_BYTES = 36;
export const ROW_PLAN_BYTES = 3 * PLANE_PLAN_BYTES;

/** A row plan as the kernel reads it: those of luma, blue and red difference. */
export function rowPlan(planes: readonly PlaneRowPlan[]): number[] {
  return planes.flatMap(({ rows, weights, end, mixed, doubled }) => [...rows, ...weights, end, mixed, doubled]);
}

/** 255 times this still fits in 16 bits. */
export const ROW_WEIGHT = 256;
const ROW_BITS = 7;
/** What the weights of columns sum to. */
export const COLUMN_WEIGHT = 1 << 14;
/** Fractional bits where colours are converted: all sums fit in 16 bits with a sign. */
const LEVEL_BITS = 5;
const LEVEL = 1 << LEVEL_BITS;
const COLUMN_SHIFT = ROW_BITS + Math.log2(COLUMN_WEIGHT) - LEVEL_BITS;
/** As many pixels as a register holds 32-bit sums. */
export const COLUMN_GROUP = 4;
/** As many pixels as a register holds bytes. */
export const PIXEL_GROUP = 16;

/**
 * Loads of eight samples that reach all those a column group is made of: one, or where a picture shrinks more, one for two pixels,
 * or one for each.
 */
export type Windows = 1 | 2 | 4;

/** Where things lie in an entry of a column table, bytes: windows' offsets from the row, their shuffles, pairs of weights. */
export function columnEntry(windows: Windows) {
  return {
    offset: (window: number) => window * 4,
    shuffle: (window: number) => 16 * (1 + window),
    weights: 16 * (1 + windows),
    bytes: 16 * (2 + windows),
  };
}

export interface YuvKernelOptions {
  windows: Windows;
  /** Red's and blue's share of luma: 0.299 and 0.114 in BT.601. */
  kr: number;
  kb: number;
  /** Luma is 0..255, not 16..235. */
  isFullRange: boolean;
}

/** @param memory of at most `maxPages` */
export function openYuvKernel(options: YuvKernelOptions, memory: WebAssembly.Memory, maxPages: number): YuvKernel {
  const exports = { makeRows: rowMaker(options) };
  const { importMap, toBytes } = Module({ exports, memory: importMemory({ min: 1, max: maxPages }, memory) });
  const module = new WebAssembly.Module(toBytes() as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(module, importMap).exports as unknown as YuvKernel;
}

function rowMaker(options: YuvKernelOptions) {
  const [mixTwoRows, mixThreeRows, doubleRow, convertRow] = [
    rowMixer2(),
    rowMixer3(),
    rowDoubler(),
    rowConverter(options),
  ];
  return func({ in: [i32, i32, i32, i32, i32], locals: [], out: [] }, ([plan, planEnd, columns, out, rowBytes]) => {
    loop({}, (again) => {
      const planes = [0, 1, 2].map((plane) => (word: number) => {
        return i32.load({ offset: plane * PLANE_PLAN_BYTES + word * 4 }, plan);
      });
      for (const at of planes) {
        const ends = () => [at(7), at(6)] as const;
        at(5);
        if_(
          {},
          () => call(mixThreeRows, [at(0), at(1), at(2), at(3), at(4), at(5), ...ends()]),
          () => call(mixTwoRows, [at(0), at(1), at(3), at(4), ...ends()]),
        );
        i32.ne(at(7), at(8));
        if_({}, () => call(doubleRow, [at(7), at(6), at(0), at(8)]));
      }
      const [y, u, v] = planes.map((at) => () => at(8));
      call(convertRow, [y!(), u!(), v!(), columns, out, i32.add(out, rowBytes)]);
      local.set(out, i32.add(out, rowBytes));
      advance(plan, ROW_PLAN_BYTES);
      repeat(again, plan, planEnd);
    });
  });
}

/** Mixes rows of bytes. */
function rowMixer2() {
  return func(
    { in: [i32, i32, i32, i32, i32, i32], locals: [v128, v128, v128, v128], out: [] },
    ([first, second, firstWeight, secondWeight, out, end], registers) => {
      mixRows([first, second], [firstWeight, secondWeight], registers, out, end);
    },
  );
}

function rowMixer3() {
  return func(
    { in: [i32, i32, i32, i32, i32, i32, i32, i32], locals: [v128, v128, v128, v128, v128, v128], out: [] },
    ([first, second, third, firstWeight, secondWeight, thirdWeight, out, end], registers) => {
      mixRows([first, second, third], [firstWeight, secondWeight, thirdWeight], registers, out, end);
    },
  );
}

/** @param registers two for each row */
function mixRows(
  rows: Address[],
  rowWeights: Scalar[],
  registers: readonly Register[],
  out: Address,
  end: Address,
): void {
  const bytes = registers.slice(0, rows.length);
  const weights = registers.slice(rows.length);
  rowWeights.forEach((weight, index) => {
    local.set(weights[index]!, i16x8.splat(weight));
  });
  loop({}, (again) => {
    rows.forEach((row, index) => {
      local.set(bytes[index]!, v128.load({}, row));
      advance(row, 16);
    });
    for (const widen of [i16x8.extend_low_i8x16_u, i16x8.extend_high_i8x16_u]) {
      let sum: Vector = eight(1); // half of the bit that is lost
      bytes.forEach((register, index) => {
        sum = i16x8.add(sum, i16x8.mul(widen(register), weights[index]!));
      });
      v128.store({}, out, i16x8.shr_u(sum, 1));
      advance(out, 16);
    }
    repeat(again, rows[0]!, end);
  });
}

/**
 * Doubles a mixed row: each sample becomes two, a quarter of the way to either neighbour (the triangle filter of libjpeg's "fancy
 * upsampling"). It has as many samples as lie from `first` to `firstEnd`.
 */
function rowDoubler() {
  return func(
    { in: [i32, i32, i32, i32], locals: [i32, v128, v128, v128], out: [] },
    ([row, firstEnd, first, out], [end, sample, left, right]) => {
      local.set(end, i32.add(row, i32.shl(i32.sub(firstEnd, first), 1)));
      // The outermost samples are their own neighbours.
      i32.store16({}, i32.sub(row, 2), i32.load16_u({}, row));
      i32.store16({}, end, i32.load16_u({}, i32.sub(end, 2)));
      loop({}, (again) => {
        local.set(sample, v128.load({}, row));
        local.set(left, i16x8.avgr_u(sample, i16x8.avgr_u(sample, v128.load({}, i32.sub(row, 2)))));
        local.set(right, i16x8.avgr_u(sample, i16x8.avgr_u(sample, v128.load({ offset: 2 }, row))));
        v128.store({}, out, i8x16.shuffle(alternating(0), left, right));
        v128.store({ offset: 16 }, out, i8x16.shuffle(alternating(4), left, right));
        advance(row, 16);
        advance(out, 32);
        repeat(again, row, end);
      });
    },
  );
}

function rowConverter({ windows, kr, kb, isFullRange }: YuvKernelOptions) {
  const entry = columnEntry(windows);
  const kg = 1 - kr - kb;
  // Limited range: luma is 16..235, colour 16..240.
  const [lumaGain, chromaGain] = isFullRange ? [1, 1] : [255 / 219, 255 / 224];
  const [toRed, toBlue] = [chromaGain * 2 * (1 - kr), chromaGain * 2 * (1 - kb)];
  const [redToGreen, blueToGreen] = [(-toRed * kr) / kg, (-toBlue * kb) / kg];
  return func(
    {
      in: [i32, i32, i32, i32, i32, i32],
      locals: [...FOUR_I32, ...FOUR_V128, ...FOUR_V128, ...FOUR_V128, ...FOUR_V128, v128],
      out: [],
    },
    ([yRow, uRow, vRow, columns, out, end], locals) => {
      const offsets = locals.slice(0, 4) as Scalar[];
      const registers = locals.slice(4) as Register[];
      const take = (count: number) => registers.splice(0, count);
      const shuffles = take(4).slice(0, windows);
      const planes = [yRow, uRow, vRow].map((row) => ({ row, sums: take(2) }));
      const [y, u, v] = planes.map(({ sums }) => sums[0]!) as [Register, Register, Register];
      const [red, green, blue] = [take(2), take(2), take(2)];
      const [weights] = take(1);
      loop({}, (again) => {
        for (const half of [0, 1]) {
          for (const quarter of [0, 1]) {
            shuffles.forEach((shuffle, window) => {
              local.set(offsets[window]!, i32.load({ offset: entry.offset(window) }, columns));
              local.set(shuffle, v128.load({ offset: entry.shuffle(window) }, columns));
            });
            local.set(weights!, v128.load({ offset: entry.weights }, columns));
            for (const { row, sums } of planes) {
              local.set(sums[quarter]!, fourSamples(row, offsets, shuffles, weights!));
            }
            advance(columns, entry.bytes);
          }
          for (const { sums } of planes) local.set(sums[0]!, i16x8.narrow_i32x4_s(sums[0]!, sums[1]!));
          if (!isFullRange) {
            local.set(y, i16x8.sub(y, eight(16 * LEVEL)));
            local.set(y, plus(y, [y, lumaGain - 1]));
          }
          local.set(y, i16x8.add(y, eight(LEVEL / 2))); // to round
          local.set(u, i16x8.sub(u, eight(128 * LEVEL)));
          local.set(v, i16x8.sub(v, eight(128 * LEVEL)));
          local.set(red[half]!, i16x8.shr_s(plus(y, [v, toRed]), LEVEL_BITS));
          local.set(green[half]!, i16x8.shr_s(plus(y, [u, blueToGreen], [v, redToGreen]), LEVEL_BITS));
          local.set(blue[half]!, i16x8.shr_s(plus(y, [u, toBlue]), LEVEL_BITS));
        }
        for (const [first, second] of [red, green, blue]) local.set(first!, i8x16.narrow_i16x8_u(first!, second!));
        for (const third of [0, 1, 2]) {
          v128.store({ offset: third * 16 }, out, interleaved(third, red[0]!, green[0]!, blue[0]!));
        }
        advance(out, 3 * PIXEL_GROUP);
        repeat(again, out, end);
      });
    },
  );
}

const FOUR_I32 = [i32, i32, i32, i32] as const;
const FOUR_V128 = [v128, v128, v128, v128] as const;

/** Levels of a column group, 32 bits each with `LEVEL_BITS` of fraction. @param offsets, shuffles of each window */
function fourSamples(row: Address, offsets: Scalar[], shuffles: Register[], weights: Register): Vector {
  const [first, ...others] = shuffles.map((shuffle, window) => () => {
    return i8x16.swizzle(v128.load({}, i32.add(row, offsets[window]!)), shuffle);
  });
  let samples = first!();
  for (const window of others) samples = v128.or(samples, window());
  return i32x4.shr_s(i32x4.dot_i16x8_s(samples, weights), COLUMN_SHIFT);
}
