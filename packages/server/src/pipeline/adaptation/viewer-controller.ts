import { jpegQualityFor, relativeJpegBytes } from '@lookout/protocol';

/** What a viewer gets at most. */
export interface ViewerSettings {
  fps: number;
  /** JPEG quality of annotated pictures, 30..95. */
  quality: number;
}

export interface ViewerReport {
  /** Frames a second the viewer drew. */
  fps: number;
  /** Age of what it drew, ms. */
  latency: number;
  /** Frames waiting on its side. */
  queueSize: number;
  /**
   * Part of the frames offered to it since the last report that could not be sent because it had not taken those before, 0..1; undefined where that
   * is not known.
   */
  refused?: number | undefined;
}

export interface ViewerControllerState extends ViewerSettings {
  /** Reports in a row that were late, that had frames refused, and that were neither. */
  late: number;
  refused: number;
  good: number;
  /** Good reports in a row that less age than `settledAgeMs` was seen in. */
  fresher: number;
  /** Least ages of spans of reports, the newest last, ms: the age of frames that waited for nothing. */
  leastAges: readonly number[];
  /** Reports in the newest span. */
  spanReports: number;
  /** Age once all was well after the last time less was given, ms. */
  settledAgeMs: number | undefined;
  /** Reports since more was given last, and good ones that the next time takes. */
  sinceRaise: number;
  patience: number;
  /** What a lower quality was tried at because frames were refused. */
  tried: { fps: number; quality: number } | undefined;
  /** Reports for which a lower quality is not tried again: it did not help. */
  unhelpful: number;
}

/** So much older than the freshest of the last minute, or with frames waiting, a viewer is late. */
const LATE_MS = 250;
/** No way is longer than this: what is older at its freshest waits, ms. */
const LONGEST_WAY_MS = 300;
/** So little older, it has room. */
const EASY_MS = 150;
/** More of its frames than this could not be sent: a lower quality may let more through. Fewer are what a long way costs. */
const REFUSED_MANY_SHARE = 0.4;
const REFUSED_FEW_SHARE = 0.3;
/** A quality is looked for that lets this share through: to the last frame it would cost more than that is worth. */
const THROUGH_SHARE = 0.75;
const REPORTS_DOWN = 2;
const REPORTS_UP = 3;
const MIN_QUALITY = 30;
const MIN_FPS = 1;
const SPANS = 6;
const REPORTS_PER_SPAN = 10;
/** Of what proved to go through, so much is used. */
const USED_SHARE = 0.9;
/** More at once by at most this factor of bytes. */
const RAISE_FACTOR = 2;
/** Less age by this share of what the link took, and by so much, is a wider link. */
const FRESHER_SHARE = 0.4;
const FRESHER_MS = 15;
/** A raise that was one too many shows within so many reports; the next takes so much longer, at most a minute. */
const FAULT_REPORTS = 5;
const PATIENCE_FACTOR = 4;
const MAX_PATIENCE = 60;
/** Part of what there is more room for than was asked for that a lower quality must bring, or it does not help. */
const HELP_SHARE = 0.3;
/** So long it is not tried again then. */
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
 * One step of the viewer controller (a report comes once a second): pure, with hysteresis. What goes through at present tells what
 * would, so quality gives way to it in one go. Frames that are refused cost no time, so they are a reason for a lower quality where that lets
 * more through, and never for a lower rate; age is, once the quality is at its least. All comes back up to what the viewer asked
 * for, soon where ages show that there is more room. They count against the freshest of the last minute: a long way is no queue.
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
    // A camera may give fewer frames than are asked for: what was refused tells what does not go through, where it is known.
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
