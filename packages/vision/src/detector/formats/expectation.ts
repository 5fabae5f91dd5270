/** Expectation of the distribution whose logits lie at `start`, `start + step` …: softmax, then the mean bin. */
export function expectation(values: Float32Array, start: number, bins: number, step: number): number {
  let largest = -Infinity;
  for (let bin = 0; bin < bins; bin++) largest = Math.max(largest, values[start + bin * step]!);
  let sum = 0;
  let weighted = 0;
  for (let bin = 0; bin < bins; bin++) {
    const weight = Math.exp(values[start + bin * step]! - largest);
    sum += weight;
    weighted += weight * bin;
  }
  return weighted / sum;
}
