import type { AnalysisJob, AnalysisResult } from '../analysis/analysis-job.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { JpegHistory, type TimedJpeg } from './jpeg-history.js';

export interface ThumbnailsOptions {
  /** Runs a small image job. */
  runSoon(job: AnalysisJob): Promise<AnalysisResult>;
}

const MAX_AGE_MS = 60 * 60_000;
/** An hour of one camera on which something is always to be seen takes some 5 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
/** While something is to be seen, ms. */
const INTERVAL_MS = 4000;
/** While there is nothing but known still objects, ms. */
const STILL_INTERVAL_MS = 30_000;
const MAX_SIDE = 320;
const QUALITY = 60;
/** A thumbnail that is further from a moment does not show it, ms. */
const MAX_AWAY_MS = 3000;

/** Small pictures of each camera for the last hour: one every few seconds, while something is to be seen. */
export class Thumbnails {
  readonly #options: ThumbnailsOptions;
  readonly #pictures = new JpegHistory({ maxAgeMs: MAX_AGE_MS, maxBytes: MAX_BYTES });
  readonly #takenMs = new Map<string, number>();
  /** Cameras of which one is being made. */
  readonly #making = new Set<string>();

  constructor(options: ThumbnailsOptions) {
    this.#options = options;
  }

  /** An analysed frame of a camera. */
  observe(camera: string, { frame, pictures, objects }: ObservedFrame): void {
    const seen = objects.filter(({ lastSeenMs }) => lastSeenMs >= frame.timestampMs);
    if (seen.length === 0 || this.#making.has(camera)) return;
    const intervalMs = seen.every(({ isResident }) => isResident) ? STILL_INTERVAL_MS : INTERVAL_MS;
    const sinceMs = Math.abs(frame.timestampMs - (this.#takenMs.get(camera) ?? Number.NEGATIVE_INFINITY));
    if (sinceMs < intervalMs) return;
    this.#takenMs.set(camera, frame.timestampMs);
    this.#making.add(camera);
    // A frame that is gone by now, or that no worker can decode, has no thumbnail; the next one may.
    void this.#make(camera, frame.timestampMs, pictures.overlay())
      .catch(() => undefined)
      .finally(() => this.#making.delete(camera));
  }

  /** The one closest to a time of the camera's frames; undefined if none shows that moment. */
  at(camera: string, timestampMs: number): TimedJpeg | undefined {
    return this.#pictures.nearest(camera, timestampMs, MAX_AWAY_MS);
  }

  remove(camera: string): void {
    this.#pictures.remove(camera);
    this.#takenMs.delete(camera);
  }

  async #make(camera: string, timestampMs: number, jpeg: Uint8Array | Promise<Uint8Array>): Promise<void> {
    const { jpegs } = await this.#options.runSoon({
      picture: { kind: 'jpeg', jpeg: await jpeg },
      encode: { detections: [], qualities: [QUALITY], maxSide: MAX_SIDE },
    });
    const [made] = jpegs;
    // The camera may have been removed meanwhile.
    if (made && this.#takenMs.has(camera)) this.#pictures.add(camera, { timestampMs, jpeg: made.jpeg });
  }
}
