import { JPEG_REFERENCE_QUALITY, JPEG_WIDTH_POWER, jpegQualityFor, relativeJpegBytes } from '@lookout/protocol';

/** How a publisher's pictures are to be made. */
export interface PicturePlan {
  fps: number;
  /** JPEG quality, 0.3..0.95. */
  quality: number;
  /** Widest picture, pixels; absent: the camera's own. */
  width?: number;
}

/** What there is to plan with. */
export interface PlanRoom {
  /** Frames a second that somebody has a use for. */
  wantedFps: number;
  /** What the link may be filled with; Infinity where nothing is known against it. */
  bytesPerS: number;
  /** The same once a present queue is gone: a picture is not made narrower for a moment. */
  lastingBytesPerS: number;
  /** Mean bytes of a frame at `bestQuality` and the camera's own width; undefined while unknown. */
  fullBytes: number | undefined;
  /** The camera's own width, pixels; undefined while unknown. */
  cameraWidth: number | undefined;
  /** The width asked for now. */
  width: number | undefined;
}

export const BEST_QUALITY = JPEG_REFERENCE_QUALITY;
const LEAST_QUALITY = 0.3;
/** Below this people see the blocks, and detectors miss the small: rate goes first. */
const FAIR_QUALITY = 0.55;
/** Down to this, rate goes before quality; below it motion falls apart. */
const FAIR_FPS = 15;
/** Less than this at the least quality, and the picture gets narrower. */
const NARROW_BELOW_FPS = 12;
export const LEAST_FPS = 5;
export const MOST_FPS = 60;
const WIDTH_SHARES = [1, 0.75, 0.5];
const LEAST_WIDTH = 320;
/** A wider picture must be expected to fit by this factor: a change of size costs trackers more than a change of quality. */
const WIDEN_FACTOR = 1.4;

/** Bytes of a frame relative to one at `bestQuality` and the camera's own width. */
export function planBytes(quality: number, width: number | undefined, cameraWidth: number | undefined): number {
  const share = width === undefined || cameraWidth === undefined ? 1 : Math.min(1, width / cameraWidth);
  return relativeJpegBytes(quality) * share ** JPEG_WIDTH_POWER;
}

/**
 * Fits the pictures into the room there is: quality gives way first, down to a fair one, then rate down to a fair one, then
 * quality down to the least, then width, and rate again last.
 */
export function planPictures(room: PlanRoom): PicturePlan {
  const wantedFps = Math.min(MOST_FPS, Math.max(LEAST_FPS, room.wantedFps));
  const { bytesPerS, fullBytes } = room;
  if (fullBytes === undefined || !Number.isFinite(bytesPerS))
    return { fps: Math.round(wantedFps), quality: BEST_QUALITY };
  const width = pickWidth(room, wantedFps);
  const bytes = fullBytes * planBytes(BEST_QUALITY, width, room.cameraWidth);
  const { fps, quality } = fit(bytesPerS / bytes, wantedFps);
  return {
    fps: Math.round(Math.min(MOST_FPS, Math.max(LEAST_FPS, fps))),
    quality: Math.round(Math.min(BEST_QUALITY, Math.max(LEAST_QUALITY, quality)) * 100) / 100,
    ...(width !== undefined && { width }),
  };
}

/** @param framesPerS how many frames at `bestQuality` would fit */
function fit(framesPerS: number, wantedFps: number): { fps: number; quality: number } {
  const quality = jpegQualityFor(framesPerS / wantedFps);
  if (quality >= FAIR_QUALITY) return { fps: wantedFps, quality };
  const slowFps = Math.min(wantedFps, FAIR_FPS);
  const fpsAtFair = framesPerS / relativeJpegBytes(FAIR_QUALITY);
  if (fpsAtFair >= slowFps) return { fps: fpsAtFair, quality: FAIR_QUALITY };
  const lowQuality = jpegQualityFor(framesPerS / slowFps);
  if (lowQuality >= LEAST_QUALITY) return { fps: slowFps, quality: lowQuality };
  return { fps: framesPerS / relativeJpegBytes(LEAST_QUALITY), quality: LEAST_QUALITY };
}

function pickWidth(
  { lastingBytesPerS, fullBytes, cameraWidth, width }: PlanRoom,
  wantedFps: number,
): number | undefined {
  if (cameraWidth === undefined || fullBytes === undefined) return undefined;
  let narrowest: number | undefined;
  for (const share of WIDTH_SHARES) {
    const candidate = share === 1 ? undefined : Math.round((cameraWidth * share) / 16) * 16;
    if (candidate !== undefined && candidate < LEAST_WIDTH) break;
    narrowest = candidate;
    const fps = lastingBytesPerS / (fullBytes * planBytes(LEAST_QUALITY, candidate, cameraWidth));
    const wider = (candidate ?? cameraWidth) > (width ?? cameraWidth);
    if (fps >= Math.min(wantedFps, NARROW_BELOW_FPS) * (wider ? WIDEN_FACTOR : 1)) return candidate;
  }
  return narrowest;
}
