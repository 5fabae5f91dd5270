/** One sample out of several neighbouring ones: their weights, which sum to 1, from the sample `first` on. */
export interface Taps {
  first: number;
  weights: readonly number[];
}

/**
 * Linear interpolation of the two nearest samples, centres aligned, whatever the ratio: OpenCV's `INTER_LINEAR`. Beyond the
 * outermost samples' centres their value goes on.
 * @param count samples there are. @param outputs samples wanted. @param step distance of two outputs, in samples
 */
export function linearTaps(count: number, outputs: number, step: number): Taps[] {
  return Array.from({ length: outputs }, (_, index) => {
    const position = Math.min(Math.max((index + 0.5) * step - 0.5, 0), count - 1);
    const first = Math.floor(position);
    const fraction = position - first;
    return { first, weights: fraction === 0 ? [1] : [1 - fraction, fraction] };
  });
}

/** `outer` of samples that are themselves made by `inner`. */
export function composeTaps(outer: readonly Taps[], inner: readonly Taps[]): Taps[] {
  return outer.map(({ first, weights }) => {
    const parts = weights.map((weight, index) => ({ weight, taps: inner[first + index]! }));
    const start = Math.min(...parts.map(({ taps }) => taps.first));
    const end = Math.max(...parts.map(({ taps }) => taps.first + taps.weights.length));
    const sums = new Array<number>(end - start).fill(0);
    for (const { weight, taps } of parts) {
      taps.weights.forEach((inner, index) => {
        sums[taps.first - start + index]! += weight * inner;
      });
    }
    return { first: start, weights: sums };
  });
}

/**
 * How one axis of a plane comes to `outputs` samples. A subsampled plane is first brought to the picture's size, as decoders do
 * that smooth colour (libjpeg's "fancy upsampling"), and scaled from there: at most three samples for each.
 * @param size of the picture. @param subsampling pixels for each of the plane's samples: 1 or 2
 */
export function planeTaps(size: number, subsampling: number, outputs: number): Taps[] {
  const scaling = linearTaps(size, outputs, size / outputs);
  if (subsampling === 1) return scaling;
  return composeTaps(scaling, linearTaps(Math.ceil(size / subsampling), size, 1 / subsampling));
}

/** Weights in whole numbers, which sum to `one` exactly. */
export function wholeWeights(weights: readonly number[], one: number): number[] {
  const whole = weights.map((weight) => Math.round(weight * one));
  const largest = weights.indexOf(Math.max(...weights));
  whole[largest]! += one - whole.reduce((sum, weight) => sum + weight, 0);
  return whole;
}
