/** How to play on, to stay at the live edge. */
export interface Pace {
  rate: number;
  /** Seek to the live edge. */
  seek: boolean;
}

/** The newest frame may wait for this long: frames do not arrive evenly. */
const BEHIND_S = 0.15;
const FAR_BEHIND_S = 0.5;
const FASTER = 1.1;
const SLOWER = 0.9;

/** @param behindS the newest frame's presentation time minus the player's; negative: the player is ahead @param rate at present */
export function paceOf(behindS: number, rate: number): Pace {
  if (Math.abs(behindS) > FAR_BEHIND_S) return { rate: 1, seek: true };
  if (behindS > BEHIND_S) return { rate: FASTER, seek: false };
  if (behindS < 0) return { rate: SLOWER, seek: false };
  // Catches up with more than it must, so that the rate does not change with every frame.
  const goesOn = rate > 1 && behindS > BEHIND_S / 2;
  return { rate: goesOn ? rate : 1, seek: false };
}
