import { LookoutError } from '@lookout/protocol';

/** The largest raw picture (8K, 8 bits) has 50 MB, the index of a day's recording a few. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Cameras with the longest distance between keyframes send one in 20 s. */
const MAX_MS = 60_000;

/** How much and how long a camera may send without a picture in it: what brings none only fills memory. */
export class BlindLimit {
  readonly #now: () => number;
  #bytes = 0;
  #sinceMs: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Bytes were read. @throws LookoutError `camera_unsupported`, `camera_stalled` once it is too much. */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES) {
      throw new LookoutError(
        'camera_unsupported',
        `The camera sent ${MAX_BYTES / 1024 / 1024} MB without a picture in it`,
        {
          hint: 'Check the address: it should be that of a video stream.',
        },
      );
    }
    this.#sinceMs ??= this.#now();
    if (this.#now() - this.#sinceMs > MAX_MS) {
      throw new LookoutError('camera_stalled', `Data arrives, but no picture has come for ${MAX_MS / 1000} s`, {
        hint: 'Restart the camera if this continues.',
      });
    }
  }

  /** A picture came. */
  reset(): void {
    this.#bytes = 0;
    this.#sinceMs = undefined;
  }
}
