import type { Lease, LeaseRepository } from '../storage/index.js';
import type { CameraRunner, PlacedCamera } from './camera-runner.js';
import type { LeaseKeeper, LeaseKeeperOptions } from './lease-keeper.js';
import type { NodeId } from './placement.js';

export interface HandOversOptions extends Pick<LeaseKeeperOptions, 'now' | 'later'> {
  readonly here: NodeId;
  readonly leases: Pick<LeaseRepository, 'offer'>;
  readonly keeper: Pick<LeaseKeeper, 'takeOver' | 'release' | 'epochOf'>;
  readonly cameras: CameraRunner;
  readonly log: { warn(details: object, message: string): void };
  /** A camera was taken over or declined. */
  onDone(camera: string): void;
}

/** How a camera is to be given away. */
export interface Departure {
  /** This node itself: it is to stay. */
  readonly to: NodeId;
  /** Whether it goes even to a node that can't read it. */
  readonly isHurried: boolean;
  readonly alive: ReadonlySet<NodeId>;
}

/** How long the next owner may take to read the first frame, ms. */
const FIRST_FRAME_MS = 8000;
const LOOK_EVERY_MS = 50;
/** How long a camera stays that the node it was offered to could not read, ms. */
const DECLINED_MS = 600_000;

/**
 * Cameras on their way from one node to another. The owner offers a camera; the next one begins to read it, and takes the lease once it has a
 * frame; the owner then stops. A camera that takes one reader is let go of first. Each node gives one camera at a time.
 */
export class HandOvers {
  readonly #options: HandOversOptions;
  /** Cameras offered by this node. */
  readonly #offered = new Set<string>();
  /** Cameras that others could not read: until when they stay. */
  readonly #declined = new Map<string, number>();
  /** Cameras that this node is about to take. */
  readonly #taking = new Set<string>();

  constructor(options: HandOversOptions) {
    this.#options = options;
  }

  /** Gives a camera of this node to another, if it should be there. */
  async give(lease: Lease, { id, isExclusive }: PlacedCamera, { to, isHurried, alive }: Departure): Promise<void> {
    const { here, leases, keeper, cameras, now } = this.#options;
    const { camera, epoch, successor } = lease;
    if (successor !== undefined) {
      // It has died, or is not to have it any more.
      if (alive.has(successor) && to !== here) return;
      this.#offered.delete(id);
      await leases.offer({ camera, epoch, successor: undefined });
      return;
    }
    if (this.#offered.delete(id)) this.#declined.set(id, now() + DECLINED_MS);
    if ((this.#declined.get(id) ?? 0) <= now() || isHurried) this.#declined.delete(id);
    if (to === here || this.#declined.has(id) || this.#offered.size > 0) return;
    if (!(await leases.offer({ camera, epoch, successor: to }))) return;
    if (isExclusive) {
      await cameras.stop(id);
      await keeper.release([id]);
    } else this.#offered.add(id);
  }

  /** A camera does not belong to this node any more. */
  gone(camera: string): void {
    this.#offered.delete(camera);
  }

  /** Takes a camera that is offered to this node. @param isHurried even if it can't be read here */
  take({ camera, epoch }: Lease, isHurried: boolean): void {
    if (this.#taking.has(camera)) return;
    this.#taking.add(camera);
    void this.#take(camera, epoch, isHurried).finally(() => {
      this.#taking.delete(camera);
      this.#options.onDone(camera);
    });
  }

  async #take(camera: string, epoch: number, isHurried: boolean): Promise<void> {
    const { leases, keeper, cameras, now, later, log } = this.#options;
    cameras.run(camera);
    const deadlineMs = now() + FIRST_FRAME_MS;
    while (!cameras.isReady(camera) && now() < deadlineMs) {
      await new Promise<void>((resolve) => later(resolve, LOOK_EVERY_MS));
    }
    const isReady = cameras.isReady(camera);
    try {
      if ((isReady || isHurried) && (await keeper.takeOver(camera))) {
        cameras.acquired(camera);
        return;
      }
      if (!isReady) {
        log.warn({ camera }, 'a camera was not taken over: this node can’t read it');
        await leases.offer({ camera, epoch, successor: undefined });
      }
    } catch (error) {
      log.warn({ camera, err: error }, 'a camera could not be taken over');
    }
    // It may have been free meanwhile, and been claimed.
    if (keeper.epochOf(camera) === undefined) await cameras.stop(camera);
  }
}
