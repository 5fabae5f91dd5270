/** Why a camera is shown large. */
export type Cause = 'object' | 'warning';

export interface Spotlit {
  readonly camera: string;
  readonly cause: Cause;
}

/** How long a camera is large after the last thing that happened there. */
export const SHOWN_MS = 8000;
/** However much happens there. */
export const MAX_SHOWN_MS = 30_000;
/** All cameras are seen for so long before something new makes one large again. */
export const REST_MS = 5000;

/**
 * Decides which camera of a wall is shown large. A warning comes before something new, and takes its place at once; a warning of another
 * camera waits until the one shown is over, and only the newest does. Pure; times are of any steady clock, ms.
 */
export class Spotlight {
  #shown: (Spotlit & { sinceMs: number; untilMs: number }) | undefined;
  #waiting: string | undefined;
  #restUntilMs = Number.NEGATIVE_INFINITY;

  /** The same object until it changes. */
  get shown(): Spotlit | undefined {
    return this.#shown;
  }

  /** Something happened at a camera. */
  report(camera: string, cause: Cause, nowMs: number): void {
    this.tick(nowMs);
    const shown = this.#shown;
    if (shown === undefined) {
      if (cause === 'warning' || nowMs >= this.#restUntilMs) this.#show(camera, cause, nowMs);
    } else if (shown.camera === camera) {
      shown.untilMs = Math.min(nowMs + SHOWN_MS, shown.sinceMs + MAX_SHOWN_MS);
      if (cause === 'warning' && shown.cause === 'object') this.#shown = { ...shown, cause };
    } else if (cause === 'warning') {
      if (shown.cause === 'object') this.#show(camera, cause, nowMs);
      else this.#waiting = camera;
    }
  }

  /** Time passes. */
  tick(nowMs: number): void {
    const shown = this.#shown;
    if (shown === undefined || nowMs < shown.untilMs) return;
    this.#shown = undefined;
    this.#restUntilMs = nowMs + REST_MS;
    if (this.#waiting !== undefined) this.#show(this.#waiting, 'warning', nowMs);
  }

  /** All cameras are to be seen again. */
  dismiss(nowMs: number): void {
    this.#shown = undefined;
    this.#waiting = undefined;
    this.#restUntilMs = nowMs + REST_MS;
  }

  #show(camera: string, cause: Cause, nowMs: number): void {
    this.#waiting = undefined;
    this.#shown = { camera, cause, sinceMs: nowMs, untilMs: nowMs + SHOWN_MS };
  }
}
