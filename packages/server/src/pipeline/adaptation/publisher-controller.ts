import { relativeJpegBytes } from '@lookout/protocol';
import { type LinkEstimate, stepLink, unknownLink } from './link-estimate.js';
import { BEST_QUALITY, LEAST_FPS, MOST_FPS, type PicturePlan, planBytes, planPictures } from './picture-plan.js';
import type { TransitMeasure } from './transit-window.js';

/** Why a publisher is asked for what it is asked for. */
export type PublisherReason = 'demand' | 'inference-load' | 'link';

/** What a publisher is asked for: the `control` of the wire contract. */
export interface PublisherControl extends PicturePlan {
  reason: PublisherReason;
}

/** What the server knows of a publisher and of itself at a step. */
export interface PublisherLoad {
  nowMs: number;
  /** The way the last frames came (`TransitWindow`). */
  measure: TransitMeasure | undefined;
  /** Least round trip of the last second or two, ms; undefined where it is not measured. */
  roundTripMs?: number | undefined;
  /** Frames a second that somebody takes whether they are analysed or not (`every=all`); 0: nobody. */
  picturesFps: number;
  /** Analyses a second that somebody wants. */
  analysesFps: number;
  /** Analyses a second the workers have for this camera (`shareCapacity`); Infinity while unknown. */
  capacityFps: number;
}

export interface PublisherState {
  readonly control: PublisherControl;
  readonly changedMs: number;
  /** The link's budget when `control` was made. */
  readonly budget: number;
  readonly link: LinkEstimate;
  readonly demand: DemandState;
  /** Least round trip seen, ms. */
  readonly leastRoundTripMs: number | undefined;
  /** Mean bytes of a frame at the best quality and the camera's own width; undefined while unknown. */
  readonly fullBytes: number | undefined;
  /** The camera's own width, pixels. */
  readonly cameraWidth: number | undefined;
}

interface DemandState {
  readonly fps: number;
  readonly reason: 'demand' | 'inference-load';
  readonly capacityFps: number;
  /** Since when the rate should be another. */
  readonly offSinceMs: number | undefined;
  readonly lastMs: number;
}

/** At most one control a second, says the contract. */
const betweenControlsMs = 1000;
/**
 * So much more than can be analysed is sent: the newest frame is then never far, and the inference controller still sees that
 * more is wanted than there is time for.
 */
const surplus = 1.15;
/** The workers' time is measured in jerks: smoothed over so long. */
const smoothMs = 1500;
/** A rate that is off by less than this share stays. */
const deadBand = 0.12;
/** A rate the workers ask for must have been off for so long; what viewers ask for is given at once. */
const offMs = 800;
/** So long after a control frames made before it may still come. */
const obeyMs = 1000;
/** How fast the size of the frames is learnt, part a step. */
const learn = 0.3;
/**
 * Less of a change than these shares is not worth a control: down soon, or a queue would grow; up where the link has proved to carry
 * more, but late where only the scene has become simpler, or it would follow the scene up and down.
 */
const worthDown = 0.08;
const worthUp = 0.05;
const worthByScene = 0.18;

export const publisherStart: PublisherState = {
  control: { fps: 30, quality: BEST_QUALITY, reason: 'demand' },
  changedMs: Number.NEGATIVE_INFINITY,
  budget: unknownLink.budget,
  link: unknownLink,
  demand: {
    fps: 30,
    reason: 'demand',
    capacityFps: Number.POSITIVE_INFINITY,
    offSinceMs: undefined,
    lastMs: Number.NEGATIVE_INFINITY,
  },
  leastRoundTripMs: undefined,
  fullBytes: undefined,
  cameraWidth: undefined,
};

/**
 * One step of the publisher controller, four to ten a second: pure, with hysteresis. It asks for as many frames as somebody has a use for and
 * the workers have time for, as good as the publisher's link carries without a queue.
 *
 * @returns the next state. Its `control` is another object exactly when the publisher is to be told.
 */
export function stepPublisher(state: PublisherState, load: PublisherLoad): PublisherState {
  const { nowMs, measure, roundTripMs } = load;
  const { cameraWidth, fullBytes } = learnSize(state, load);
  const demand = stepDemand(state.demand, load);
  const leastRoundTripMs =
    roundTripMs === undefined ? state.leastRoundTripMs : Math.min(roundTripMs, state.leastRoundTripMs ?? roundTripMs);
  const link = stepLink(state.link, {
    nowMs,
    measure,
    roundTripQueueMs: roundTripMs === undefined ? undefined : roundTripMs - (leastRoundTripMs ?? 0),
    askedFps: state.control.fps,
    wantedBytesPerS: fullBytes && fullBytes * demand.fps,
  });
  const next = { ...state, cameraWidth, fullBytes, demand, link, leastRoundTripMs };
  if (nowMs - state.changedMs < betweenControlsMs) return next;
  const before = state.control;
  const plan = planPictures({
    wantedFps: demand.fps,
    bytesPerS: link.budget,
    lastingBytesPerS: link.capacity ?? link.budget,
    fullBytes,
    cameraWidth,
    width: before.width,
  });
  const bound = plan.fps < Math.round(demand.fps) || plan.quality < BEST_QUALITY || plan.width !== undefined;
  const control: PublisherControl = { ...plan, reason: bound ? 'link' : demand.reason };
  const worth = link.budget > state.budget ? worthUp : worthByScene;
  if (!differs(before, control, demand.fps, worth)) return next;
  return { ...next, control, changedMs: nowMs, budget: link.budget };
}

function differs(before: PublisherControl, after: PublisherControl, wantedFps: number, worth: number): boolean {
  if (before.width !== after.width) return true;
  // The last step back to the best is worth it however small.
  const atBest = after.quality === BEST_QUALITY && before.quality !== BEST_QUALITY;
  const atWanted = after.fps === Math.round(wantedFps) && before.fps !== after.fps;
  if (atBest || atWanted) return true;
  const change = (after.fps * relativeJpegBytes(after.quality)) / (before.fps * relativeJpegBytes(before.quality)) - 1;
  return change >= worth || change <= -worthDown;
}

/** Viewers' wishes at once, what the workers have time for with hysteresis. */
function stepDemand(demand: DemandState, load: PublisherLoad): DemandState {
  const { nowMs, picturesFps, analysesFps } = load;
  const share = 1 - Math.exp(-Math.max(0, nowMs - demand.lastMs) / smoothMs);
  const capacityFps =
    Number.isFinite(demand.capacityFps) && Number.isFinite(load.capacityFps)
      ? demand.capacityFps + (load.capacityFps - demand.capacityFps) * share
      : load.capacityFps;
  const wishedFps = clampFps(Math.max(picturesFps, analysesFps));
  const usefulFps = clampFps(Math.max(picturesFps, Math.min(analysesFps, capacityFps * surplus)));
  const next = { ...demand, capacityFps, lastMs: nowMs };
  const change = (fps: number): DemandState => ({
    ...next,
    fps,
    reason: fps < wishedFps ? 'inference-load' : 'demand',
    offSinceMs: undefined,
  });
  // Fewer viewers, or more while the workers' time did not bound it: at once.
  if (demand.fps > wishedFps || (demand.reason === 'demand' && usefulFps > demand.fps)) return change(usefulFps);
  const off =
    usefulFps < demand.fps * (1 - deadBand) ||
    usefulFps > demand.fps * (1 + deadBand) ||
    // All that is wished for, and to spare: the dead band must not keep the last frames back.
    (usefulFps === wishedFps && demand.fps < wishedFps && capacityFps > wishedFps);
  if (!off) return { ...next, offSinceMs: undefined };
  const offSinceMs = demand.offSinceMs ?? nowMs;
  return nowMs - offSinceMs >= offMs ? change(usefulFps) : { ...next, offSinceMs };
}

function clampFps(fps: number): number {
  return Math.min(MOST_FPS, Math.max(LEAST_FPS, fps));
}

function learnSize(
  state: PublisherState,
  { nowMs, measure }: PublisherLoad,
): Pick<PublisherState, 'fullBytes' | 'cameraWidth'> {
  const { fullBytes, control } = state;
  let { cameraWidth } = state;
  if (!measure) return { fullBytes, cameraWidth };
  // Frames as wide as the camera's own come while no width is asked; a wider one is its own whatever was asked.
  if (control.width === undefined || measure.width > (cameraWidth ?? 0)) cameraWidth = measure.width;
  const obeyed = nowMs - state.changedMs > obeyMs + measure.lowTransitMs - measure.minTransitMs;
  if (fullBytes !== undefined && !obeyed) return { fullBytes, cameraWidth };
  const seen = measure.meanBytes / planBytes(control.quality, control.width, cameraWidth);
  return { fullBytes: fullBytes === undefined ? seen : fullBytes + (seen - fullBytes) * learn, cameraWidth };
}
