import type { Detection, DetectionsEvent } from '@lookout/protocol';
import type { BoxedFrame } from './overlay.js';

/** Video is shown later than it is analysed by far less than this many analyses. */
const MAX_KEPT = 64;
/** Half of a frame at 60 a second: a nearer analysis is of this very frame. */
const SAME_FRAME_MS = 8;
/** Older boxes say nothing about this frame. */
const MAX_AGE_MS = 2000;

/** Finds the boxes of a frame of video among analyses that arrive on another connection. */
export class BoxMatcher {
  readonly #events: DetectionsEvent[] = [];

  add(event: DetectionsEvent): void {
    this.#events.push(event);
    if (this.#events.length > MAX_KEPT) this.#events.shift();
  }

  /** Whether the frame that was taken at this time has been analysed. */
  hasBoxesOf(capturedMs: number): boolean {
    return this.#events.some((event) => isOfFrame(event, capturedMs));
  }

  /**
   * The newest analysis that is not of a later frame, with its age if it is of an earlier one: its boxes are then moved ahead.
   * @param capturedMs when the frame was taken, as `timestamp` of analyses
   * @param size of the frame: the analysed stream may be a smaller one, even of another shape
   */
  boxesAt(capturedMs: number, size: { width: number; height: number }): BoxedFrame | undefined {
    const event = this.#events.findLast(({ timestamp }) => timestamp <= capturedMs + SAME_FRAME_MS);
    if (event === undefined) return undefined;
    const ageMs = capturedMs - event.timestamp;
    if (ageMs > MAX_AGE_MS) return undefined;
    const { width, height } = size;
    return {
      ...{ width, height, detections: scaled(event, size), timestamp: capturedMs },
      ...(ageMs > SAME_FRAME_MS && { detections_age_ms: ageMs }),
    };
  }
}

/** Whether an analysis is of the frame that was taken at this time. */
export function isOfFrame({ timestamp }: DetectionsEvent, capturedMs: number): boolean {
  return Math.abs(timestamp - capturedMs) <= SAME_FRAME_MS;
}

/** The detections in pixels of a frame of another size, which shows the same. */
function scaled({ width, height, detections }: DetectionsEvent, size: { width: number; height: number }): Detection[] {
  if (width === size.width && height === size.height) return detections;
  const x = size.width / width;
  const y = size.height / height;
  return detections.map((detection) => {
    const [x1, y1, x2, y2] = detection.bbox;
    const { velocity } = detection;
    return {
      ...detection,
      bbox: [x1 * x, y1 * y, x2 * x, y2 * y],
      ...(velocity && { velocity: [velocity[0] * x, velocity[1] * y] }),
    };
  });
}
