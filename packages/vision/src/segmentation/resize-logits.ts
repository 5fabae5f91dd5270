/** Resampling along one axis: each output value is a weighted sum of a few neighbouring inputs. */
export interface AxisTaps {
  readonly length: number;
  /** Index of the first input of each output value. */
  readonly firsts: Int32Array;
  /** `count` per output value. */
  readonly weights: Float64Array;
  readonly count: number;
}

/**
 * Bilinear interpolation without smoothing, as `torch.nn.functional.interpolate(mode='bilinear', align_corners=False)`.
 * @param from number of input values
 * @param to number of output values
 * @param part of the input to resample, in values; default: all of it
 */
export function linearTaps(from: number, to: number, part = { start: 0, length: from }): AxisTaps {
  const firsts = new Int32Array(to);
  const weights = new Float64Array(to * 2);
  const scale = part.length / to;
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(part.start + (i + 0.5) * scale - 0.5, 0), from - 1);
    // The last input has no right neighbour, so it is taken as the second of a pair, with all the weight.
    const first = Math.max(0, Math.min(Math.floor(at), from - 2));
    firsts[i] = first;
    weights[i * 2] = from === 1 ? 1 : 1 - (at - first);
    weights[i * 2 + 1] = from === 1 ? 0 : at - first;
  }
  return { length: to, firsts, weights, count: 2 };
}

/** Combines two steps into one. */
export function composeTaps(first: AxisTaps, second: AxisTaps): AxisTaps {
  // Largest distance between the first inputs of two neighbouring intermediate values.
  const apart = first.firsts.reduce((most, from, i) => Math.max(most, from - (first.firsts[i - 1] ?? 0)), 0);
  const count = first.count + apart;
  const firsts = new Int32Array(second.length);
  const weights = new Float64Array(second.length * count);
  for (let i = 0; i < second.length; i++) {
    const base = first.firsts[second.firsts[i]!]!;
    firsts[i] = base;
    for (let tap = 0; tap < second.count; tap++) {
      const weight = second.weights[i * second.count + tap]!;
      const middle = second.firsts[i]! + tap;
      if (weight === 0 || middle >= first.length) continue;
      for (let inner = 0; inner < first.count; inner++) {
        const offset = first.firsts[middle]! - base + inner;
        weights[i * count + offset]! += weight * first.weights[middle * first.count + inner]!;
      }
    }
  }
  return { length: second.length, firsts, weights, count };
}

/**
 * @param logits rows of `width` values
 * @returns `rows.length` rows of `columns.length` values
 */
export function resizeLogits(logits: Float32Array, width: number, rows: AxisTaps, columns: AxisTaps): Float32Array {
  const height = logits.length / width;
  const wide = new Float32Array(height * columns.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns.length; x++) {
      const first = y * width + columns.firsts[x]!;
      let sum = 0;
      for (let tap = 0; tap < columns.count; tap++) {
        const weight = columns.weights[x * columns.count + tap]!;
        if (weight !== 0) sum += weight * logits[first + tap]!;
      }
      wide[y * columns.length + x] = sum;
    }
  }
  const result = new Float32Array(rows.length * columns.length);
  for (let y = 0; y < rows.length; y++) {
    const line = result.subarray(y * columns.length, (y + 1) * columns.length);
    for (let tap = 0; tap < rows.count; tap++) {
      const weight = rows.weights[y * rows.count + tap]!;
      if (weight === 0) continue;
      const from = (rows.firsts[y]! + tap) * columns.length;
      for (let x = 0; x < line.length; x++) line[x]! += weight * wide[from + x]!;
    }
  }
  return result;
}
