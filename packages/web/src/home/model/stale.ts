/** At least this old, whatever the rate, ms. */
const MIN_STALE_MS = 400;
const INTERVALS = 3;

/**
 * Whether a live picture has stood still for too long to be shown as live.
 * @param sinceMs since the last picture came on the screen @param fps of pictures, lately
 */
export function isStale(sinceMs: number, fps: number): boolean {
  return sinceMs > Math.max(MIN_STALE_MS, fps > 0 ? (INTERVALS * 1000) / fps : 0);
}
