import type { TransitMeasure } from './transit-window.js';

/** What is known about the link from a publisher to the server. Immutable. */
export interface LinkState {
  /** Bytes per second that frames may take; Infinity until the link has shown a limit. */
  readonly budgetBytesPerS: number;
  /** Estimated capacity of the link, bytes per second; undefined until it has shown a limit. */
  readonly capacityBytesPerS: number | undefined;
  /** Share of the budget to use now, 0.1..1: less than 1 while a queue drains. */
  readonly drainShare: number;
  /** Transit time of an empty frame, ms. The time a frame takes beyond it shows the link's throughput. */
  readonly emptyTransitMs: number;
  /** Whether the queue behind the last cut has drained. */
  readonly isSettled: boolean;
  readonly lastQueuedMs: number;
  readonly lastCutMs: number;
  readonly lastStepMs: number;
}

export interface LinkInput {
  nowMs: number;
  /** How the latest frames arrived; undefined while there are too few. */
  measure: TransitMeasure | undefined;
  /** How far the last round trip exceeded the shortest one, ms; undefined while unknown. */
  roundTripQueueMs: number | undefined;
  /** Bytes per second of all wanted frames at the best quality; undefined while unknown. */
  wantedBytesPerS: number | undefined;
}

/** Delay above the recent minimum, not counting the time of one frame, that counts as a queue. */
const QUEUE_MS = 100;
/** The round trip must show at least this share of the queueing delay; otherwise a clock was set. */
const ROUND_TRIP_SHARE = 0.3;
/** Share of the measured throughput that is used after a cut. */
const DECREASE_SHARE = 0.8;
/** How long a cut takes to show: the control's way to the publisher, frames already made, and the measurement window. */
const CUT_SHOWS_MS = 2000;
/** A queue is drained within this time by using less of the budget, but never less than the minimum share. */
const DRAIN_MS = 1000;
const MIN_DRAIN_SHARE = 0.1;
/** Growth per second up to the rate at which the last queue formed: 0.8 to 1 in half a minute, so that cuts are rare. */
const GROWTH_NEAR_LIMIT = 1.008;
/** Growth per second beyond it: the link has probably become wider. */
const GROWTH_BEYOND_LIMIT = 1.08;
/** Growth per second while frame times show that `WIDER_FACTOR` times the budget would fit. */
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
 * One step of the link controller, about four per second: pure. AIMD driven by delay, as in LEDBAT (RFC 6817) and Google
 * Congestion Control (draft-ietf-rmcat-gcc): a queue cuts the budget to a share of the arriving rate, which is then the link's
 * capacity; without a queue the budget grows, slowly up to the rate at which the last queue formed and fast beyond it. Loss and
 * jitter delay some frames while a queue delays all of them, so the lower quartile of the delay is compared with the minimum of
 * the last seconds.
 */
export function stepLink(link: LinkState, input: LinkInput): LinkState {
  const { nowMs, measure, roundTripQueueMs } = input;
  // Nothing arrives: the phone sleeps or the link is down. The next frames will show which.
  if (!measure) return { ...link, lastStepMs: nowMs };
  const frameMs = link.capacityBytesPerS === undefined ? 0 : (measure.meanBytes / link.capacityBytesPerS) * 1000;
  const limitMs = QUEUE_MS + frameMs;
  const isQueued =
    measure.queueingMs > limitMs &&
    (roundTripQueueMs === undefined || roundTripQueueMs > measure.queueingMs * ROUND_TRIP_SHARE);
  if (!isQueued) {
    const next = { ...link, drainShare: 1, lastStepMs: nowMs };
    // Wait while a queue may be forming.
    return measure.queueingMs > limitMs / 2 ? next : grow(next, nowMs - link.lastStepMs, measure, input);
  }
  // At once, and as long as the queue is: a sender's own buffers hold seconds of video, and the first estimate of the capacity may
  // include frames from before the link narrowed.
  const drainShare = Math.max(MIN_DRAIN_SHARE, 1 - (measure.queueingMs - QUEUE_MS) / DRAIN_MS);
  const next = { ...link, drainShare, lastQueuedMs: nowMs, lastStepMs: nowMs };
  if (nowMs - link.lastCutMs < CUT_SHOWS_MS) return next;
  return {
    ...next,
    capacityBytesPerS: measure.bytesPerS,
    budgetBytesPerS: measure.bytesPerS * DECREASE_SHARE,
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
    // Take the larger one: the first is too small if its frames were sent before the link narrowed, the second if the link has
    // widened since.
    const emptyTransitMs = Math.max(link.emptyTransitMs, emptyTransit(measure, measure.transitMs, capacityBytesPerS));
    return { ...link, emptyTransitMs, isSettled: true };
  }
  const frameMs = Math.max(1, measure.transitMs - link.emptyTransitMs);
  const seenBudget = (measure.meanBytes / frameMs) * 1000 * DECREASE_SHARE;
  const isWider = seenBudget > budgetBytesPerS * WIDER_FACTOR;
  const nearOrBeyond = budgetBytesPerS < capacityBytesPerS ? GROWTH_NEAR_LIMIT : GROWTH_BEYOND_LIMIT;
  const budget = budgetBytesPerS * (isWider ? GROWTH_IF_WIDER : nearOrBeyond) ** (elapsedMs / 1000);
  // A budget that covers everything wanted is no limit.
  if (budget > wantedBytesPerS) return UNKNOWN_LINK;
  const proven = isWider ? budget / DECREASE_SHARE : 0;
  return { ...link, budgetBytesPerS: budget, capacityBytesPerS: Math.max(capacityBytesPerS, proven) };
}

/** Transit time minus the time the link needs for the bytes, ms. */
function emptyTransit({ meanBytes }: TransitMeasure, transitMs: number, bytesPerS: number): number {
  return transitMs - (meanBytes / bytesPerS) * 1000;
}
