import { LookoutError } from '@lookout/protocol';
import { type Principal, peerOf } from '../../platform/auth/principal.js';

/** Kind of rendering with the boxes of the frame's own analysis, shared by feeds and sockets. */
export const SHOWN_BOXES = 'annotated';

/** A rendering made of every frame for a viewer: which boxes are burnt in, and at which quality. */
export interface WantedRendering {
  readonly cameraId: string;
  /** Renderings of the same kind differ only in quality. */
  readonly kind: string;
  readonly quality: number;
}

/** A viewer's share of a rendering, held until `close`. */
export interface HeldRendering {
  readonly quality: number;
  /** Requests another quality; sets the nearest one that the limit allows. */
  change(quality: number): void;
  /** Idempotent. */
  close(): void;
}

/** Number of viewers per quality, by kind. */
type Qualities = Map<string, Map<number, number>>;

/**
 * Limits the number of different renderings of a camera for one link or API key. Each costs an encode per frame, at the expense
 * of all cameras' analysis. Viewers of the same rendering share it. Requests by the machine's owner are not limited.
 */
export class RenderingLimit {
  readonly #most: number;
  /** By client and camera. */
  readonly #held = new Map<string, Qualities>();

  /** @param most renderings per camera and client */
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
        `This link or key already has ${this.#most} different renderings of this camera, its maximum`,
        { hint: 'Request a quality that another viewer of this link or key uses, or raise limits.renderings.' },
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
