/** Range of qualities that may be requested. */
export interface QualityBounds {
  readonly min: number;
  readonly max: number;
}

export interface QualityState {
  /** Current JPEG quality. */
  readonly quality: number;
  /** Number of consecutive windows with room for more. */
  readonly roomy: number;
  /** Number of such windows required before an increase. */
  readonly patience: number;
  /** Windows since the last increase; undefined if there was none, or if a decrease followed it. */
  readonly sinceUp: number | undefined;
}

/** What arrived in one window. */
export interface QualityWindow {
  /** Pictures drawn per second. */
  readonly fps: number;
  /** The camera's own rate; undefined if unknown: 30 is then assumed. */
  readonly cameraFps: number | undefined;
}

export interface QualityStep extends QualityState {
  /** Why the quality changes; absent if it stays. */
  readonly reason?: string;
}

/** Length of a window, ms. */
export const QUALITY_WINDOW_MS = 5000;
const QUALITY_STEP = 5;
const TARGET_FPS = 30;
/** Thresholds for a 30 fps target. */
const LOW_FPS = 28;
const HIGH_FPS = 32;
/** Thresholds for slower cameras, as shares of their own rate. */
const LOW_SHARE = 0.93;
const HIGH_SHARE = 1.07;
/** One minute: an increase that keeps failing is retried only this rarely. */
const MAX_PATIENCE_WINDOWS = 12;
/** An increase that fails within this many windows was too much; one that lasts longer was right. */
const TRIAL_WINDOWS = 2;

export function startQuality(quality: number): QualityState {
  return { quality, roomy: 0, patience: 1, sinceUp: undefined };
}

/** Below `low`, too few pictures arrive; above `high`, more than enough. */
export function qualityThresholds(cameraFps: number | undefined): { low: number; high: number } {
  if (cameraFps === undefined || cameraFps >= TARGET_FPS) return { low: LOW_FPS, high: HIGH_FPS };
  return { low: LOW_SHARE * cameraFps, high: HIGH_SHARE * cameraFps };
}

/**
 * The quality after a window of 5 s. For a target of 30 fps it decreases by 5 below 28 fps and increases by 5 above 32 fps; for a slower
 * camera, below 0.93 and above 1.07 of its own rate.
 *
 * No picture is sent twice, so with a camera of 32 fps or less the rate never exceeds the upper threshold, and a reduced quality would
 * never recover. So it also counts as enough if everything from such a camera arrives (at least the lower threshold). That does not show
 * how much room is left, so each increase is a trial: if the next two windows fall short, the wait before the next trial doubles, up to a
 * minute; once one lasts, waits are short again. A steady connection thus sees at most one trial per minute.
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
