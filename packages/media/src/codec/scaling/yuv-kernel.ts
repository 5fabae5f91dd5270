import { f32x4, func, i8x16, i16x8, i32, i32x4, importMemory, local, loop, Module, v128 } from 'wasmati';
import {
  type Address,
  advance,
  alternating,
  eight,
  four,
  interleaved,
  plus,
  type Register,
  repeat,
  type Scalar,
  type Vector,
  weighedSum,
} from './simd.js';

/**
 * The loops of scaling a YUV picture to RGB, in WebAssembly for its registers of 128 bits. Rows become RGB in full size, rounded to
 * bytes, and are scaled from there without any further rounding: so models see what they see where a library decodes a picture and
 * another scales it. Full-range BT.601, which is JPEG, becomes to the last bit what libjpeg makes of it (`jdsample.c`, "fancy
 * upsampling", and `jdcolor.c`).
 */
export interface YuvKernel {
  /**
   * Makes rows of RGB in full size, one below the other: a row of red, of green, of blue, `planeBytes` apart.
   * @param plan a conversion plan for each: `CONVERSION_PLAN_BYTES` each. @param planEnd past the last. @param width samples of luma.
   * @param mixedBlue, mixedRed room for a row of colour, 16 bits a sample: 2 bytes before and 32 beyond are written.
   * @param out where the first row goes; up to 15 bytes beyond the last are written.
   */
  convertRows(
    plan: number,
    planEnd: number,
    width: number,
    mixedBlue: number,
    mixedRed: number,
    out: number,
    planeBytes: number,
  ): void;
  /**
   * Scales rows made so to rows of R G B R G B …, 32-bit floats of 0..255.
   * @param plan a scaling plan for each: `SCALING_PLAN_BYTES` each. @param planEnd past the last. @param columns a column table: an
   * entry for each `COLUMN_GROUP` pixels. @param out where the first row goes; up to 3 pixels beyond the last are written.
   */
  scaleRows(
    plan: number,
    planEnd: number,
    planeBytes: number,
    columns: number,
    columnsEnd: number,
    out: number,
    rowBytes: number,
  ): void;
}

/** Which rows of the planes become a row of RGB, addresses in the kernel's memory; up to 15 bytes beyond each are read. */
export interface ConversionPlan {
  luma: number;
  /** Blue and red difference: the row that lies nearest, and the one a quarter of it is taken from. */
  blue: readonly [near: number, far: number];
  red: readonly [near: number, far: number];
  /** What is added to colour before it is rounded down, in sixteenths of a level: at the row's even pixels, and at its odd ones. */
  rounding: readonly [even: number, odd: number];
}

export const CONVERSION_PLAN_BYTES = 28;

/** A conversion plan as the kernel reads it. */
export function conversionPlan({ luma, blue, red, rounding }: ConversionPlan): number[] {
  return [luma, ...blue, ...red, ...rounding];
}

/** Which rows of RGB become a row of the result: the reds' addresses, up to 15 bytes beyond each row of a colour are read. */
export interface ScalingPlan {
  upper: number;
  lower: number;
  /** Of `lower`, 0..1; `upper` has the rest. */
  weight: number;
}

export const SCALING_PLAN_BYTES = 12;

/** A scaling plan as the kernel reads it. */
export function scalingPlan({ upper, lower, weight }: ScalingPlan): number[] {
  return [upper, lower, Math.min(Math.round(weight * ROW_WEIGHT), ROW_WEIGHT - 1)];
}

const ROW_WEIGHT = 1 << 15;
/** What the weights of columns sum to. */
export const COLUMN_WEIGHT = 1 << 14;
/** Fractional bits of luma and colour where luma is 16..235: all sums fit in 16 bits with a sign. Full range needs none. */
const LIMITED_RANGE_BITS = 5;
/** As many pixels as a register holds 32-bit sums. */
export const COLUMN_GROUP = 4;
/** Bytes of a register. */
export const REGISTER_BYTES = 16;

/**
 * Loads of sixteen samples that reach all those a column group is made of: one, or where a picture shrinks more, one for two pixels,
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
  /** Pixels of a row for each sample of colour. */
  across: 1 | 2;
  windows: Windows;
  /** Red's and blue's share of luma: 0.299 and 0.114 in BT.601. */
  kr: number;
  kb: number;
  /** Luma is 0..255, not 16..235. */
  isFullRange: boolean;
}

/** @param memory of at most `maxPages` */
export function openYuvKernel(options: YuvKernelOptions, memory: WebAssembly.Memory, maxPages: number): YuvKernel {
  const exports = { convertRows: rowsConverter(options), scaleRows: rowsScaler(options.windows) };
  const { importMap, toBytes } = Module({ exports, memory: importMemory({ min: 1, max: maxPages }, memory) });
  const module = new WebAssembly.Module(toBytes() as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(module, importMap).exports as unknown as YuvKernel;
}

function rowsConverter(options: YuvKernelOptions) {
  return func(
    {
      in: [i32, i32, i32, i32, i32, i32, i32],
      locals: [...FOUR_I32, ...FOUR_I32, i32, i32, ...FOUR_V128, ...FOUR_V128, ...FOUR_V128, v128, v128, v128],
      out: [],
    },
    ([plan, planEnd, width, mixedBlue, mixedRed, out, planeBytes], locals) => {
      const [luma, end, colourWidth, near, far, blue, red, ...to] = locals.slice(0, 10) as Scalars;
      const [even, odd, ...registers] = locals.slice(10) as [Register, Register, ...Register[]];
      const planes = [
        { mixed: mixedBlue, at: blue },
        { mixed: mixedRed, at: red },
      ];
      local.set(colourWidth, options.across === 1 ? width : i32.shr_u(i32.add(width, 1), 1));
      loop({}, (again) => {
        planes.forEach(({ mixed, at }, plane) => {
          local.set(near, i32.load({ offset: 4 + 8 * plane }, plan));
          local.set(far, i32.load({ offset: 8 + 8 * plane }, plan));
          local.set(at, mixed);
          mixColour(near, far, at, colourWidth, end, registers);
          local.set(at, mixed);
          if (options.across === 2) repeatOutermost(mixed, end, colourWidth);
        });
        local.set(luma, i32.load({}, plan));
        local.set(even, i16x8.splat(i32.load({ offset: 20 }, plan)));
        local.set(odd, i16x8.splat(i32.load({ offset: 24 }, plan)));
        local.set(end, i32.add(luma, width));
        for (const colour of to) {
          local.set(colour, out);
          local.set(out, i32.add(out, planeBytes));
        }
        convertRow(options, { luma, end, blue, red, to }, [even, odd], registers);
        advance(plan, CONVERSION_PLAN_BYTES);
        repeat(again, plan, planEnd);
      });
    },
  );
}

/** A row of colour in quarters of a level, 0 where there is none: three of the nearest, one of the next. */
function mixColour(
  near: Address,
  far: Address,
  out: Address,
  width: Scalar,
  end: Address,
  [nearest, next]: Register[],
): void {
  local.set(end, i32.add(near, width));
  loop({}, (again) => {
    local.set(nearest!, v128.load({}, near));
    local.set(next!, v128.load({}, far));
    for (const widen of [i16x8.extend_low_i8x16_u, i16x8.extend_high_i8x16_u]) {
      const mixed = i16x8.add(i16x8.mul(widen(nearest!), eight(3)), widen(next!));
      v128.store({}, out, i16x8.sub(mixed, eight(4 * 128)));
      advance(out, REGISTER_BYTES);
    }
    advance(near, REGISTER_BYTES);
    advance(far, REGISTER_BYTES);
    repeat(again, near, end);
  });
}

/** The outermost samples of a mixed row are their own neighbours. */
function repeatOutermost(mixed: Address, end: Address, width: Scalar): void {
  local.set(end, i32.add(mixed, i32.shl(width, 1)));
  i32.store16({}, i32.sub(mixed, 2), i32.load16_u({}, mixed));
  i32.store16({}, end, i32.load16_u({}, i32.sub(end, 2)));
}

interface RowAddresses {
  luma: Address;
  /** Past the last sample of luma. */
  end: Address;
  /** Mixed rows. */
  blue: Address;
  red: Address;
  /** Where red, green and blue go. */
  to: Address[];
}

function convertRow(
  { across, kr, kb, isFullRange }: YuvKernelOptions,
  { luma, end, blue, red, to }: RowAddresses,
  [even, odd]: readonly [Register, Register],
  registers: Register[],
): void {
  const kg = 1 - kr - kb;
  // Limited range: luma is 16..235, colour 16..240.
  const [lumaGain, colourGain] = isFullRange ? [1, 1] : [255 / 219, 255 / 224];
  const [toRed, toBlue] = [colourGain * 2 * (1 - kr), colourGain * 2 * (1 - kb)];
  const [redToGreen, blueToGreen] = [(-toRed * kr) / kg, (-toBlue * kb) / kg];
  const levelBits = isFullRange ? 0 : LIMITED_RANGE_BITS;
  /** Sixteenths of a level to levels, rounded, then to what luma is counted by. */
  const rounded = (sixteenths: Vector | Register, rounding: Register) => {
    const levels = i16x8.shr_s(i16x8.add(sixteenths, rounding), 4);
    return isFullRange ? levels : i16x8.shl(levels, levelBits);
  };
  const [u0, u1, v0, v1, y, left, right, ...colours] = registers as [Register, ...Register[]] & Register[];
  loop({}, (again) => {
    for (const [row, low, high] of [
      [blue, u0!, u1!],
      [red, v0!, v1!],
    ] as const) {
      if (across === 2) {
        smoothAlong(row, left!, right!);
        local.set(left!, rounded(left!, even));
        local.set(right!, rounded(right!, odd));
        local.set(low, i8x16.shuffle(alternating(0), left!, right!));
        local.set(high, i8x16.shuffle(alternating(4), left!, right!));
        advance(row, REGISTER_BYTES);
      } else {
        local.set(low, rounded(i16x8.shl(v128.load({}, row), 2), even));
        local.set(high, rounded(i16x8.shl(v128.load({ offset: REGISTER_BYTES }, row), 2), even));
        advance(row, 2 * REGISTER_BYTES);
      }
    }
    for (const [half, u, v] of [
      [0, u0!, v0!],
      [1, u1!, v1!],
    ] as const) {
      local.set(y!, v128.load8x8_u({ offset: 8 * half }, luma));
      if (!isFullRange) {
        local.set(y!, i16x8.shl(i16x8.sub(y!, eight(16)), levelBits));
        local.set(y!, i16x8.add(plus(y!, [y!, lumaGain - 1]), eight(1 << (levelBits - 1)))); // to round
      }
      const [r, g, b] = colours.slice(3 * half) as [Register, Register, Register];
      local.set(r, plus(y!, [v, toRed]));
      local.set(g, i16x8.add(y!, weighedSum([u, blueToGreen], [v, redToGreen])));
      local.set(b, plus(y!, [u, toBlue]));
      if (!isFullRange) for (const colour of [r, g, b]) local.set(colour, i16x8.shr_s(colour, levelBits));
    }
    to.forEach((address, colour) => {
      v128.store({}, address, i8x16.narrow_i16x8_u(colours[colour]!, colours[3 + colour]!));
      advance(address, REGISTER_BYTES);
    });
    advance(luma, REGISTER_BYTES);
    repeat(again, luma, end);
  });
}

/** Each sample becomes two, a quarter of the way to either neighbour, in sixteenths of a level. */
function smoothAlong(row: Address, left: Register, right: Register): void {
  local.set(right, i16x8.mul(v128.load({}, row), eight(3)));
  local.set(left, i16x8.add(right, v128.load({}, i32.sub(row, 2))));
  local.set(right, i16x8.add(right, v128.load({ offset: 2 }, row)));
}

function rowsScaler(windows: Windows) {
  const entry = columnEntry(windows);
  return func(
    {
      in: [i32, i32, i32, i32, i32, i32, i32],
      locals: [...FOUR_I32, ...FOUR_I32, ...FOUR_I32, ...FOUR_V128, ...FOUR_V128, ...FOUR_V128],
      out: [],
    },
    ([plan, planEnd, planeBytes, columns, columnsEnd, out, rowBytes], locals) => {
      const [at, to, ...scalars] = locals.slice(0, 12) as [Scalar, Scalar, ...Scalar[]];
      const registers = locals.slice(12) as [Register, Register, Register, ...Register[]];
      const planes = [0, 1, 2].map((plane) => ({ upper: scalars[plane]!, lower: scalars[3 + plane]! }));
      const offsets = scalars.slice(6, 6 + windows);
      const [rowWeight, upperWeights, lowerWeights, ...others] = registers;
      const shuffles = others.slice(0, windows);
      const [red, green, blue] = others.slice(4) as [Register, Register, Register];
      loop({}, (nextRow) => {
        planes.forEach(({ upper, lower }, plane) => {
          local.set(upper, plane === 0 ? i32.load({}, plan) : i32.add(planes[plane - 1]!.upper, planeBytes));
          local.set(lower, plane === 0 ? i32.load({ offset: 4 }, plan) : i32.add(planes[plane - 1]!.lower, planeBytes));
        });
        local.set(rowWeight, i16x8.splat(i32.load({ offset: 8 }, plan)));
        local.set(at, columns);
        local.set(to, out);
        loop({}, (nextGroup) => {
          shuffles.forEach((shuffle, window) => {
            local.set(offsets[window]!, i32.load({ offset: entry.offset(window) }, at));
            local.set(shuffle, v128.load({ offset: entry.shuffle(window) }, at));
          });
          local.set(upperWeights, v128.load({ offset: entry.weights }, at));
          local.set(lowerWeights, i16x8.q15mulr_sat_s(upperWeights, rowWeight));
          // What the one loses the other has: where all samples are the same the result is that sample exactly.
          local.set(upperWeights, i16x8.sub(upperWeights, lowerWeights));
          [red, green, blue].forEach((colour, plane) => {
            const { upper, lower } = planes[plane]!;
            const [above, below] = [
              weighed(upper, offsets, shuffles, upperWeights),
              weighed(lower, offsets, shuffles, lowerWeights),
            ];
            local.set(colour, f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(above, below)), four(1 / COLUMN_WEIGHT)));
          });
          for (const third of [0, 1, 2]) {
            v128.store({ offset: third * REGISTER_BYTES }, to, interleaved(third, red, green, blue));
          }
          advance(to, 3 * REGISTER_BYTES);
          advance(at, entry.bytes);
          repeat(nextGroup, at, columnsEnd);
        });
        local.set(out, i32.add(out, rowBytes));
        advance(plan, SCALING_PLAN_BYTES);
        repeat(nextRow, plan, planEnd);
      });
    },
  );
}

const FOUR_I32 = [i32, i32, i32, i32] as const;
const FOUR_V128 = [v128, v128, v128, v128] as const;
type Scalars = [Scalar, Scalar, Scalar, Scalar, Scalar, Scalar, Scalar, ...Scalar[]];

/** Sums of a column group's samples of one row, by their weights. @param offsets, shuffles of each window */
function weighed(row: Address, offsets: Scalar[], shuffles: Register[], weights: Register): Vector {
  const [first, ...others] = shuffles.map((shuffle, window) => () => {
    return i8x16.swizzle(v128.load({}, i32.add(row, offsets[window]!)), shuffle);
  });
  let samples = first!();
  for (const window of others) samples = v128.or(samples, window());
  return i32x4.dot_i16x8_s(samples, weights);
}
