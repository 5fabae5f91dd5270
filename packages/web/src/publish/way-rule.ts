/** Time that a network has to be too slow for pictures before video is tried, ms. */
const SLOW_FOR_MS = 5000;
/**
 * Below this rate, video shows more: over 2 Mbit/s, 40 ms and 1 % loss, 15 small pictures a second arrive, or 27 frames of video at full size
 * and no later (`npm run bench -- publish-ways`).
 */
const FEW_FPS = 20;
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
