/** Nearest-rank percentile of unsorted values; NaN if there are none. @param rank 0..1 */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(rank * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The median of each figure separately. */
export function medians<T extends Record<keyof T, number>>(measured: readonly T[]): T {
  const names = Object.keys(measured[0] ?? {}) as Array<keyof T>;
  return Object.fromEntries(names.map((name) => [name, median(measured.map((one) => one[name]))])) as T;
}

export function round(value: number, digits = 1): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}

/** Slope of a least-squares line through (x, y), in y per unit of x. */
export function slope(points: ReadonlyArray<readonly [x: number, y: number]>): number {
  const count = points.length;
  if (count < 2) return 0;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** CLOCK_MONOTONIC in milliseconds: the same for all processes of the machine. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
