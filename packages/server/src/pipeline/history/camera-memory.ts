import type { CameraActivity as ActivityAnswer } from '@lookout/protocol';
import type { EventRepository } from '../../platform/storage/index.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { CameraActivity } from './camera-activity.js';
import { ObjectHistory } from './object-history.js';
import { Thumbnails, type ThumbnailsOptions } from './thumbnails.js';

export interface CameraMemoryOptions extends ThumbnailsOptions {
  events: Pick<EventRepository, 'countsByStep'>;
  /** Converts times of frames to Unix epoch ms, and back. */
  toEpoch(timeMs: number): number;
  fromEpoch(epochMs: number): number;
}

/** What cameras have seen lately, in memory: objects, small pictures, and when there was something to see. */
export class CameraMemory {
  readonly objects = new ObjectHistory();
  readonly thumbnails: Thumbnails;
  readonly #activity = new CameraActivity();
  readonly #options: CameraMemoryOptions;

  constructor(options: CameraMemoryOptions) {
    this.#options = options;
    this.thumbnails = new Thumbnails(options);
  }

  /** An analysed frame of a camera; in the order of its frames. */
  observe(camera: string, observed: ObservedFrame): void {
    const { timestampMs, width, height } = observed.frame;
    const seen = { timestampMs, width, height, objects: observed.objects };
    this.objects.add(camera, seen);
    this.#activity.add(camera, seen);
    this.thumbnails.observe(camera, observed);
  }

  /** When each class was last in view, Unix epoch ms. */
  lastSeen(camera: string): Record<string, number> {
    const { toEpoch } = this.#options;
    return Object.fromEntries(
      [...this.#activity.lastSeenMs(camera)].map(([name, ms]) => [name, Math.round(toEpoch(ms))]),
    );
  }

  /** @param sinceMs Unix epoch ms; rounded down to a whole minute @param stepMs whole minutes */
  async activity(camera: string, sinceMs: number, untilMs: number, stepMs: number): Promise<ActivityAnswer> {
    const { events, toEpoch, fromEpoch } = this.#options;
    const steps = this.#activity.steps(camera, fromEpoch(sinceMs), fromEpoch(untilMs), stepMs);
    const firstMs = Math.round(toEpoch(steps[0]?.atMs ?? 0));
    const counts = await events.countsByStep(camera, firstMs, untilMs, stepMs);
    return {
      steps: steps.map(({ watched, classes }, i) => ({
        at: firstMs + i * stepMs,
        watched,
        classes,
        events: counts.get(i) ?? 0,
      })),
    };
  }

  /** The small picture closest to a time, Unix epoch ms; undefined if there is none. */
  thumbnail(camera: string, timeMs: number): Uint8Array | undefined {
    return this.thumbnails.at(camera, this.#options.fromEpoch(timeMs))?.jpeg;
  }

  remove(camera: string): void {
    this.objects.remove(camera);
    this.thumbnails.remove(camera);
    this.#activity.remove(camera);
  }
}
