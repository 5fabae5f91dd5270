import { floatToHalf, halfToFloat } from '@lookout/vision';

/** All values, computed on first use: a table lookup is faster than arithmetic. */
let table: Float32Array | undefined;

/** Rounds to half floats: 11 bits are plenty for vectors that are compared by cosine. */
export function toHalf(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, floatToHalf);
}

export function fromHalf(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, half) => halfToFloat(half));
  const known = table;
  return Float32Array.from(halves, (half) => known[half]!);
}
