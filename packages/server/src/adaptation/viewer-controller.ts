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
}

export interface ViewerControllerState extends ViewerSettings {
  /** Reports in a row that were bad / good. */
  bad: number;
  good: number;
}

/** Above this age, or with frames waiting, a viewer is behind. */
const behindMs = 250;
/** Below this age it has room. */
const easyMs = 120;
const reportsDown = 2;
const reportsUp = 4;
const minQuality = 30;
const minFps = 1;

export function startViewer(asked: ViewerSettings): ViewerControllerState {
  return { ...asked, bad: 0, good: 0 };
}

/**
 * One step of the viewer controller (a report comes once a second): pure, with hysteresis. Quality gives way before fps, and
 * comes back after it, up to what the viewer asked for.
 */
export function stepViewer(
  state: ViewerControllerState,
  asked: ViewerSettings,
  report: ViewerReport,
): ViewerControllerState {
  const behind = report.latency > behindMs || report.queueSize > 2;
  const easy = report.latency < easyMs && report.queueSize <= 1;
  const bad = behind ? state.bad + 1 : 0;
  const good = easy ? state.good + 1 : 0;
  if (bad >= reportsDown) {
    if (state.quality > minQuality)
      return { ...state, quality: Math.max(minQuality, state.quality - 15), bad: 0, good: 0 };
    const reached = Math.min(state.fps, Math.max(report.fps, minFps));
    return { ...state, fps: Math.max(minFps, reached * 0.7), bad: 0, good: 0 };
  }
  if (good >= reportsUp) {
    if (state.fps < asked.fps) return { ...state, fps: Math.min(asked.fps, state.fps * 1.4 + 1), bad: 0, good: 0 };
    if (state.quality < asked.quality) {
      return { ...state, quality: Math.min(asked.quality, state.quality + 10), bad: 0, good: 0 };
    }
  }
  return { ...state, bad, good: Math.min(good, reportsUp) };
}
