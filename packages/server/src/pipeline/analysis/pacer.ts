/** Frames may arrive slightly out of order; a larger step back means that the clock was set. */
const CLOCK_STEP_MS = 1000;

/**
 * A rate limit as a schedule, not a gap: it keeps the next due time, lets the first frame at or after it through and advances by
 * whole periods. A gap that restarted at each frame would turn 10 fps out of 15 candidates into 7.5.
 * | A frame up to a quarter of a period early counts as due, so that a camera whose frames jitter around the wanted rate loses
 * none; the schedule itself never advances by less than a period, so the rate holds.
 */
export class Pacer {
  readonly #periodMs: number;
  #dueMs = Number.NEGATIVE_INFINITY;

  /** @param fps maximum frames per second, > 0 */
  constructor(readonly fps: number) {
    if (!(fps > 0)) throw new RangeError(`Expected \`fps\` > 0, got ${fps}`);
    this.#periodMs = 1000 / fps;
  }

  /** Whether a frame at this time is due. Does not change the schedule. */
  due(timeMs: number): boolean {
    if (timeMs >= this.#dueMs - this.#periodMs / 4) return true;
    // A due time further ahead than any schedule allows means that the clock was set back; waiting for the old time could take
    // for ever.
    return timeMs < this.#dueMs - this.#periodMs * 1.25 - CLOCK_STEP_MS;
  }

  /** Uses the due slot: the next one is whole periods later. */
  advance(timeMs: number): void {
    // After a pause the schedule restarts, so that no credit accumulates for a burst.
    if (!(Math.abs(timeMs - this.#dueMs) < this.#periodMs)) this.#dueMs = timeMs + this.#periodMs;
    else this.#dueMs += this.#periodMs;
  }

  /** Something else did the paced work at `timeMs`: the next slot is due only after clearly more than a period without it. */
  served(timeMs: number): void {
    this.#dueMs = timeMs + this.#periodMs * 1.5;
  }

  pass(timeMs: number): boolean {
    if (!this.due(timeMs)) return false;
    this.advance(timeMs);
    return true;
  }
}

/** A schedule shared by several consumers: each gets the same answer for the same frame. */
export interface SharedPacer {
  /** @param frame each consumer asks once per frame, in frame order */
  pass(frame: { readonly timestampMs: number }): boolean;
  /** Ends this consumer's share. */
  leave(): void;
}

/**
 * Pacers by name, shared by all consumers of the same name: consumers at one rate get the same frames, so that the work on each
 * frame is done once. A pacer is removed with its last consumer.
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
