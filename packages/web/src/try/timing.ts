/** Where the milliseconds of a call went. */
export interface Timing {
  /** The way there and back: all that was not spent in the server. */
  uploadMs: number;
  /** In the server before and after the model: until a worker was free, decoding, preparation. */
  waitMs: number;
  inferenceMs: number;
  /** As the caller saw it. */
  totalMs: number;
}

/**
 * Divides a call by what its answer tells.
 * @param totalMs measured here @param processingMs from the arrival of the picture to its result @param inferenceMs the model alone
 * @returns parts that are never negative; clocks are read in different places
 */
export function timingOf(totalMs: number, processingMs: number, inferenceMs: number): Timing {
  return {
    uploadMs: Math.max(0, totalMs - processingMs),
    waitMs: Math.max(0, processingMs - inferenceMs),
    inferenceMs,
    totalMs,
  };
}
