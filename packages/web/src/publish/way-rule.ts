/** Time that a network has to be too slow for pictures before video is tried, ms. */
const SLOW_FOR_MS = 5000;
/** Below this rate, pictures are too few to follow somebody who walks. */
const FEW_FPS = 10;
/** Video that failed is not tried again for this long, ms. */
const RETRY_AFTER_MS = 120_000;

/**
 * When a page sends video in place of single pictures. Pictures are fresher: each is sent on its own, as soon as it is taken. Of a network that
 * carries too few of them, video needs a fraction.
 */
export class WayRule {
  #slowSinceMs: number | undefined;
  #notBeforeMs = 0;

  /** @param stats of pictures, once a second or more often @returns whether to try video now */
  wantsVideo({ linkBound, fps }: { linkBound: boolean; fps: number }, nowMs: number): boolean {
    if (!linkBound || fps >= FEW_FPS) {
      this.#slowSinceMs = undefined;
      return false;
    }
    this.#slowSinceMs ??= nowMs;
    return nowMs - this.#slowSinceMs >= SLOW_FOR_MS && nowMs >= this.#notBeforeMs;
  }

  failed(nowMs: number): void {
    this.#slowSinceMs = undefined;
    this.#notBeforeMs = nowMs + RETRY_AFTER_MS;
  }
}
