import { LookoutError } from '@lookout/protocol';
import type { CameraSourceEvents } from '../cameras/camera.js';
import { PushSource } from './push-source.js';

/** The sources of the cameras that others publish to, by camera: how a publisher's socket finds its camera. */
export class PushSources {
  readonly #sources = new Map<string, PushSource>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  open(cameraId: string, events: CameraSourceEvents, firstFrameNumber: number): PushSource {
    const source: PushSource = new PushSource({
      events,
      firstFrameNumber,
      now: this.#now,
      onClosed: () => {
        // A camera that is opened anew may have put its next source here already.
        if (this.#sources.get(cameraId) === source) this.#sources.delete(cameraId);
      },
    });
    this.#sources.set(cameraId, source);
    return source;
  }

  /** @throws LookoutError `camera_off` for a camera that is switched off. */
  get(cameraId: string): PushSource {
    const source = this.#sources.get(cameraId);
    if (source) return source;
    throw new LookoutError('camera_off', 'This camera is switched off', { hint: 'Its owner can switch it on.' });
  }

  /** Open sources. */
  get count(): number {
    return this.#sources.size;
  }
}
