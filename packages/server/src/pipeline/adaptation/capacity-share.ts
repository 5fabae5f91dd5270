/**
 * Shares the analyses that the workers have time for among the cameras: each gets what it wants where that is at most an even share of what
 * is left, and the others share evenly what those leave (max-min fairness).
 *
 * @param capacityFps analyses a second, of all workers together; ≥ 0
 * @param wantedFps analyses a second each camera wants; each ≥ 0
 * @returns analyses a second for each, in the same order; never more in sum than the capacity
 * @example shareCapacity(60, [30, 10, 40]) // [25, 10, 25]
 */
export function shareCapacity(capacityFps: number, wantedFps: readonly number[]): number[] {
  const shares = new Array<number>(wantedFps.length).fill(0);
  const ascending = wantedFps.map((wanted, index) => ({ wanted, index })).sort((a, b) => a.wanted - b.wanted);
  let left = capacityFps;
  let waiting = ascending.length;
  for (const { wanted, index } of ascending) {
    const share = Math.min(wanted, left / waiting);
    shares[index] = share;
    left -= share;
    waiting--;
  }
  return shares;
}

/**
 * Analyses a second that a camera could have: its fair share, and what all of them together leave, so that one held back learns
 * of the room there is.
 *
 * @param index of the camera in `wantedFps`
 */
export function availableTo(index: number, capacityFps: number, wantedFps: readonly number[]): number {
  const shares = shareCapacity(capacityFps, wantedFps);
  const left = capacityFps - shares.reduce((sum, share) => sum + share, 0);
  return (shares[index] ?? 0) + Math.max(0, left);
}
