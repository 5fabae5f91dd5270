/**
 * Shares the workers' capacity among the cameras by max-min fairness: a camera that wants no more than an even share gets all it
 * wants, and the rest is split evenly among the others.
 * | @param capacityFps analyses per second of all workers together; ≥ 0
 * @param wantedFps analyses per second each camera wants; each ≥ 0
 * @returns analyses per second for each camera, in the same order; their sum never exceeds the capacity
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
 * Analyses per second available to one camera: its fair share plus the capacity that no camera uses, so that a camera that was
 * held back can grow into it.
 * | @param index of the camera in `wantedFps`
 */
export function availableTo(index: number, capacityFps: number, wantedFps: readonly number[]): number {
  const shares = shareCapacity(capacityFps, wantedFps);
  const left = capacityFps - shares.reduce((sum, share) => sum + share, 0);
  return (shares[index] ?? 0) + Math.max(0, left);
}
