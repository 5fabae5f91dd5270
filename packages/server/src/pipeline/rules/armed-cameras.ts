import type { Frame } from '@lookout/media';
import type { SharedPacer } from '../analysis/pacer.js';
import type { AnalysisConsumer, PictureConsumer } from '../live/consumer.js';
import type { LiveHub } from '../live/live-hub.js';
import type { PictureSet } from '../live/picture-set.js';

/** Frames per second that rules need, analysed, and that clips are made of. */
export const RULES_FPS = 5;

interface ArmableCamera {
  readonly id: string;
  readonly hub: Pick<LiveHub, 'pacers' | 'subscribeAnalysis' | 'subscribePictures'>;
}

/**
 * Keeps the cameras that rules are about under watch: analysed at least five times a second while nobody watches, and a local device
 * open. Their frames at that rate are passed on, for clips.
 */
export class ArmedCameras {
  readonly #onPicture: (camera: string, pictures: PictureSet) => void;
  readonly #armed = new Map<string, () => void>();

  /** @param onPicture must not throw */
  constructor(onPicture: (camera: string, pictures: PictureSet) => void) {
    this.#onPicture = onPicture;
  }

  has(id: string): boolean {
    return this.#armed.has(id);
  }

  /** Exactly these cameras are armed from now on. */
  set(cameras: readonly ArmableCamera[]): void {
    const wanted = new Set(cameras.map(({ id }) => id));
    for (const id of [...this.#armed.keys()]) if (!wanted.has(id)) this.#disarm(id);
    for (const camera of cameras) if (!this.#armed.has(camera.id)) this.#arm(camera);
  }

  close(): void {
    this.set([]);
  }

  #arm({ id, hub }: ArmableCamera): void {
    const pacers = [hub.pacers.join('rules', RULES_FPS), hub.pacers.join('clips', RULES_FPS)] as const;
    const consumer = new RuleConsumer(
      ...pacers,
      (pictures) => this.#onPicture(id, pictures),
      () => this.#disarm(id),
    );
    const ends = [hub.subscribeAnalysis(consumer), hub.subscribePictures(consumer)];
    this.#armed.set(id, () => {
      for (const end of ends) end();
      for (const pacer of pacers) pacer.leave();
    });
  }

  #disarm(id: string): void {
    const end = this.#armed.get(id);
    this.#armed.delete(id);
    end?.();
  }
}

/** The rules, as a consumer of a camera's frames. What analysed frames show reaches them directly. */
class RuleConsumer implements AnalysisConsumer, PictureConsumer {
  readonly receivesPictures = false;
  readonly wantsOverlay = false;
  readonly fps = RULES_FPS;

  constructor(
    readonly analyses: SharedPacer,
    readonly clips: SharedPacer,
    readonly deliverPicture: (pictures: PictureSet) => void,
    readonly cameraRemoved: () => void,
  ) {}

  wants(frame: Frame, possible: boolean): 'claim' | 'skipped' {
    return possible && this.analyses.pass(frame) ? 'claim' : 'skipped';
  }

  deliver(): void {}

  wantsPicture(frame: Frame): boolean {
    return this.clips.pass(frame);
  }
}
