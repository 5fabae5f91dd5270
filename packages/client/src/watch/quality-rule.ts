/** Qualities that may be asked for, and where it begins. */
export interface QualityBounds {
  readonly min: number;
  readonly max: number;
}

export interface QualityState {
  /** JPEG quality now. */
  readonly quality: number;
  /** Windows in a row with room for more. */
  readonly roomy: number;
  /** Roomy windows wanted before it goes up. */
  readonly patience: number;
  /** Windows since it last went up; undefined when it has not, or went down since. */
  readonly sinceUp: number | undefined;
}

/** What came in one window. */
export interface QualityWindow {
  /** Pictures drawn a second. */
  readonly fps: number;
  /** What the camera itself gives; undefined where nobody knows: then it is taken for one of 30. */
  readonly cameraFps: number | undefined;
}

export interface QualityStep extends QualityState {
  /** Why it goes another way; absent when it stays. */
  readonly reason?: string;
}

/** Length of a window, ms. */
export const QUALITY_WINDOW_MS = 5000;
const QUALITY_STEP = 5;
const TARGET_FPS = 30;
/** Of a 30 fps target. */
const LOW_FPS = 28;
const HIGH_FPS = 32;
/** Of a slower camera's own rate. */
const LOW_SHARE = 0.93;
const HIGH_SHARE = 1.07;
/** A minute: what no line took so often is tried again so seldom. */
const MAX_PATIENCE_WINDOWS = 12;
/** An increase that went wrong within so many windows was one too many; one that held for longer was right. */
const TRIAL_WINDOWS = 2;

export function startQuality(quality: number): QualityState {
  return { quality, roomy: 0, patience: 1, sinceUp: undefined };
}

/** Below `low` there is too little; above `high`, more than enough. */
export function qualityThresholds(cameraFps: number | undefined): { low: number; high: number } {
  if (cameraFps === undefined || cameraFps >= TARGET_FPS) return { low: LOW_FPS, high: HIGH_FPS };
  return { low: LOW_SHARE * cameraFps, high: HIGH_SHARE * cameraFps };
}

/**
 * One window of 5 s is over: below 28 fps the quality goes down by 5, above 32 up by 5, for a target of 30 fps; for a slower camera below
 * 0.93 and above 1.07 of its own rate.
 *
 * No picture comes twice, so a camera of 32 fps or less can't bring more than it gives, and "above" by the letter would never be: what
 * went down would stay down. Read as "more than enough": all that such a camera gives arrives (at least the lower threshold). That does
 * not tell how much more there is room for, so each increase is a trial: if the next two windows fall short, the wait before the next
 * trial doubles, up to a minute; once one holds, waits are short again. A steady line so sees at most one trial a minute.
 */
export function stepQuality(
  state: QualityState,
  { fps, cameraFps }: QualityWindow,
  bounds: QualityBounds,
): QualityStep {
  const { low, high } = qualityThresholds(cameraFps);
  const sinceUp = state.sinceUp === undefined ? undefined : state.sinceUp + 1;
  if (fps < low) {
    const failed = sinceUp !== undefined && sinceUp <= TRIAL_WINDOWS;
    const patience = failed ? Math.min(MAX_PATIENCE_WINDOWS, state.patience * 2) : state.patience;
    const quality = Math.max(bounds.min, state.quality - QUALITY_STEP);
    const next = { quality, roomy: 0, patience, sinceUp: undefined };
    return quality === state.quality ? next : { ...next, reason: `${written(fps)} fps, below ${written(low)}` };
  }
  const patience = sinceUp === TRIAL_WINDOWS ? 1 : state.patience;
  const canExceed = cameraFps !== undefined && cameraFps > high;
  const roomy = fps > high || !canExceed ? state.roomy + 1 : 0;
  const quality = Math.min(bounds.max, state.quality + QUALITY_STEP);
  if (roomy < patience || quality === state.quality) {
    return { quality: state.quality, roomy: Math.min(roomy, MAX_PATIENCE_WINDOWS), patience, sinceUp };
  }
  const reason =
    fps > high ? `${written(fps)} fps, above ${written(high)}` : `${written(fps)} fps, all the camera gives`;
  return { quality, roomy: 0, patience, sinceUp: 0, reason };
}

function written(fps: number): string {
  return String(Math.round(fps * 10) / 10);
}
