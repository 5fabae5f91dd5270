export const RTP_TICKS_PER_MS = 90;

/** The RTP clock of all peers, 90 kHz. @param timeMs by `nowMs()` @returns ticks that never wrap */
export function rtpTicksAt(timeMs: number): number {
  return Math.round(timeMs * RTP_TICKS_PER_MS);
}

/** As RTP timestamps carry it: modulo 2 ** 32. */
export function rtpTimestampOf(ticks: number): number {
  return ticks % 2 ** 32;
}
