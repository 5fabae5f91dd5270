import { JPEG_WIDTH_POWER, jpegQualityFor, relativeJpegBytes } from '@lookout/protocol';
import type { EncodeTarget, PublishControl } from './publish-types.js';

export type FrameTarget = EncodeTarget & { fps: number };

export interface Plan {
  target: FrameTarget;
  /** Whether the link carries less than the server asked for. */
  linkBound: boolean;
}

const MIN_QUALITY = 0.3;
/** Below this, people see blocks and detectors miss small objects, so the rate is lowered first. */
const FAIR_QUALITY = 0.5;
/** The rate is lowered before quality down to this; below it, motion looks broken. */
const FAIR_FPS = 15;
const MIN_FPS = 5;
const MIN_WIDTH_PX = 240;
/** Share of the link that frames may fill. At 75 % queues are still short, and there is room to resend lost packets. */
const LINK_USE_SHARE = 0.75;
/** Assumed cost of a scene before the first frame: that of a street, 58 kB at 640×480. */
const FIRST_UNIT_BYTES = 58_000 / 640 ** JPEG_WIDTH_POWER;
const STEP_MS = 500;
/** Number of steps in a row that must agree before it reduces what is sent, and before it increases it. */
const DOWN_STEPS = 2;
const UP_STEPS = 4;
/** Largest increase in one step. */
const UP_FACTOR = 1.3;

/**
 * What fits through a link: first quality is reduced to a fair one, then the rate to a fair one, then quality to the lowest, then the
 * width, and finally the rate again.
 * @param allowed bytes per ms that frames may take
 * @param unit bytes of a frame at `JPEG_REFERENCE_QUALITY` and `width`
 * @param width of the frames as captured or asked for, pixels
 */
export function planFor(control: PublishControl, allowed: number, unit: number, width: number): Plan {
  const { fps, quality } = control;
  const fits = (atFps: number) => (allowed * 1000) / atFps / unit;
  const wanted = { fps, quality, ...(control.width === undefined ? {} : { width: control.width }) };
  if (relativeJpegBytes(quality) <= fits(fps)) return { target: wanted, linkBound: false };
  const fair = Math.min(quality, FAIR_QUALITY);
  const bound = (target: Partial<FrameTarget>): Plan => ({ target: { ...wanted, ...target }, linkBound: true });
  if (relativeJpegBytes(fair) <= fits(fps))
    return bound({ quality: round2(Math.min(quality, jpegQualityFor(fits(fps)))) });
  const fairFps = Math.min(fps, FAIR_FPS);
  const fpsAtFair = (allowed * 1000) / (unit * relativeJpegBytes(fair));
  if (fpsAtFair >= fairFps) return bound({ quality: fair, fps: Math.floor(fpsAtFair) });
  const lowest = Math.min(quality, MIN_QUALITY);
  if (relativeJpegBytes(lowest) <= fits(fairFps)) {
    return bound({ fps: fairFps, quality: round2(Math.min(fair, jpegQualityFor(fits(fairFps)))) });
  }
  const scale = (fits(fairFps) / relativeJpegBytes(lowest)) ** (1 / JPEG_WIDTH_POWER);
  const narrow = Math.min(width, Math.max(MIN_WIDTH_PX, Math.floor((width * scale) / 16) * 16));
  const rest = (allowed * 1000) / (unit * relativeJpegBytes(lowest) * (narrow / width) ** JPEG_WIDTH_POWER);
  return bound({ quality: lowest, width: narrow, fps: Math.max(MIN_FPS, Math.min(fairFps, Math.floor(rest))) });
}

/**
 * Keeps frames within what the link carries. Pure: times and rates in, a plan out. It reduces within one second and increases in small
 * steps after two, so frames don't pile up and the plan does not oscillate.
 */
export class LinkBudget {
  #allowed: number | undefined;
  #unit: number | undefined;
  #width = 640;
  #steppedAt = Number.NEGATIVE_INFINITY;
  #below = 0;
  #above = 0;
  #plan: Plan;

  constructor(private control: PublishControl) {
    this.#plan = this.#make();
  }

  get plan(): Plan {
    return this.#plan;
  }

  setControl(control: PublishControl): void {
    this.control = control;
    this.#plan = this.#make();
  }

  /** A frame was encoded. @param made the settings it was encoded with; `width` is the picture's own */
  frame(bytes: number, made: { quality: number; width: number }): void {
    const unit = bytes / relativeJpegBytes(made.quality) / made.width ** JPEG_WIDTH_POWER;
    this.#unit = this.#unit === undefined ? unit : this.#unit + (unit - this.#unit) / 8;
    // The widest picture seen is the camera's own width; narrower ones may be our doing.
    if (!this.#plan.linkBound || made.width > this.#width) this.#width = made.width;
  }

  /** @param carried what the link carries, bytes per ms; undefined while unknown */
  step(now: number, carried: number | undefined): void {
    if (now - this.#steppedAt < STEP_MS) return;
    this.#steppedAt = now;
    if (carried === undefined) return;
    const room = carried * LINK_USE_SHARE;
    const allowed = this.#allowed ?? room;
    this.#below = room < allowed * 0.85 ? this.#below + 1 : 0;
    this.#above = room > allowed * 1.15 ? this.#above + 1 : 0;
    // If the link does not limit anything, the new figure can be used at once.
    const free = !this.#plan.linkBound && room >= allowed;
    if (this.#allowed === undefined || free || this.#below >= DOWN_STEPS) this.#allowed = room;
    else if (this.#above >= UP_STEPS) this.#allowed = Math.min(room, allowed * UP_FACTOR);
    this.#plan = this.#make();
  }

  /** A new connection, about which nothing is known yet. */
  reset(): void {
    this.#allowed = undefined;
    this.#below = 0;
    this.#above = 0;
    this.#plan = this.#make();
  }

  #make(): Plan {
    const width = Math.min(this.#width, this.control.width ?? Infinity);
    const unit = (this.#unit ?? FIRST_UNIT_BYTES) * width ** JPEG_WIDTH_POWER;
    if (this.#allowed !== undefined) return planFor(this.control, this.#allowed, unit, width);
    // The first frames measure the link; they need not fill it.
    const { reason, ...wanted } = this.control;
    return { target: { ...wanted, quality: Math.min(wanted.quality, FAIR_QUALITY) }, linkBound: false };
  }
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
