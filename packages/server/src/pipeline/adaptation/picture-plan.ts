import { JPEG_REFERENCE_QUALITY, JPEG_WIDTH_POWER, jpegQualityFor, relativeJpegBytes } from '@lookout/protocol';

/** How a publisher should make its frames. */
export interface PicturePlan {
  /** 5..60. */
  fps: number;
  /** JPEG quality, 0.3..0.8. */
  quality: number;
  /** Maximum frame width, pixels; undefined: the camera's own width. */
  width?: number;
}

/** Inputs of the plan. */
export interface PlanRoom {
  /** Frames per second that viewers or analysis can use. */
  wantedFps: number;
  /** Bytes per second available on the link; Infinity if it is not limiting. */
  bytesPerS: number;
  /** The same once the current queue has drained: the width does not change for a short queue. */
  lastingBytesPerS: number;
  /** Mean bytes of a frame at `BEST_QUALITY` and the camera's own width; undefined while unknown. */
  fullBytes: number | undefined;
  /** The camera's own width, pixels; undefined while unknown. */
  cameraWidth: number | undefined;
  /** The width currently requested. */
  width: number | undefined;
}

export const BEST_QUALITY = JPEG_REFERENCE_QUALITY;
const MIN_QUALITY = 0.3;
/** Below this, blocks become visible and detectors miss small objects, so the rate is lowered first. */
const FAIR_QUALITY = 0.55;
/** Below this, motion becomes choppy, so quality is lowered again. */
const FAIR_FPS = 15;
/** A width that allows fewer frames per second than this at the lowest quality is too large. */
const NARROW_BELOW_FPS = 12;
export const MIN_FPS = 5;
export const MAX_FPS = 60;
const WIDTH_SHARES = [1, 0.75, 0.5];
const MIN_WIDTH = 320;
/** A larger width must fit by this factor: trackers suffer more from changes of size than of quality. */
const WIDEN_FACTOR = 1.4;

/** Bytes of a frame relative to one at `BEST_QUALITY` and the camera's own width. */
export function planBytes(quality: number, width: number | undefined, cameraWidth: number | undefined): number {
  const share = width === undefined || cameraWidth === undefined ? 1 : Math.min(1, width / cameraWidth);
  return relativeJpegBytes(quality) * share ** JPEG_WIDTH_POWER;
}

/** Fits the frames into the link. Lowers quality first (to 0.55), then rate (to 15), quality (to 0.3), width, and rate again. */
export function planPictures(room: PlanRoom): PicturePlan {
  const { bytesPerS, fullBytes, cameraWidth } = room;
  const wantedFps = clamp(room.wantedFps, MIN_FPS, MAX_FPS);
  if (fullBytes === undefined || !Number.isFinite(bytesPerS))
    return { fps: Math.round(wantedFps), quality: BEST_QUALITY };
  const width = pickWidth(room, fullBytes, wantedFps);
  const { fps, quality } = fit(bytesPerS / (fullBytes * planBytes(BEST_QUALITY, width, cameraWidth)), wantedFps);
  return {
    fps: Math.round(clamp(fps, MIN_FPS, MAX_FPS)),
    quality: Math.round(clamp(quality, MIN_QUALITY, BEST_QUALITY) * 100) / 100,
    ...(width !== undefined && { width }),
  };
}

/** @param bestFps frames per second that would fit at `BEST_QUALITY` */
function fit(bestFps: number, wantedFps: number): { fps: number; quality: number } {
  const quality = jpegQualityFor(bestFps / wantedFps);
  if (quality >= FAIR_QUALITY) return { fps: wantedFps, quality };
  const slowFps = Math.min(wantedFps, FAIR_FPS);
  const fairFps = bestFps / relativeJpegBytes(FAIR_QUALITY);
  if (fairFps >= slowFps) return { fps: fairFps, quality: FAIR_QUALITY };
  const lowQuality = jpegQualityFor(bestFps / slowFps);
  if (lowQuality >= MIN_QUALITY) return { fps: slowFps, quality: lowQuality };
  return { fps: bestFps / relativeJpegBytes(MIN_QUALITY), quality: MIN_QUALITY };
}

function pickWidth(
  { lastingBytesPerS, cameraWidth, width: widthNow }: PlanRoom,
  fullBytes: number,
  wantedFps: number,
): number | undefined {
  if (cameraWidth === undefined) return undefined;
  const widths = WIDTH_SHARES.map((share) => (share === 1 ? cameraWidth : Math.round((cameraWidth * share) / 16) * 16));
  const allowed = widths.filter((width) => width === cameraWidth || width >= MIN_WIDTH);
  const fits = (width: number) => {
    const fps = lastingBytesPerS / (fullBytes * planBytes(MIN_QUALITY, width, cameraWidth));
    return fps >= Math.min(wantedFps, NARROW_BELOW_FPS) * (width > (widthNow ?? cameraWidth) ? WIDEN_FACTOR : 1);
  };
  const width = allowed.find(fits) ?? allowed.at(-1);
  return width === cameraWidth ? undefined : width;
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
