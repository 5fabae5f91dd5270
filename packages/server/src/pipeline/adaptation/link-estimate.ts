import type { TransitMeasure } from './transit-window.js';

/** What is thought of the way from a publisher to the server. Immutable. */
export interface LinkEstimate {
  /** What the link carries, bytes a second; undefined while nothing was seen to bound it. */
  readonly capacity: number | undefined;
  /** What frames may fill of it, bytes a second; Infinity where nothing bounds it. */
  readonly budget: number;
  /** Least transit of spans of time, newest last. */
  readonly minima: ReadonlyArray<{ readonly untilMs: number; readonly transitMs: number }>;
  /** Transit that a frame of no bytes would have: known once the link has been seen full and then at ease. */
  readonly emptyMs: number | undefined;
  /** What that was before a raise that failed. */
  readonly earlierEmptyMs: number | undefined;
  /** Since when a queue stands, and the transit then. */
  readonly queuedSinceMs: number | undefined;
  readonly queuedTransitMs: number;
  /** Since when none does. */
  readonly easySinceMs: number | undefined;
  /** Since when some more, and much more, room than is used shows. */
  readonly someSinceMs: number | undefined;
  readonly muchSinceMs: number | undefined;
  /** A cut was made and its queue still drains. */
  readonly draining: boolean;
  readonly lastCutMs: number;
  readonly lastRaiseMs: number;
  /** Raises since the last cut. */
  readonly raises: number;
  /** Raises in a row that made a queue, and what the link proved to take then. */
  readonly failedRaises: number;
  readonly failedBudget: number | undefined;
}

export const unknownLink: LinkEstimate = {
  capacity: undefined,
  budget: Number.POSITIVE_INFINITY,
  minima: [],
  emptyMs: undefined,
  earlierEmptyMs: undefined,
  queuedSinceMs: undefined,
  queuedTransitMs: 0,
  easySinceMs: undefined,
  someSinceMs: undefined,
  muchSinceMs: undefined,
  draining: false,
  lastCutMs: Number.NEGATIVE_INFINITY,
  lastRaiseMs: Number.NEGATIVE_INFINITY,
  raises: 0,
  failedRaises: 0,
  failedBudget: undefined,
};

/** Part of the link that frames may fill: what they leave free drains what loss and content pile up. */
const use = 0.92;
/** Clocks drift apart and routes change: a least transit is believed for a minute, kept in spans of ten seconds. */
const spanMs = 10_000;
const spans = 6;
/** A standing queue: every frame (lower quartile) so much later than the fastest; more where a frame itself takes long. */
const queueMs = 100;
const queueBesideFrameMs = 50;
const framesInQueue = 1.2;
/** So long must a queue stand before anything is done, and so long must a cut have had to show. */
const standsMs = 400;
const betweenCutsMs = 1000;
/** No jitter, and hardly a loss, makes three frames in a row as late as this. */
const longQueueMs = 500;
/** What a full share leaves free drains a small queue; of one of most of a second, the little that may be sent until it is gone. */
const smallQueueMs = 300;
const drainMs = 1000;
const leastDrain = 0.3;
/** At ease for so long after a cut: what the transit is now is what a frame of this size takes. */
const settledMs = 1800;
/** Much more room than is used must show for so long; once a raise has held it doubles what is used, as often as this. */
const muchFactor = 2;
const muchMs = 700;
const betweenDoublingsMs = 1300;
/** Some more room must show for longer: jitter shows that much now and then. */
const someFactor = 1.2;
const someMs = 2000;
/** A little more is tried; where no queue comes of it in this time more, and more again. */
const raiseFactors = [1.15, 1.3, 1.4];
/** The same after one failed: the link is full most likely, and a small queue is as good a proof as a large one. */
const doubtfulFactors = [1.1, 1.1, 1.15, 1.3, 1.4];
const holdMs = 2000;
const doubtfulHoldMs = 4000;
/** A queue so soon after a raise is the raise's fault, and the next waits, twice as long each time. */
const raiseFaultMs = 4500;
const raiseWaitMs = 6000;
const raiseWaitMostMs = 60_000;
const muchWaitMs = 4000;
const muchWaitMostMs = 15_000;
const earlierWeight = 0.75;
const changedShare = 0.6;
/** Grown by so much since a raise failed: it is another link. */
const forgetFactor = 1.5;
/** Without any sign, a little more is tried: soon after a cut, whose measure may be short, then once in a while. */
const firstTryMs = 5000;
const laterTryMs = 60_000;
/** Less than this share of the budget in use tells nothing of the rest. */
const usedShare = 0.8;
/** Less room than this share of what is used shows: the last raise was one too many already. */
const fitsShare = 0.85;
/** Room for so much more than all that is wanted: nothing bounds it. */
const freeFactor = 1.3;
/**
 * All frames come, all later by the same: the way has become longer, or a clock was set. A queue grows where frames keep pace, and
 * costs frames where it doesn't.
 */
const paceShare = 0.85;
const steadyMs = 2000;
const steadyGrowth = 1.1;
/** The round trip must tell of this part of the queue too, where it is known: otherwise a clock was set. */
const roundTripShare = 0.3;

export interface LinkStep {
  nowMs: number;
  measure: TransitMeasure | undefined;
  /** Round trip of the last moments above the least one known, ms; undefined while unknown. */
  roundTripQueueMs: number | undefined;
  /** Frames a second the publisher was asked for. */
  askedFps: number;
  /** Bytes a second if everything wanted were sent at its best; undefined while unknown. */
  wantedBytesPerS: number | undefined;
}

/**
 * One step of the estimate of a publisher's link (four to ten a second): pure. Delay-based, as LEDBAT (RFC 6817) and GCC (draft-ietf-rmcat-gcc)
 * are: loss and jitter alone change nothing, a queue does. While a queue stands, what arrives *is* what the link carries, so a cut needs
 * no guess and repeats harmlessly; and how long a frame takes through an empty link tells how much wider it has become, so there
 * is no swinging up and down to find out.
 */
export function stepLink(link: LinkEstimate, step: LinkStep): LinkEstimate {
  const { nowMs, measure } = step;
  // Nothing comes: a phone that sleeps or a link that is dead. The first frames that come again will tell.
  if (!measure) return link;
  const minima = keepMinima(link.minima, nowMs, measure.minTransitMs);
  const leastMs = Math.min(...minima.map(({ transitMs }) => transitMs));
  // A queue of seconds need not wait for the quick frames before it to leave the window.
  const lastMs = measure.lastTransitMs - leastMs;
  const queueingMs = Math.max(measure.lowTransitMs - leastMs, lastMs > longQueueMs ? lastMs : 0);
  const queued = isQueue(link, step, measure, queueingMs);
  const next: LinkEstimate = {
    ...link,
    minima,
    queuedSinceMs: queued ? (link.queuedSinceMs ?? nowMs) : undefined,
    queuedTransitMs: link.queuedSinceMs === undefined ? measure.lowTransitMs : link.queuedTransitMs,
    easySinceMs: queued ? undefined : (link.easySinceMs ?? nowMs),
  };
  return queued ? stepQueued(next, step, measure, queueingMs) : stepEasy(next, step, measure);
}

function isQueue(link: LinkEstimate, step: LinkStep, measure: TransitMeasure, queueingMs: number): boolean {
  const frameMs = link.capacity === undefined ? undefined : (measure.meanBytes / link.capacity) * 1000;
  const most = frameMs === undefined ? queueMs : Math.max(queueMs, queueBesideFrameMs + framesInQueue * frameMs);
  if (queueingMs <= most) return false;
  return step.roundTripQueueMs === undefined || step.roundTripQueueMs > queueingMs * roundTripShare;
}

function stepQueued(link: LinkEstimate, step: LinkStep, measure: TransitMeasure, queueingMs: number): LinkEstimate {
  const { nowMs } = step;
  const { lowTransitMs, bytesPerS } = measure;
  const next = { ...link, someSinceMs: undefined, muchSinceMs: undefined };
  const queuedMs = nowMs - (link.queuedSinceMs ?? nowMs);
  const keepsPace = link.capacity === undefined && measure.fps > step.askedFps * paceShare;
  const stood = queueingMs > longQueueMs && !keepsPace ? 0 : keepsPace ? steadyMs : standsMs;
  if (queuedMs < stood || nowMs - link.lastCutMs < betweenCutsMs) return next;
  if (keepsPace && lowTransitMs < link.queuedTransitMs * steadyGrowth) {
    return {
      ...link,
      queuedSinceMs: undefined,
      minima: [{ untilMs: nowMs + spanMs, transitMs: measure.minTransitMs }],
    };
  }
  const drain = queueingMs < smallQueueMs ? 1 : Math.max(leastDrain, 1 - (queueingMs - queueMs) / drainMs);
  const afterRaise = !link.draining && nowMs - link.lastRaiseMs < raiseFaultMs;
  // A link that carries much less than before the raise has changed by itself, and with it what was learnt of it.
  const changed = !link.draining && bytesPerS < link.budget * changedShare;
  const failed = afterRaise && !changed;
  return {
    ...next,
    capacity: bytesPerS,
    budget: bytesPerS * use * drain,
    emptyMs: undefined,
    earlierEmptyMs: failed ? link.emptyMs : changed ? undefined : link.earlierEmptyMs,
    draining: true,
    lastCutMs: nowMs,
    raises: 0,
    failedRaises: failed ? link.failedRaises + 1 : changed ? 0 : link.failedRaises,
    failedBudget: failed ? bytesPerS * use : link.failedBudget,
  };
}

function stepEasy(link: LinkEstimate, step: LinkStep, measure: TransitMeasure): LinkEstimate {
  const { nowMs } = step;
  const { capacity, easySinceMs = nowMs } = link;
  if (capacity === undefined) return link;
  // The queue has drained: the whole share may be filled again.
  if (link.draining) {
    if (nowMs - easySinceMs < betweenCutsMs / 2) return link;
    return { ...link, budget: capacity * use, draining: false, lastCutMs: nowMs };
  }
  if (link.emptyMs === undefined) {
    if (nowMs - easySinceMs < settledMs || nowMs - link.lastCutMs < settledMs) return link;
    const emptyMs = measure.lowTransitMs - (measure.meanBytes / capacity) * 1000;
    // After a raise of ours that failed the way is as it was. Where this is earlier than before, the link may just have become free.
    const earlierMs = Math.max(emptyMs, link.earlierEmptyMs ?? emptyMs);
    return { ...link, emptyMs: emptyMs + (earlierMs - emptyMs) * earlierWeight, earlierEmptyMs: undefined };
  }
  return raise({ ...link, emptyMs: link.emptyMs }, step, measure);
}

/** Uses room that shows, and now and then tries whether there is room that does not. */
function raise(link: LinkEstimate & { emptyMs: number }, step: LinkStep, measure: TransitMeasure): LinkEstimate {
  const { nowMs, wantedBytesPerS = Number.POSITIVE_INFINITY } = step;
  const { budget, emptyMs } = link;
  // What a frame takes beyond an empty link's time is its bytes over what the link carries.
  const frameMs = Math.max(0.5, measure.lowTransitMs - emptyMs);
  const room = (measure.meanBytes / frameMs) * 1000 * use;
  const someSinceMs = room > budget * someFactor ? (link.someSinceMs ?? nowMs) : undefined;
  const muchSinceMs = room > budget * muchFactor ? (link.muchSinceMs ?? nowMs) : undefined;
  const next = { ...link, someSinceMs, muchSinceMs };
  const factor = raiseBy(next, {
    nowMs,
    used: measure.bytesPerS > budget * usedShare,
    fits: room > budget * fitsShare,
  });
  if (factor === 1) return next;
  const raised = factor === muchFactor ? Math.min(budget * factor, room) : budget * factor;
  if (raised >= wantedBytesPerS * freeFactor) return { ...unknownLink, minima: link.minima };
  const forgotten = raised > (link.failedBudget ?? 0) * forgetFactor;
  return {
    ...next,
    budget: raised,
    capacity: raised / use,
    lastRaiseMs: nowMs,
    raises: link.raises + 1,
    someSinceMs: undefined,
    muchSinceMs: undefined,
    failedRaises: forgotten ? 0 : link.failedRaises,
  };
}

/** @returns what to multiply the budget with; 1: leave it */
function raiseBy(link: LinkEstimate, { nowMs, used, fits }: { nowMs: number; used: boolean; fits: boolean }): number {
  const { someSinceMs = nowMs, muchSinceMs = nowMs, failedRaises, raises, lastRaiseMs, lastCutMs } = link;
  const stoodMs = nowMs - Math.max(lastRaiseMs, lastCutMs);
  const factors = failedRaises === 0 ? raiseFactors : doubtfulFactors;
  const little = factors[Math.min(raises, factors.length - 1)] ?? 1;
  const much = nowMs - muchSinceMs >= muchMs * (1 + Math.min(failedRaises, 2));
  const muchAfterMs =
    failedRaises === 0 ? betweenDoublingsMs : Math.min(muchWaitMostMs, muchWaitMs * 2 ** (failedRaises - 1));
  if (much && raises > 0 && stoodMs >= betweenDoublingsMs) return muchFactor;
  if (much && stoodMs >= muchAfterMs) return little;
  if (stoodMs < holdMs) return 1;
  const waitMs = failedRaises === 0 ? 0 : Math.min(raiseWaitMostMs, raiseWaitMs * 2 ** (failedRaises - 1));
  if (nowMs - someSinceMs >= someMs && stoodMs >= waitMs) return little;
  // The last one held: on, until one does not.
  const doubtful = failedRaises > 0;
  const tryMs = raises > 0 ? (doubtful ? doubtfulHoldMs : holdMs) : doubtful ? laterTryMs : firstTryMs;
  return used && stoodMs >= tryMs && (fits || raises === 0) ? little : 1;
}

function keepMinima(minima: LinkEstimate['minima'], nowMs: number, transitMs: number): LinkEstimate['minima'] {
  const newest = minima.at(-1);
  if (!newest || nowMs >= newest.untilMs) return [...minima.slice(1 - spans), { untilMs: nowMs + spanMs, transitMs }];
  if (transitMs >= newest.transitMs) return minima;
  return [...minima.slice(0, -1), { ...newest, transitMs }];
}
