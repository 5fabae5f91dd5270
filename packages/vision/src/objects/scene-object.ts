import type { Track } from '../tracker/track.js';

/** A track not seen for this long is lost, ms. Rules look past shorter losses. */
const LOST_AFTER_MS = 1000;

/** One object of a camera, confirmed or not. Times are steady, ms. */
export class SceneObject {
  readonly track: Track;
  confirmedMs: number | undefined;
  #isLost = false;

  constructor(track: Track) {
    this.track = track;
  }

  /** Call once a frame. @returns whether it was lost or recovered by it. */
  look(nowMs: number): 'lost' | 'recovered' | undefined {
    const isLost = nowMs - this.track.seenMs >= LOST_AFTER_MS;
    if (isLost === this.#isLost) return undefined;
    this.#isLost = isLost;
    return isLost ? 'lost' : 'recovered';
  }
}
