import { relativeJpegBytes } from '@lookout/protocol';
import { type LinkState, stepLink, UNKNOWN_LINK } from './link-controller.js';
import { BEST_QUALITY, clamp, MAX_FPS, MIN_FPS, type PicturePlan, planBytes, planPictures } from './picture-plan.js';
import type { TransitMeasure } from './transit-window.js';

/** What determines the current control. */
export type PublisherReason = 'demand' | 'inference-load' | 'link';

/** Frame settings requested of a publisher: `control` in the wire contract. */
export interface PublisherControl extends PicturePlan {
  reason: PublisherReason;
}

/** Inputs of one step. */
export interface PublisherLoad {
  nowMs: number;
  /** How the latest frames arrived (`TransitWindow`). */
  measure: TransitMeasure | undefined;
  /** How far the last round trip exceeded the shortest one, ms; undefined while unknown. */
  roundTripQueueMs?: number | undefined;
  /** Frames per second delivered to viewers regardless of analysis (`every=all`); 0 without such viewers. */
  picturesFps: number;
  /** Analyses per second that consumers want. */
  analysesFps: number;
  /** Analyses per second available to this camera (`shareCapacity`); Infinity while unknown. */
  capacityFps: number;
}

export interface PublisherState {
  readonly control: PublisherControl;
  readonly changedMs: number;
  readonly link: LinkState;
  readonly demand: Demand;
  /** Mean bytes of a frame at the best quality and the camera's own width; undefined while unknown. */
  readonly fullBytes: number | undefined;
  /** The camera's own width, pixels; undefined while unknown. */
  readonly cameraWidth: number | undefined;
}

interface Demand {
  readonly fps: number;
  readonly reason: 'demand' | 'inference-load';
  /** Smoothed over time. */
  readonly capacityFps: number;
  readonly lastStepMs: number;
}

/** The contract allows one control per second. */
const BETWEEN_CONTROLS_MS = 1000;
/**
 * Requested frames as a share of those that can be analysed: a recent frame is then always at hand, and the inference controller
 * still sees that more is wanted than the workers can analyse.
 */
const SURPLUS = 1.15;
/** Time constant of the smoothing: measured capacity fluctuates. */
const SMOOTHING_MS = 1500;
/** A rate limited by the workers stays if it is off by less than this share. */
const DEAD_BAND = 0.12;
/** Frames made before a control may arrive this long after it. */
const OBEYED_AFTER_MS = 1000;
/** Weight of one step's frames in the mean frame size. */
const SIZE_WEIGHT = 0.3;
/** A control that changes the bytes by less than this share is not sent. */
const WORTH_SHARE = 0.1;

export const PUBLISHER_START: PublisherState = {
  control: { fps: 30, quality: BEST_QUALITY, reason: 'demand' },
  changedMs: Number.NEGATIVE_INFINITY,
  link: UNKNOWN_LINK,
  demand: {
    fps: 30,
    reason: 'demand',
    capacityFps: Number.POSITIVE_INFINITY,
    lastStepMs: Number.NEGATIVE_INFINITY,
  },
  fullBytes: undefined,
  cameraWidth: undefined,
};

/**
 * One step of the publisher controller, about four per second: pure. Requests as many frames as consumers can use and the
 * workers can analyse, at the best quality the link carries without a queue.
 * | @returns the next state. Its `control` is a new object exactly when it should be sent.
 */
export function stepPublisher(state: PublisherState, load: PublisherLoad): PublisherState {
  const { nowMs, measure, roundTripQueueMs } = load;
  const size = learnSize(state, load);
  const demand = stepDemand(state.demand, load);
  const wantedBytesPerS = size.fullBytes && size.fullBytes * demand.fps;
  const link = stepLink(state.link, { nowMs, measure, roundTripQueueMs, wantedBytesPerS });
  const next: PublisherState = { ...state, ...size, demand, link };
  if (nowMs - state.changedMs < BETWEEN_CONTROLS_MS) return next;
  const before = state.control;
  const plan = planPictures({
    ...size,
    wantedFps: demand.fps,
    bytesPerS: link.budgetBytesPerS * link.drainShare,
    lastingBytesPerS: link.budgetBytesPerS,
    width: before.width,
  });
  const limited = plan.fps < Math.round(demand.fps) || plan.quality < BEST_QUALITY || plan.width !== undefined;
  const control: PublisherControl = { ...plan, reason: limited ? 'link' : demand.reason };
  return isWorthSending(before, control, demand.fps) ? { ...next, control, changedMs: nowMs } : next;
}

function isWorthSending(before: PublisherControl, after: PublisherControl, wantedFps: number): boolean {
  if (before.width !== after.width) return true;
  // The last step back to full quality or rate is always sent, however small.
  if (after.quality === BEST_QUALITY && before.quality !== BEST_QUALITY) return true;
  if (after.fps === Math.round(wantedFps) && before.fps !== after.fps) return true;
  const ratio = (after.fps * relativeJpegBytes(after.quality)) / (before.fps * relativeJpegBytes(before.quality));
  return Math.abs(ratio - 1) >= WORTH_SHARE;
}

/** Follows viewers' demand immediately and the workers' capacity with hysteresis. */
function stepDemand(demand: Demand, load: PublisherLoad): Demand {
  const { nowMs, picturesFps, analysesFps } = load;
  const weight = 1 - Math.exp((demand.lastStepMs - nowMs) / SMOOTHING_MS);
  const smoothed = demand.capacityFps + (load.capacityFps - demand.capacityFps) * weight;
  const capacityFps = Number.isFinite(smoothed) ? smoothed : load.capacityFps;
  const wantedFps = clamp(Math.max(picturesFps, analysesFps), MIN_FPS, MAX_FPS);
  const usefulFps = clamp(Math.max(picturesFps, Math.min(analysesFps, capacityFps * SURPLUS)), MIN_FPS, MAX_FPS);
  const stays =
    demand.fps <= wantedFps &&
    (demand.reason === 'inference-load') === usefulFps < wantedFps &&
    Math.abs(usefulFps / demand.fps - 1) < DEAD_BAND;
  const next = { ...demand, capacityFps, lastStepMs: nowMs };
  return stays ? next : { ...next, fps: usefulFps, reason: usefulFps < wantedFps ? 'inference-load' : 'demand' };
}

/**
 * Learns the camera's width and frame size. While no width is requested, frames have the camera's own width; a wider frame always
 * proves a wider camera.
 */
function learnSize(
  { control, changedMs, ...known }: PublisherState,
  { nowMs, measure }: PublisherLoad,
): Pick<PublisherState, 'fullBytes' | 'cameraWidth'> {
  const { fullBytes } = known;
  if (!measure) return { fullBytes, cameraWidth: known.cameraWidth };
  const cameraWidth = control.width === undefined ? measure.width : Math.max(measure.width, known.cameraWidth ?? 0);
  if (fullBytes !== undefined && nowMs - changedMs < OBEYED_AFTER_MS + measure.queueingMs)
    return { fullBytes, cameraWidth };
  const seen = measure.meanBytes / planBytes(control.quality, control.width, cameraWidth);
  return { fullBytes: fullBytes === undefined ? seen : fullBytes + (seen - fullBytes) * SIZE_WEIGHT, cameraWidth };
}
