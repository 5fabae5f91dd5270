export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Of samples in ms, by the nearest rank, to a tenth; undefined of none. Sorts what it is given. */
export function percentiles(samples: number[]): Percentiles | undefined {
  if (samples.length === 0) return undefined;
  samples.sort((a, b) => a - b);
  const at = (share: number) => tenth(samples[Math.max(0, Math.ceil(samples.length * share) - 1)]!);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
