import type { Box } from '@lookout/protocol';
import { scaleBox } from '../tracker/track.js';
import { shift } from './boxes.js';

/** A look lasts this long, ms, or one frame at lower rates: many frames of one moment are not many opinions. */
const LOOK_MS = 200;

/** Looks kept: 3 s or more. */
const MAX_LOOKS = 15;

/** This many looks must agree on where it was, and on where it is: in one, a passer-by may have been mistaken for it. */
const AGREEING_LOOKS = 3;

/** Share of the looks at either end, by score, that does not count. */
const TRIMMED = 0.25;

interface Look {
  fromMs: number;
  /** Mean score of its frames. */
  score: number;
  frames: number;
  box: Box;
}

/** The last seconds of one object: how surely it was detected, and whether it moved. Times are steady, ms. */
export class RecentLooks {
  /** Oldest first. */
  readonly #looks: Look[] = [];
  #score: number | undefined;

  /** @param box smoothed, pixels. @returns whether a new look began. */
  add(score: number, box: Box, nowMs: number): boolean {
    const last = this.#looks.at(-1);
    if (last && nowMs - last.fromMs < LOOK_MS) {
      last.frames++;
      last.score += (score - last.score) / last.frames;
      return false;
    }
    if (this.#looks.length === MAX_LOOKS) this.#looks.shift();
    this.#looks.push({ fromMs: nowMs, score, frames: 1, box });
    this.#score = undefined;
    return true;
  }

  get count(): number {
    return this.#looks.length;
  }

  /**
   * Interquartile mean of the looks' scores, as of the beginning of the newest, 0..1: a few that are much too high or too low count no
   * more than others.
   */
  get score(): number {
    this.#score ??= this.scoreSince(Number.NEGATIVE_INFINITY);
    return this.#score;
  }

  /** The same of the looks from a time on; 0 if there are none. */
  scoreSince(fromMs: number): number {
    const sorted: number[] = [];
    for (const { fromMs: lookMs, score } of this.#looks) if (lookMs >= fromMs) insert(sorted, score);
    if (sorted.length === 0) return 0;
    const trimmed = Math.floor(sorted.length * TRIMMED);
    let sum = 0;
    for (let i = trimmed; i < sorted.length - trimmed; i++) sum += sorted[i]!;
    return sum / (sorted.length - 2 * trimmed);
  }

  /** The same looks in a picture that is `factor` times as large. */
  scale(factor: number): void {
    for (const look of this.#looks) look.box = scaleBox(look.box, factor);
  }

  /** How far the newest look is from any earlier one, in sizes. */
  get shifted(): number {
    const newest = this.#looks.at(-1);
    let farthest = 0;
    for (const { box } of this.#looks) if (newest) farthest = Math.max(farthest, shift(box, newest.box));
    return farthest;
  }

  /** How far it moved, in sizes, as several earlier looks and each of the newest agree. */
  get surelyShifted(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let back = 1; back <= AGREEING_LOOKS; back++)
      least = Math.min(least, this.#agreedShift(this.#looks.length - back));
    return least;
  }

  /** How far a look is from several earlier ones. */
  #agreedShift(index: number): number {
    if (index < AGREEING_LOOKS) return 0;
    const { box } = this.#looks[index]!;
    const shifts: number[] = [];
    for (let earlier = 0; earlier < index; earlier++) insert(shifts, shift(this.#looks[earlier]!.box, box));
    return shifts[index - AGREEING_LOOKS]!;
  }
}

/** Inserts a value into a sorted list. The lists are so short that nothing is faster. */
function insert(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1]! > value) {
    sorted[at] = sorted[at - 1]!;
    at--;
  }
  sorted[at] = value;
}
