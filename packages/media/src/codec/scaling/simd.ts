import { br_if, i8x16, i16x8, i32, i32x4, type Label, type Local, local, type StackVar, v128 } from 'wasmati';

// What WebAssembly's instructions are put together to, eight 16-bit numbers or four of 32 bits at a time.

export type Scalar = Local<'i32'>;
/** Where something lies in the memory. */
export type Address = Local<'i32'>;
/** A variable of 128 bits. */
export type Register = Local<'v128'>;
/** A result of 128 bits. */
export type Vector = StackVar<'v128'>;

/** `value + Σ register · factor`, rounded to the nearest. @param products factors within ± 2.5 */
export function plus(value: Register, ...products: Array<readonly [register: Register, factor: number]>): Vector {
  let sum: Vector | Register = value;
  for (const [register, factor] of products) {
    const whole = Math.abs(factor) < 1 ? 0 : Math.round(factor);
    for (let i = 0; i < whole; i++) sum = i16x8.add(sum, register);
    sum = i16x8.add(sum, i16x8.q15mulr_sat_s(register, eight(Math.round((factor - whole) * 32768))));
  }
  return sum as Vector;
}

/** `Σ register · factor` of two, rounded to the nearest once. @param products factors within ± 1 */
export function weighedSum(
  [first, firstFactor]: readonly [Register, number],
  [second, secondFactor]: readonly [Register, number],
): Vector {
  const [low, high] = [Math.round(firstFactor * 32768) & 0xffff, Math.round(secondFactor * 32768) & 0xffff];
  const [lowest, highest] = [0, 4].map((start) => {
    const pairs = i8x16.shuffle(alternating(start), first, second);
    const sums = i32x4.dot_i16x8_s(pairs, v128.const('i16x8', [low, high, low, high, low, high, low, high]));
    return i32x4.shr_s(i32x4.add(sums, v128.const('i32x4', [16384, 16384, 16384, 16384])), 15);
  }) as [Vector, Vector];
  return i16x8.narrow_i32x4_s(lowest, highest);
}

/** @param value -32768..32767 */
export function eight(value: number): Vector {
  const lane = value & 0xffff;
  return v128.const('i16x8', [lane, lane, lane, lane, lane, lane, lane, lane]);
}

/** A number in each of four lanes of 32 bits. */
export function four(value: number): Vector {
  return v128.const('f32x4', [value, value, value, value]);
}

/** Which bytes of two registers: four 16-bit numbers of the one, from `first` on, each followed by its like in the other. */
export function alternating(first: number): Bytes {
  return Array.from({ length: 16 }, (_, byte) => {
    const sample = first + (byte >> 2);
    return (byte & 2 ? 16 : 0) + sample * 2 + (byte & 1);
  }) as Bytes;
}

/** A third of the numbers r g b r g b … of four pixels, 32 bits each. */
export function interleaved(third: number, red: Register, green: Register, blue: Register): Vector {
  const lanes = Array.from({ length: 4 }, (_, index) => {
    const lane = third * 4 + index;
    return { pixel: Math.floor(lane / 3), component: lane % 3 };
  });
  const bytesOf = (fromFirst: (lane: (typeof lanes)[number], index: number) => number) => {
    return Array.from({ length: 16 }, (_, byte) => fromFirst(lanes[byte >> 2]!, byte >> 2) * 4 + (byte & 3)) as Bytes;
  };
  const redGreen = bytesOf(({ pixel, component }) => (component === 1 ? 4 + pixel : pixel));
  const withBlue = bytesOf(({ pixel, component }, index) => (component === 2 ? 4 + pixel : index));
  return i8x16.shuffle(withBlue, i8x16.shuffle(redGreen, red, green), blue);
}

type Bytes = Parameters<typeof i8x16.shuffle>[0];

/** Goes on by so many bytes. */
export function advance(address: Address, bytes: number): void {
  local.set(address, i32.add(address, bytes));
}

/** Goes back to the start of a loop until the address is at the end. */
export function repeat(again: Label, address: Address, end: Address): void {
  i32.lt_u(address, end);
  br_if(again);
}
