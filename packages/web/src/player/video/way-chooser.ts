/** Ways in which a camera's picture reaches the page: by WebRTC, by Media Source Extensions, as one JPEG after another. */
export type Way = 'whep' | 'mse' | 'pictures';

export interface FailedWay {
  readonly way: Way;
  readonly reason: string;
}

/** The ways of one camera in this browser. The same object until they change. */
export interface Ways {
  /** That can be tried, best first; JPEGs always work. */
  readonly usable: readonly Way[];
  /** That can't, though others of the camera's video can. */
  readonly unusable: readonly FailedWay[];
}

export const PICTURES_ONLY: Ways = { usable: [], unusable: [] };

/** What is shown, and what is open to be shown. The same object until something changes. */
export interface Choice {
  readonly shown: Way;
  /** A better way that is being tried. */
  readonly trying: Way | undefined;
  /** Why better ways are not shown, best first. */
  readonly failed: readonly FailedWay[];
}

/** A way that has ended is tried again after this long, and after twice that the next time. */
const RETRY_AFTER_MS = 10_000;
const MAX_RETRY_AFTER_MS = 300_000;
/** Whatever ended it later was not the way's own fault. */
const PROVEN_MS = 60_000;

interface Attempts {
  tryAtMs: number;
  retryAfterMs: number;
  shownSinceMs?: number | undefined;
  reason?: string;
}

/**
 * Chooses the best way that works. JPEGs are shown at first and whenever the way shown has ended; they stay until a better one has a picture
 * on the screen, so there is no gap. Pure; times are of any steady clock, ms.
 */
export class WayChooser {
  readonly #ways: Ways;
  readonly #attempts = new Map<Way, Attempts>();
  #shown: Way = 'pictures';
  #trying: Way | undefined;
  #choice: Choice;

  constructor(ways: Ways, nowMs: number) {
    this.#ways = ways;
    this.#choice = this.#describe();
    this.tick(nowMs);
  }

  get choice(): Choice {
    return this.#choice;
  }

  /** Time passes. */
  tick(nowMs: number): void {
    if (this.#trying !== undefined) return;
    this.#trying = this.#better().find((way) => nowMs >= this.#attemptsOf(way).tryAtMs);
    if (this.#trying !== undefined) this.#choice = this.#describe();
  }

  /** A frame is ready to be shown. @returns whether it is to be */
  frame(way: Way, nowMs: number): boolean {
    if (way === this.#trying) {
      this.#shown = way;
      this.#trying = undefined;
      const attempts = this.#attemptsOf(way);
      attempts.shownSinceMs = nowMs;
      delete attempts.reason;
      this.#choice = this.#describe();
    }
    return way === this.#shown;
  }

  /** A way has ended by itself. */
  ended(way: Way, reason: string, nowMs: number): void {
    if (way !== this.#shown && way !== this.#trying) return;
    const attempts = this.#attemptsOf(way);
    const { shownSinceMs } = attempts;
    if (shownSinceMs !== undefined && nowMs - shownSinceMs >= PROVEN_MS) attempts.retryAfterMs = RETRY_AFTER_MS;
    attempts.tryAtMs = nowMs + attempts.retryAfterMs;
    attempts.retryAfterMs = Math.min(2 * attempts.retryAfterMs, MAX_RETRY_AFTER_MS);
    attempts.shownSinceMs = undefined;
    attempts.reason = reason;
    if (way === this.#trying) this.#trying = undefined;
    else this.#shown = 'pictures';
    this.#choice = this.#describe();
    this.tick(nowMs);
  }

  /** Everything was closed, since nobody looks. It begins as at first. */
  paused(nowMs: number): void {
    this.#shown = 'pictures';
    this.#trying = undefined;
    for (const attempts of this.#attempts.values()) attempts.shownSinceMs = undefined;
    this.#choice = this.#describe();
    this.tick(nowMs);
  }

  /** Ways better than what is shown, best first. */
  #better(): readonly Way[] {
    const { usable } = this.#ways;
    const at = usable.indexOf(this.#shown);
    return at < 0 ? usable : usable.slice(0, at);
  }

  #attemptsOf(way: Way): Attempts {
    let attempts = this.#attempts.get(way);
    if (attempts === undefined) {
      attempts = { tryAtMs: Number.NEGATIVE_INFINITY, retryAfterMs: RETRY_AFTER_MS };
      this.#attempts.set(way, attempts);
    }
    return attempts;
  }

  #describe(): Choice {
    const failed = this.#better().flatMap((way) => {
      const { reason } = this.#attemptsOf(way);
      return reason === undefined ? [] : [{ way, reason }];
    });
    return { shown: this.#shown, trying: this.#trying, failed: [...this.#ways.unusable, ...failed] };
  }
}
