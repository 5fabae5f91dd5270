import { JPEG_REFERENCE_QUALITY, JPEG_WIDTH_POWER, jpegQualityFor, relativeJpegBytes } from '@lookout/protocol';

/** How a publisher is to make its frames. */
export interface PicturePlan {
  /** 5..60. */
  fps: number;
  /** JPEG quality, 0.3..0.8. */
  quality: number;
  /** Widest frame, pixels; absent: the camera's own width. */
  width?: number;
}

/** What there is to plan with. */
export interface PlanRoom {
  /** Frames a second that somebody has a use for. */
  wantedFps: number;
  /** What frames may take of the link; Infinity where it is not limited. */
  bytesPerS: number;
  /** The same once a present queue has drained: frames are not made narrower for a moment. */
  lastingBytesPerS: number;
  /** Mean bytes of a frame at `BEST_QUALITY` and the camera's own width; undefined while unknown. */
  fullBytes: number | undefined;
  /** The camera's own width, pixels; undefined while unknown. */
  cameraWidth: number | undefined;
  /** The width asked for now. */
  width: number | undefined;
}

export const BEST_QUALITY = JPEG_REFERENCE_QUALITY;
const MIN_QUALITY = 0.3;
/** Below this people see blocks and detectors miss small objects, so the rate gives way first. */
const FAIR_QUALITY = 0.55;
/** Below this motion falls apart, so quality gives way again. */
const FAIR_FPS = 15;
/** A width that allows less than this at the lowest quality is too wide. */
const NARROW_BELOW_FPS = 12;
export const MIN_FPS = 5;
export const MAX_FPS = 60;
const WIDTH_SHARES = [1, 0.75, 0.5];
const MIN_WIDTH = 320;
/** A wider frame must fit by this factor: trackers suffer more from a change of size than from a change of quality. */
const WIDEN_FACTOR = 1.4;

/** Bytes of a frame relative to one at `BEST_QUALITY` and the camera's own width. */
export function planBytes(quality: number, width: number | undefined, cameraWidth: number | undefined): number {
  const share = width === undefined || cameraWidth === undefined ? 1 : Math.min(1, width / cameraWidth);
  return relativeJpegBytes(quality) * share ** JPEG_WIDTH_POWER;
}

/** Fits the frames into the link: quality gives way first (to 0.55), then rate (to 15), quality (to 0.3), width, and rate. */
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

/** @param bestFps frames a second at `BEST_QUALITY` that would fit */
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
