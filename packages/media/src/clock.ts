/** Milliseconds since the Unix epoch, never going back when the machine's clock is set: the one clock of frames. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
