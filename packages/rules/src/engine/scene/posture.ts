import type { SceneBox } from './scene-box.js';

/** A person with a height-to-width ratio above the first is upright, below the second lying. */
const UPRIGHT_ASPECT = 1.25;
const LYING_ASPECT = 0.85;
/** A fallen person's box is lower than this fraction of the upright height, … */
const LYING_HEIGHT = 0.7;
/** … wider than this multiple of the upright width, … */
const LYING_WIDTH = 1.2;
/** … and its bottom edge has risen by at most this fraction of the height: otherwise the lower body is only hidden. */
const MAX_RISE = 0.3;
/** Maximum duration of a fall, ms. */
const MAX_FALL_MS = 5000;
/** Time constant for smoothing the box's size, ms. */
const SMOOTHING_MS = 300;

/** Detects falls: upright, then lying. */
export class Posture {
  /** Since when it has been lying after being upright; undefined: it is not. */
  downSinceMs: number | undefined;
  #width: number;
  #height: number;
  #lastMs: number;
  /** The box when the object was last upright. */
  #upright: { width: number; height: number; bottom: number; atMs: number } | undefined;
  #loweredMs: number | undefined;

  constructor(box: SceneBox, nowMs: number) {
    this.#width = box.right - box.left;
    this.#height = box.bottom - box.top;
    this.#lastMs = nowMs;
  }

  observe(box: SceneBox, nowMs: number): void {
    const share = 1 - Math.exp(-(nowMs - this.#lastMs) / SMOOTHING_MS);
    this.#lastMs = nowMs;
    this.#width += share * (box.right - box.left - this.#width);
    this.#height += share * (box.bottom - box.top - this.#height);
    const aspect = this.#height / this.#width;
    if (aspect >= UPRIGHT_ASPECT) this.#rise(box, nowMs);
    else this.#lower(box, aspect, nowMs);
  }

  #rise(box: SceneBox, nowMs: number): void {
    this.downSinceMs = undefined;
    this.#loweredMs = undefined;
    // Slow average, so that the shape during the fall does not become the upright shape.
    const width = this.#upright ? this.#upright.width + 0.1 * (this.#width - this.#upright.width) : this.#width;
    const height = this.#upright ? this.#upright.height + 0.1 * (this.#height - this.#upright.height) : this.#height;
    this.#upright = { width, height, bottom: box.bottom, atMs: nowMs };
  }

  #lower(box: SceneBox, aspect: number, nowMs: number): void {
    const upright = this.#upright;
    this.#loweredMs ??= nowMs;
    if (!upright || this.downSinceMs !== undefined || aspect > LYING_ASPECT) return;
    const isLow = this.#height <= LYING_HEIGHT * upright.height && this.#width >= LYING_WIDTH * upright.width;
    const hasRisen = upright.bottom - box.bottom > MAX_RISE * upright.height;
    if (isLow && !hasRisen && nowMs - upright.atMs <= MAX_FALL_MS) this.downSinceMs = this.#loweredMs;
  }
}
