/** How a camera is shown: by its own video, by JPEGs, or by whichever is fresher. */
export type Showing = 'auto' | 'video' | 'pictures';

/** What is open. JPEGs are shown while they are open, video otherwise. */
export interface Ways {
  pictures: boolean;
  video: boolean;
}

/** Ages of JPEGs to compare with, before video is tried. */
const PICTURES_FIRST_MS = 2000;
/** Both are open while they are compared. */
const COMPARE_MS = 3000;
/** Video is easier on link and processor, so it may be this much older. */
const TOLERATED_MS = 20;
/** Video that has ended, or was older, is tried again after this long, and after twice that the next time. */
const RETRY_AFTER_MS = 10_000;
const MAX_RETRY_AFTER_MS = 300_000;
const AGES_KEPT = 60;

/**
 * Decides between JPEGs and a camera's own video. JPEGs stay until video is on the screen, so there is no gap. Pure; times are of any
 * steady clock, ms.
 */
export class WayChooser {
  readonly #showing: Showing;
  #ways: Ways = { pictures: true, video: false };
  readonly #ages = { pictures: [] as number[], video: [] as number[] };
  #tryAt: number;
  #retryAfterMs = RETRY_AFTER_MS;
  #videoSince: number | undefined;

  constructor(showing: Showing, nowMs: number) {
    this.#showing = showing;
    this.#tryAt =
      showing === 'pictures' ? Number.POSITIVE_INFINITY : nowMs + (showing === 'auto' ? PICTURES_FIRST_MS : 0);
    this.tick(nowMs);
  }

  /** The same object until it changes. */
  get ways(): Ways {
    return this.#ways;
  }

  /** Time passes. */
  tick(nowMs: number): void {
    if (!this.#ways.video && nowMs >= this.#tryAt) {
      this.#videoSince = undefined;
      this.#ages.video.length = 0;
      this.#ways = { pictures: true, video: true };
    }
  }

  /** A frame was ready to be shown. */
  frame(way: 'pictures' | 'video', ageMs: number, nowMs: number): void {
    const ages = this.#ages[way];
    ages.push(ageMs);
    if (ages.length > AGES_KEPT) ages.shift();
    if (way !== 'video' || !this.#ways.video || !this.#ways.pictures) return;
    this.#videoSince ??= nowMs;
    if (this.#showing === 'auto' && nowMs - this.#videoSince < COMPARE_MS) return;
    if (this.#showing === 'auto' && median(ages) > median(this.#ages.pictures) + TOLERATED_MS) this.videoEnded(nowMs);
    else this.#ways = { pictures: false, video: true };
  }

  /** Video has ended by itself: JPEGs are shown until it is tried again. */
  videoEnded(nowMs: number): void {
    this.#ways = { pictures: true, video: false };
    this.#ages.pictures.length = 0;
    this.#tryAt = nowMs + this.#retryAfterMs;
    this.#retryAfterMs = Math.min(2 * this.#retryAfterMs, MAX_RETRY_AFTER_MS);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.POSITIVE_INFINITY;
}
