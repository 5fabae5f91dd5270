import { LookoutError } from '@lookout/protocol/core';

/** More than the largest raw picture (8K at 8 bits, 50 MB), and than the index of a day's recording (a few MB). */
const MAX_BYTES = 64 * 1024 * 1024;
/** Even cameras with the longest keyframe interval send a keyframe every 20 s. */
const MAX_MS = 60_000;

/** Limits how many bytes and how long a camera may send without a picture: such data only fills memory. */
export class BlindLimit {
  readonly #now: () => number;
  #bytes = 0;
  #sinceMs: number | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts bytes that were read. @throws LookoutError `camera_unsupported` or `camera_stalled` when a limit is exceeded. */
  spend(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > MAX_BYTES) {
      throw new LookoutError(
        'camera_unsupported',
        `The camera sent ${MAX_BYTES / 1024 / 1024} MB that contain no picture`,
        {
          hint: 'Check that the address is that of a video stream.',
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

  /** Starts over: a picture was decoded. */
  reset(): void {
    this.#bytes = 0;
    this.#sinceMs = undefined;
  }
}
