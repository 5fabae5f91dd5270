import type { TransitMeasure } from './transit-window.js';

/** What is known of the link from a publisher to the server. Immutable. */
export interface LinkState {
  /** Bytes a second that frames may take; Infinity while the link has shown no limit. */
  readonly budgetBytesPerS: number;
  /** Bytes a second that the link is thought to carry; undefined while it has shown no limit. */
  readonly capacityBytesPerS: number | undefined;
  /** Share of the budget to use now, 0.3..1: less than 1 while a long queue drains. */
  readonly drainShare: number;
  /** Transit of a frame of no bytes, ms: what a frame takes beyond it shows how much the link carries. */
  readonly emptyTransitMs: number;
  /** The queue of the last cut has drained. */
  readonly isSettled: boolean;
  readonly lastQueuedMs: number;
  readonly lastCutMs: number;
  readonly lastStepMs: number;
}

export interface LinkInput {
  nowMs: number;
  /** How the last frames arrived; undefined while there are too few. */
  measure: TransitMeasure | undefined;
  /** How far the last round trip was above the shortest one, ms; undefined while unknown. */
  roundTripQueueMs: number | undefined;
  /** Bytes a second of everything that is wanted at the best quality; undefined while unknown. */
  wantedBytesPerS: number | undefined;
}

/** Delay above the recent minimum, and above what one frame takes by itself, that counts as a queue. */
const QUEUE_MS = 100;
/** Share of the queueing delay that the round trip must show too; if it does not, a clock was set. */
const ROUND_TRIP_SHARE = 0.3;
/** Share of the link that is used after a cut. */
const DECREASE_SHARE = 0.8;
/** A cut needs this long to show: a control on its way, frames made before it, and the window of the measurement. */
const CUT_SHOWS_MS = 2000;
/** A queue is drained over this time, by sending less than the link carries, but at least the minimum share. */
const DRAIN_MS = 2000;
const MIN_DRAIN_SHARE = 0.3;
/** Growth a second up to the rate at which a queue formed last: from 0.8 to 1 in half a minute, so that cuts are rare. */
const GROWTH_NEAR_LIMIT = 1.008;
/** Growth a second beyond it: the link has become wider. */
const GROWTH_BEYOND_LIMIT = 1.08;
/** Growth a second while frames take so much less time that this many times the budget would fit. */
const GROWTH_IF_WIDER = 1.5;
const WIDER_FACTOR = 1.1;

export const UNKNOWN_LINK: LinkState = {
  budgetBytesPerS: Number.POSITIVE_INFINITY,
  capacityBytesPerS: undefined,
  drainShare: 1,
  emptyTransitMs: Number.NEGATIVE_INFINITY,
  isSettled: true,
  lastQueuedMs: Number.NEGATIVE_INFINITY,
  lastCutMs: Number.NEGATIVE_INFINITY,
  lastStepMs: Number.NEGATIVE_INFINITY,
};

/**
 * One step of the link controller, about four a second: pure. It is AIMD driven by delay, as in LEDBAT (RFC 6817) and Google
 * Congestion Control (draft-ietf-rmcat-gcc): a queue cuts the budget to a share of what arrives, which is then what the link
 * carries; without one the budget grows, slowly up to where a queue formed last and fast beyond it. Loss and jitter delay some
 * frames and a queue delays all, so the lower quartile of the delay is compared with the minimum of the last seconds.
 */
export function stepLink(link: LinkState, input: LinkInput): LinkState {
  const { nowMs, measure, roundTripQueueMs } = input;
  // Nothing arrives: a phone asleep or a dead link. The first frames that come again will show which.
  if (!measure) return { ...link, lastStepMs: nowMs };
  const frameMs = link.capacityBytesPerS === undefined ? 0 : (measure.meanBytes / link.capacityBytesPerS) * 1000;
  const limitMs = QUEUE_MS + frameMs;
  const isQueued =
    measure.queueingMs > limitMs &&
    (roundTripQueueMs === undefined || roundTripQueueMs > measure.queueingMs * ROUND_TRIP_SHARE);
  if (!isQueued) {
    const next = { ...link, drainShare: 1, lastStepMs: nowMs };
    // A queue that may be forming is given time to show.
    return measure.queueingMs > limitMs / 2 ? next : grow(next, nowMs - link.lastStepMs, measure, input);
  }
  const next = { ...link, lastQueuedMs: nowMs, lastStepMs: nowMs };
  if (nowMs - link.lastCutMs < CUT_SHOWS_MS) return next;
  return {
    ...next,
    capacityBytesPerS: measure.bytesPerS,
    budgetBytesPerS: measure.bytesPerS * DECREASE_SHARE,
    drainShare: Math.max(MIN_DRAIN_SHARE, 1 - (measure.queueingMs - QUEUE_MS) / DRAIN_MS),
    emptyTransitMs: emptyTransit(measure, measure.transitMs - measure.queueingMs, measure.bytesPerS),
    isSettled: false,
    lastCutMs: nowMs,
  };
}

/** The budget after `elapsedMs` without a queue. */
function grow(link: LinkState, elapsedMs: number, measure: TransitMeasure, input: LinkInput): LinkState {
  const { nowMs, wantedBytesPerS = Number.POSITIVE_INFINITY } = input;
  const { capacityBytesPerS, budgetBytesPerS } = link;
  if (capacityBytesPerS === undefined) return link;
  if (!link.isSettled) {
    if (nowMs - link.lastQueuedMs < CUT_SHOWS_MS) return link;
    // The larger: of frames from before the link became narrow the first is too small, and the second if it widened since.
    const emptyTransitMs = Math.max(link.emptyTransitMs, emptyTransit(measure, measure.transitMs, capacityBytesPerS));
    return { ...link, emptyTransitMs, isSettled: true };
  }
  const frameMs = Math.max(1, measure.transitMs - link.emptyTransitMs);
  const seenBudget = (measure.meanBytes / frameMs) * 1000 * DECREASE_SHARE;
  const isWider = seenBudget > budgetBytesPerS * WIDER_FACTOR;
  const nearOrBeyond = budgetBytesPerS < capacityBytesPerS ? GROWTH_NEAR_LIMIT : GROWTH_BEYOND_LIMIT;
  const budget = budgetBytesPerS * (isWider ? GROWTH_IF_WIDER : nearOrBeyond) ** (elapsedMs / 1000);
  // What is enough for everything wanted limits nothing.
  if (budget > wantedBytesPerS) return UNKNOWN_LINK;
  const proven = isWider ? budget / DECREASE_SHARE : 0;
  return { ...link, budgetBytesPerS: budget, capacityBytesPerS: Math.max(capacityBytesPerS, proven) };
}

/** Transit less the time that the link takes for the bytes, ms. */
function emptyTransit({ meanBytes }: TransitMeasure, transitMs: number, bytesPerS: number): number {
  return transitMs - (meanBytes / bytesPerS) * 1000;
}
