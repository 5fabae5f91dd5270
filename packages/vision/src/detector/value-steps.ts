/** An 8-bit tensor has no more values. */
const MOST_VALUES = 256;
/** Fewer say nothing of steps between them. */
const LEAST_VALUES = 20;

/**
 * The step that all values of an output are multiples of, where it was quantised to 8 bits as a whole. Scores that share an output
 * with boxes of hundreds of pixels then come in steps of 1 or 2.
 * @returns undefined where the values are in no such steps.
 */
export function stepOf(values: ArrayLike<number | bigint>): number | undefined {
  const distinct = new Set<number>();
  for (let i = 0; i < values.length; i++) {
    distinct.add(Number(values[i]));
    if (distinct.size > MOST_VALUES) return undefined;
  }
  if (distinct.size < LEAST_VALUES) return undefined;
  const sorted = [...distinct].sort((a, b) => a - b);
  let step = Infinity;
  for (let i = 1; i < sorted.length; i++) step = Math.min(step, sorted[i]! - sorted[i - 1]!);
  const isMultiple = (value: number) => Math.abs(value / step - Math.round(value / step)) < 0.01;
  return sorted.every(isMultiple) ? step : undefined;
}
