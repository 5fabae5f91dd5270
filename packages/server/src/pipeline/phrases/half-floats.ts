/** All 65 536 values of IEEE 754 binary16, made when first needed: a look into a table is faster than any arithmetic. */
let table: Float32Array | undefined;

/** Rounds to half floats: 11 bits are plenty for vectors that are compared by cosine. @param values in [−1, 1] */
export function toHalf(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(new Float32Array(values).buffer);
  return Uint16Array.from(bits, (bit) => {
    const sign = (bit >>> 16) & 0x8000;
    const exponent = ((bit >>> 23) & 0xff) - 112;
    // What is too small for a normal number does not matter to a cosine.
    if (exponent <= 0) return sign;
    return sign | Math.min(0x7bff, ((exponent << 10) | ((bit & 0x7fffff) >>> 13)) + ((bit >>> 12) & 1));
  });
}

export function fromHalf(halves: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, half) => valueOfHalf(half));
  const known = table;
  return Float32Array.from(halves, (half) => known[half]!);
}

function valueOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = (half & 0x3ff) / 1024;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}
