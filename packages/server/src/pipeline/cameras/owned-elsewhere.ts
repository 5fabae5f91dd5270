import { isDeepStrictEqual } from 'node:util';
import { MOVING_REASON } from '@lookout/protocol';
import type { LiveHub } from '../live/live-hub.js';
import type { CameraOptions, CameraSource, OwnersView } from './camera-options.js';
import type { CameraStatus } from './camera-status.js';
import type { CameraVideo } from './camera-video.js';

/** A camera that another node reads: what that node says of it, and the streams of its frames and of its video. */
export class OwnedElsewhere {
  readonly #options: Pick<CameraOptions, 'config' | 'passed'>;
  readonly #video: CameraVideo;
  #packets: { close(): void } | undefined;
  #owners: OwnersView | undefined;
  /** Track ids of objects that warn now. */
  alarmed: ReadonlySet<number> = new Set();

  /** @param video where the packets of its video go */
  constructor(options: Pick<CameraOptions, 'config' | 'passed'>, video: CameraVideo) {
    this.#options = options;
    this.#video = video;
  }

  /** undefined: it does not answer, or nobody is the owner. */
  get owners(): OwnersView | undefined {
    return this.#owners;
  }

  /** @returns whether anything is new but its state and what changes all the time */
  says(owners: OwnersView | undefined): boolean {
    const before = this.#owners;
    this.#owners = owners;
    return !isDeepStrictEqual(lasting(before), lasting(owners));
  }

  /** The owner's state is the camera's. */
  show(status: CameraStatus): void {
    const { view, error } = this.#owners ?? {};
    if (view) status.set(view.state, view.state_reason, error);
    else status.set('connecting', MOVING_REASON);
  }

  /** @param onFrame called after each frame with its number */
  open(hub: LiveHub, firstFrameNumber: number, onFrame: (number: number) => void): CameraSource | undefined {
    const { config, passed } = this.#options;
    const source = passed?.openFrames(
      config.id,
      {
        onPassed: (frame, analysis) => {
          if (analysis) this.alarmed = analysis.alarmed;
          hub.putPassed(frame, analysis);
          onFrame(frame.number);
        },
      },
      firstFrameNumber,
    );
    source?.want?.(hub.wantedOfOwner);
    return source;
  }

  /** Opens the stream of its video for the first who plays it, and closes it after the last. @param isWanted false: closes it anyway */
  updateVideo(isWanted: boolean): void {
    const { config, passed } = this.#options;
    if (!isWanted || this.#video.encoded.takerCount === 0) {
      this.#packets?.close();
      this.#packets = undefined;
    } else this.#packets ??= passed?.openPackets(config.id, this.#video.encoded);
  }
}

function lasting(owners: OwnersView | undefined) {
  const { width, height, codec, video, main, warning } = owners?.view ?? {};
  return { width, height, codec, video, main, warning };
}
