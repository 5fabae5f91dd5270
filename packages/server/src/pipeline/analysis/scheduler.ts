/** What the scheduler needs to know of a camera that has a frame waiting. */
export interface Candidate {
  /** When inference last began for this camera, ms; -Infinity for never. */
  lastStartedMs: number;
  /** Analyses a second its consumers want; > 0. */
  wantedFps: number;
}

/**
 * Inference is the scarce thing: it goes to the camera whose shown result is stalest relative to its wanted rate, so that no
 * camera starves and none hogs. Two cameras at 30 and 10 fps that both want more than there is get 3 : 1.
 *
 * @returns the candidate to serve, `undefined` when there is none. Ties go to the first.
 */
export function pickStalest<T extends Candidate>(candidates: Iterable<T>, nowMs: number): T | undefined {
  let stalest: T | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const overdue = (nowMs - candidate.lastStartedMs) * candidate.wantedFps;
    if (overdue > most) {
      most = overdue;
      stalest = candidate;
    }
  }
  return stalest;
}
