import type { Detection } from '@lookout/protocol';

/** Statistics of one class over a video. Times are in ms from its beginning. */
export interface ClassSeen {
  name: string;
  /** Objects followed over several frames; one that leaves and comes back later counts twice. */
  tracks: number;
  mostAtOnce: number;
  /** Frames with at least one. */
  frames: number;
  firstMs: number;
  lastMs: number;
}

/** After this time no tracker finds an object again, so its id can be forgotten. */
const FORGET_AFTER_MS = 60_000;
const FORGET_EVERY = 1000;

/** Counts tracks per class over a video. Memory grows only with the number of classes. */
export class SeenTally {
  readonly #classes = new Map<string, ClassSeen>();
  /** For each track, when it was last seen and its class then, which has the most votes. */
  readonly #tracks = new Map<number, { lastMs: number; seen: ClassSeen }>();
  #frames = 0;

  get frames(): number {
    return this.#frames;
  }

  add(timeMs: number, detections: readonly Detection[]): void {
    const now = new Map<string, number>();
    for (const { class_name, track_id } of detections) {
      now.set(class_name, (now.get(class_name) ?? 0) + 1);
      const seen = this.#seen(class_name, timeMs);
      if (track_id === undefined) continue;
      const track = this.#tracks.get(track_id);
      if (track?.seen !== seen) {
        if (track) track.seen.tracks--;
        seen.tracks++;
      }
      this.#tracks.set(track_id, { lastMs: timeMs, seen });
    }
    for (const [name, count] of now) {
      const seen = this.#seen(name, timeMs);
      seen.frames++;
      seen.lastMs = timeMs;
      seen.mostAtOnce = Math.max(seen.mostAtOnce, count);
    }
    if (++this.#frames % FORGET_EVERY === 0) this.#forget(timeMs);
  }

  /** Most tracks first. */
  classes(): ClassSeen[] {
    return [...this.#classes.values()].sort((a, b) => b.tracks - a.tracks || b.frames - a.frames);
  }

  #seen(name: string, timeMs: number): ClassSeen {
    let seen = this.#classes.get(name);
    if (seen === undefined) {
      seen = { name, tracks: 0, mostAtOnce: 0, frames: 0, firstMs: timeMs, lastMs: timeMs };
      this.#classes.set(name, seen);
    }
    return seen;
  }

  #forget(timeMs: number): void {
    for (const [id, { lastMs }] of this.#tracks) if (timeMs - lastMs > FORGET_AFTER_MS) this.#tracks.delete(id);
  }
}

/** `0:07.4`, `1:02:03.0` */
export function formatPosition(timeMs: number): string {
  const tenths = Math.round(timeMs / 100);
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  const minutes = Math.floor(tenths / 600);
  return minutes < 60
    ? `${minutes}:${seconds}`
    : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`;
}
