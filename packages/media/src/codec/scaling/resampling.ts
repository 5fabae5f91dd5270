/** One sample out of several neighbouring ones: their weights, which sum to 1, from the sample `first` on. */
export interface Taps {
  first: number;
  weights: readonly number[];
}

/**
 * Linear interpolation of the two nearest samples, centres aligned, whatever the ratio: OpenCV's `INTER_LINEAR`. Beyond the
 * outermost samples' centres their value goes on.
 * @param count samples there are. @param outputs samples wanted.
 */
export function linearTaps(count: number, outputs: number): Taps[] {
  const step = count / outputs;
  return Array.from({ length: outputs }, (_, index) => {
    const position = Math.min(Math.max((index + 0.5) * step - 0.5, 0), count - 1);
    const first = Math.floor(position);
    const fraction = position - first;
    return { first, weights: fraction === 0 ? [1] : [1 - fraction, fraction] };
  });
}

/** Weights in whole numbers, which sum to `one` exactly. */
export function wholeWeights(weights: readonly number[], one: number): number[] {
  const whole = weights.map((weight) => Math.round(weight * one));
  const largest = weights.indexOf(Math.max(...weights));
  whole[largest]! += one - whole.reduce((sum, weight) => sum + weight, 0);
  return whole;
}
