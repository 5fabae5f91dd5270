import { jpegQualityFor, relativeJpegBytes } from '@lookout/protocol';

/** Upper limits of what a viewer gets. */
export interface ViewerSettings {
  fps: number;
  /** JPEG quality of annotated pictures, 30..95. */
  quality: number;
}

export interface ViewerReport {
  /** Frames per second the viewer drew. */
  fps: number;
  /** Age of the drawn frames, ms. */
  latency: number;
  /** Frames waiting on the viewer's side. */
  queueSize: number;
  /**
   * Share of the frames offered since the last report that were dropped because the viewer had not yet acknowledged earlier
   * ones, 0..1; undefined if unknown.
   */
  refused?: number | undefined;
}

export interface ViewerControllerState extends ViewerSettings {
  /** Consecutive reports that were late, had refused frames, or were good. */
  late: number;
  refused: number;
  good: number;
  /** Consecutive good reports with an age clearly below `settledAgeMs`. */
  fresher: number;
  /** Minimum age in each span of reports, newest last, ms: the age of frames that did not queue. */
  leastAges: readonly number[];
  /** Reports in the newest span. */
  spanReports: number;
  /** Age in the second good report after the last reduction, ms. */
  settledAgeMs: number | undefined;
  /** Reports since the last raise, and the number of good reports required for the next one. */
  sinceRaise: number;
  patience: number;
  /** Rate and quality before a lower quality was tried because of refused frames. */
  tried: { fps: number; quality: number } | undefined;
  /** Reports left during which a lower quality is not tried again because it did not help. */
  unhelpful: number;
}

/** A viewer is late if its age exceeds the minimum of the last minute by this, or if frames wait. */
const LATE_MS = 250;
/** Assumed upper limit for a link's own delay: if even the minimum age is higher, frames are queueing, ms. */
const LONGEST_WAY_MS = 300;
/** Below this excess age a viewer has room for more. */
const EASY_MS = 150;
/** Above this share of refused frames a lower quality may let more through. A long round trip alone causes a smaller share. */
const REFUSED_MANY_SHARE = 0.4;
const REFUSED_FEW_SHARE = 0.3;
/** The new quality aims to let this share through: getting every frame through would cost too much quality. */
const THROUGH_SHARE = 0.75;
const REPORTS_DOWN = 2;
const REPORTS_UP = 3;
const MIN_QUALITY = 30;
const MIN_FPS = 1;
const SPANS = 6;
const REPORTS_PER_SPAN = 10;
/** Share of the proven throughput that is used. */
const USED_SHARE = 0.9;
/** Maximum increase of bytes per raise. */
const RAISE_FACTOR = 2;
/** An age lower by this share of the link's own time, and by at least this many ms, means a wider link. */
const FRESHER_SHARE = 0.4;
const FRESHER_MS = 15;
/**
 * If a reduction follows a raise within this many reports, the raise failed: the next one takes `PATIENCE_FACTOR` times as many
 * reports, at most a minute.
 */
const FAULT_REPORTS = 5;
const PATIENCE_FACTOR = 4;
const MAX_PATIENCE = 60;
/** A lower quality helped if it brought at least this share of the expected extra frames. */
const HELP_SHARE = 0.3;
/** Reports before a quality reduction that did not help is tried again. */
const UNHELPFUL_REPORTS = 60;

export function startViewer(asked: ViewerSettings): ViewerControllerState {
  return {
    ...asked,
    late: 0,
    refused: 0,
    good: 0,
    fresher: 0,
    leastAges: [],
    spanReports: 0,
    settledAgeMs: undefined,
    sinceRaise: MAX_PATIENCE,
    patience: REPORTS_UP,
    tried: undefined,
    unhelpful: 0,
  };
}

/** @param quality 30..95 */
function relativeBytes(quality: number): number {
  return relativeJpegBytes(quality / 100);
}

function qualityFor(relative: number): number {
  return 100 * jpegQualityFor(relative);
}

/**
 * One step (a report, once a second) of the viewer controller: pure, with hysteresis. Current throughput predicts what will fit,
 * so quality drops to it in one step. Refused frames add no age, so they lower the quality if that lets more frames through, but
 * never the rate; the rate is lowered only for age, once quality is at its minimum. Both recover up to what the viewer
 * requested, sooner if ages show room. Ages are relative to the minimum of the last minute, since a long round trip is not a
 * queue.
 */
export function stepViewer(
  state: ViewerControllerState,
  asked: ViewerSettings,
  report: ViewerReport,
): ViewerControllerState {
  const aged = noteAge(state, report.latency);
  const leastMs = Math.min(LONGEST_WAY_MS, ...aged.leastAges);
  const laterMs = report.latency - leastMs;
  const share = report.refused ?? 0;
  const late = laterMs > LATE_MS || report.queueSize > 2;
  const good = laterMs < EASY_MS && report.queueSize <= 1 && share <= REFUSED_FEW_SHARE;
  const settledAgeMs =
    good && state.good === 1 && state.settledAgeMs === undefined ? report.latency : state.settledAgeMs;
  const next: ViewerControllerState = {
    ...aged,
    late: late ? state.late + 1 : 0,
    refused: share > REFUSED_MANY_SHARE ? state.refused + 1 : 0,
    good: good ? state.good + 1 : 0,
    fresher: good && isFresher(report.latency, settledAgeMs, leastMs) ? state.fresher + 1 : 0,
    settledAgeMs,
    sinceRaise: Math.min(MAX_PATIENCE, state.sinceRaise + 1),
    unhelpful: Math.max(0, state.unhelpful - 1),
  };
  if (next.tried && next.refused >= REPORTS_DOWN && !helped(next, next.tried, report)) {
    return { ...next, quality: next.tried.quality, tried: undefined, refused: 0, unhelpful: UNHELPFUL_REPORTS };
  }
  if (next.late >= REPORTS_DOWN) return giveWay(next, report, true);
  const lower = next.quality > MIN_QUALITY && next.unhelpful === 0;
  if (next.refused >= REPORTS_DOWN && lower) return giveWay(next, report, false);
  if (next.good >= next.patience || next.fresher >= REPORTS_DOWN) return takeBack(next, asked);
  return next;
}

function isFresher(ageMs: number, settledMs: number | undefined, leastMs: number): boolean {
  return settledMs !== undefined && ageMs < settledMs - Math.max(FRESHER_MS, FRESHER_SHARE * (settledMs - leastMs));
}

function helped(
  { quality, fps }: ViewerSettings,
  tried: { fps: number; quality: number },
  report: ViewerReport,
): boolean {
  const possible = Math.min(fps, (tried.fps * relativeBytes(tried.quality)) / relativeBytes(quality));
  return report.fps - tried.fps > (possible - tried.fps) * HELP_SHARE;
}

function giveWay(state: ViewerControllerState, report: ViewerReport, late: boolean): ViewerControllerState {
  const drawn = Math.min(state.fps, Math.max(report.fps, MIN_FPS));
  const failed = state.sinceRaise <= FAULT_REPORTS;
  const next = {
    ...state,
    late: 0,
    refused: 0,
    good: 0,
    settledAgeMs: undefined,
    sinceRaise: MAX_PATIENCE,
    patience: failed ? Math.min(MAX_PATIENCE, state.patience * PATIENCE_FACTOR) : state.patience,
  };
  if (state.quality > MIN_QUALITY) {
    // A camera may deliver fewer frames than requested, so prefer the refused share, if known.
    const through = report.refused === undefined ? drawn / state.fps : 1 - report.refused;
    const relative = relativeBytes(state.quality) * Math.min(1, through / THROUGH_SHARE) * USED_SHARE;
    const quality = Math.max(MIN_QUALITY, Math.min(state.quality - 5, Math.round(qualityFor(relative))));
    return { ...next, quality, tried: { fps: drawn, quality: state.quality } };
  }
  return late ? { ...next, fps: Math.max(MIN_FPS, drawn * USED_SHARE), tried: undefined } : next;
}

function takeBack(state: ViewerControllerState, asked: ViewerSettings): ViewerControllerState {
  const next = { ...state, good: 0, fresher: 0, tried: undefined };
  if (state.fps < asked.fps) return { ...next, fps: Math.min(asked.fps, state.fps * RAISE_FACTOR), sinceRaise: 0 };
  if (state.quality < asked.quality) {
    const quality = Math.min(asked.quality, Math.round(qualityFor(relativeBytes(state.quality) * RAISE_FACTOR)));
    return { ...next, quality, sinceRaise: 0 };
  }
  return { ...next, patience: REPORTS_UP, settledAgeMs: undefined };
}

function noteAge(state: ViewerControllerState, ageMs: number): ViewerControllerState {
  const { leastAges, spanReports } = state;
  const newest = leastAges.at(-1);
  if (newest === undefined || spanReports >= REPORTS_PER_SPAN) {
    return { ...state, leastAges: [...leastAges.slice(1 - SPANS), ageMs], spanReports: 1 };
  }
  const least = Math.min(newest, ageMs);
  return { ...state, leastAges: [...leastAges.slice(0, -1), least], spanReports: spanReports + 1 };
}
