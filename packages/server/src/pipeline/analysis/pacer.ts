/** Frames may come a little out of order; so far back goes only a clock that was set. */
const CLOCK_STEP_MS = 1000;

/**
 * A rate limit as a schedule, not a gap: it keeps the next due time, lets the first frame at or after it through and advances
 * by whole periods. A gap that restarted at each frame would turn 10 fps out of 15 candidates into 7.5.
 *
 * A frame up to a quarter of a period early counts as due, so that a camera whose frames jitter around the wanted rate loses
 * none; the schedule itself never moves forward by less than a period, so the rate holds.
 */
export class Pacer {
  readonly #periodMs: number;
  #dueMs = Number.NEGATIVE_INFINITY;

  /** @param fps most frames a second, > 0. */
  constructor(readonly fps: number) {
    if (!(fps > 0)) throw new RangeError(`Expected \`fps\` > 0, got ${fps}`);
    this.#periodMs = 1000 / fps;
  }

  /** Whether a frame of this time is due. Changes nothing. */
  due(timeMs: number): boolean {
    if (timeMs >= this.#dueMs - this.#periodMs / 4) return true;
    // No schedule reaches further ahead than this: the clock was set back, and waiting for its old time could take for ever.
    return timeMs < this.#dueMs - this.#periodMs * 1.25 - CLOCK_STEP_MS;
  }

  /** Takes the due slot: the next one is whole periods later. */
  advance(timeMs: number): void {
    // After a silence the schedule starts anew: no credit is saved up for a burst.
    if (!(Math.abs(timeMs - this.#dueMs) < this.#periodMs)) this.#dueMs = timeMs + this.#periodMs;
    else this.#dueMs += this.#periodMs;
  }

  /** Something else did at `timeMs` what it paces: it is due again only when that stays out for clearly more than a period. */
  served(timeMs: number): void {
    this.#dueMs = timeMs + this.#periodMs * 1.5;
  }

  pass(timeMs: number): boolean {
    if (!this.due(timeMs)) return false;
    this.advance(timeMs);
    return true;
  }
}

/** A schedule that several share: asked about the same frame again, it gives the same answer. */
export interface SharedPacer {
  /** @param frame asked about once by each sharer, in the order of the frames */
  pass(frame: { readonly timestampMs: number }): boolean;
  /** This sharer is done. */
  leave(): void;
}

/**
 * Pacers by name, one for all who use the same: at one rate all take the same frames, so that the work on each is done once.
 * A pacer is kept while somebody uses it.
 */
export class SharedPacers {
  readonly #byName = new Map<string, { pacer: Pacer; users: number; asked: object | undefined; passed: boolean }>();

  join(name: string, fps: number): SharedPacer {
    const entry = this.#byName.get(name) ?? { pacer: new Pacer(fps), users: 0, asked: undefined, passed: false };
    this.#byName.set(name, entry);
    entry.users++;
    let left = false;
    return {
      pass: (frame) => {
        if (entry.asked !== frame) {
          entry.asked = frame;
          entry.passed = entry.pacer.pass(frame.timestampMs);
        }
        return entry.passed;
      },
      leave: () => {
        if (left) return;
        left = true;
        if (--entry.users === 0) this.#byName.delete(name);
      },
    };
  }
}
