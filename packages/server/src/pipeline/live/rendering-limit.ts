import { LookoutError } from '@lookout/protocol';
import { type Principal, peerOf } from '../../platform/auth/principal.js';

/** The kind with the boxes that a frame's own analysis shows: the same for feeds and sockets. */
export const SHOWN_BOXES = 'annotated';

/** A picture that is made of each frame for a viewer: which boxes are burnt in, and how it is encoded. */
export interface WantedRendering {
  readonly cameraId: string;
  /** Pictures of the same kind differ in nothing but quality. */
  readonly kind: string;
  readonly quality: number;
}

/** A viewer's share of a rendering, held until `close`. */
export interface HeldRendering {
  readonly quality: number;
  /** Asks for another quality. What is given is the nearest that the limit has room for. */
  change(quality: number): void;
  /** Idempotent. */
  close(): void;
}

/** How many viewers take each quality, by kind. */
type Qualities = Map<string, Map<number, number>>;

/**
 * Bounds the different renderings of a camera that one link or API key has made: each costs an encoding of every frame, which the
 * analysis of all cameras pays for. Viewers of the same rendering share it. Requests of this machine's owner are not limited.
 */
export class RenderingLimit {
  readonly #most: number;
  /** By peer and camera. */
  readonly #held = new Map<string, Qualities>();

  /** @param most renderings of one camera for one peer. */
  constructor(most: number) {
    this.#most = most;
  }

  /** @throws LookoutError `too_many_requests` */
  open(principal: Principal | null, { cameraId, kind, quality }: WantedRendering): HeldRendering {
    const peer = principal ? peerOf(principal) : undefined;
    if (peer === undefined) return unlimited(quality);
    const id = `${peer} ${cameraId}`;
    const qualities: Qualities = this.#held.get(id) ?? new Map();
    if (!this.#hasRoom(qualities, kind, quality)) {
      throw new LookoutError(
        'too_many_requests',
        `More than ${this.#most} kinds and qualities of this camera's picture for one link or key`,
        { hint: 'Ask for qualities that others take too, or raise limits.renderings.' },
      );
    }
    this.#held.set(id, qualities);
    let current = quality;
    let isOpen = true;
    take(qualities, kind, current);
    return {
      get quality() {
        return current;
      },
      change: (wanted) => {
        if (!isOpen || wanted === current) return;
        give(qualities, kind, current);
        current = this.#hasRoom(qualities, kind, wanted) ? wanted : nearest(qualities.get(kind)!.keys(), wanted);
        take(qualities, kind, current);
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        give(qualities, kind, current);
        if (qualities.size === 0) this.#held.delete(id);
      },
    };
  }

  #hasRoom(qualities: Qualities, kind: string, quality: number): boolean {
    if (qualities.get(kind)?.has(quality)) return true;
    let count = 0;
    for (const ofKind of qualities.values()) count += ofKind.size;
    return count < this.#most;
  }
}

function take(qualities: Qualities, kind: string, quality: number): void {
  const ofKind = qualities.get(kind) ?? new Map<number, number>();
  ofKind.set(quality, (ofKind.get(quality) ?? 0) + 1);
  qualities.set(kind, ofKind);
}

function give(qualities: Qualities, kind: string, quality: number): void {
  const ofKind = qualities.get(kind)!;
  const left = ofKind.get(quality)! - 1;
  if (left > 0) ofKind.set(quality, left);
  else ofKind.delete(quality);
  if (ofKind.size === 0) qualities.delete(kind);
}

function nearest(qualities: Iterable<number>, wanted: number): number {
  return [...qualities].reduce((best, quality) =>
    Math.abs(quality - wanted) < Math.abs(best - wanted) ? quality : best,
  );
}

function unlimited(quality: number): HeldRendering {
  let current = quality;
  return {
    get quality() {
      return current;
    },
    change: (wanted) => {
      current = wanted;
    },
    close: () => undefined,
  };
}
