import type { Box } from '@lookout/protocol';

/** An object that is seen in a frame. */
export interface SeenTrack {
  readonly id: number;
  /** Pixels. */
  readonly bbox: Box;
  readonly firstSeenMs: number;
  readonly isResident: boolean;
  /** Whether a rule is about it; others are looked at once, to be found by a search. */
  readonly isWanted: boolean;
}

interface Looked {
  atMs: number;
  /** Pixels². */
  area: number;
  /** When to look again, however it has grown. */
  nextMs: number;
}

export interface CropScheduleOptions {
  /** Crops per second, all cameras together. It can change. */
  perSecond(): number;
}

/** The first detections of an object often show only a part of it. */
const BIRTH_MS = 500;
/** An object that has come this much closer shows more. */
const GROWTH = 1.5;
/** However fast it grows. */
const SHORTEST_MS = 500;
/** Time between two looks at one track, s. */
export const TRACK_EVERY_S = 5;
/** Known still objects change seldom. */
const RESIDENT_INTERVAL_MS = 60_000;
/** What was not used may be used up at once, s: people come in groups. */
const BURST_S = 2;

/**
 * Decides which objects are looked at more closely, under a budget: those that rules are about first, then those that have never been looked
 * at, then those that have waited longest. What gets no turn is looked at in a later frame, or never, and counted. Pure; times are the
 * frames' own.
 */
export class CropSchedule {
  readonly #options: CropScheduleOptions;
  /** By camera, by track. */
  readonly #looked = new Map<string, Map<number, Looked>>();
  #tokens = 1;
  #filledMs: number | undefined;
  #missed = 0;

  constructor(options: CropScheduleOptions) {
    this.#options = options;
  }

  /** Objects that rules are about and that have gone without a look. */
  get missed(): number {
    return this.#missed;
  }

  /**
   * The objects of a frame to look at now; they count as looked at.
   * @param nowMs the same clock for all cameras
   */
  take<T extends SeenTrack>(camera: string, tracks: readonly T[], frameMs: number, nowMs: number): T[] {
    this.#fill(nowMs);
    const known = this.#looked.get(camera) ?? new Map<number, Looked>();
    const overdueMs = (track: T) => frameMs - dueMs(track, known.get(track.id));
    const due = tracks.filter((track) => overdueMs(track) >= 0);
    due.sort(
      (a, b) =>
        Number(b.isWanted) - Number(a.isWanted) ||
        Number(known.has(a.id)) - Number(known.has(b.id)) ||
        overdueMs(b) - overdueMs(a),
    );
    const taken = due.slice(0, Math.floor(this.#tokens));
    this.#tokens -= taken.length;
    for (const track of taken) known.set(track.id, lookedAt(track, frameMs));
    if (known.size > 0) this.#looked.set(camera, known);
    return taken;
  }

  /** Looks at an object again after so long: what was found needs another look to be sure of. */
  again(camera: string, id: number, frameMs: number): void {
    const looked = this.#looked.get(camera)?.get(id);
    if (looked) looked.nextMs = Math.min(looked.nextMs, frameMs);
  }

  /** Forgets objects that are not there any more. */
  keep(camera: string, ids: ReadonlySet<number>): void {
    const known = this.#looked.get(camera);
    if (!known) return;
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
  }

  /** An object has gone that a rule is about. */
  ended(camera: string, id: number): void {
    if (!this.#looked.get(camera)?.has(id)) this.#missed++;
  }

  removeCamera(camera: string): void {
    this.#looked.delete(camera);
  }

  #fill(nowMs: number): void {
    const perSecond = this.#options.perSecond();
    const elapsedS = Math.max(0, nowMs - (this.#filledMs ?? nowMs)) / 1000;
    this.#filledMs = nowMs;
    this.#tokens = Math.min(Math.max(1, BURST_S * perSecond), this.#tokens + elapsedS * perSecond);
  }
}

/** When an object should be looked at next. */
function dueMs(track: SeenTrack, looked: Looked | undefined): number {
  if (!looked) return track.firstSeenMs + BIRTH_MS;
  const hasGrown = areaOf(track.bbox) >= GROWTH * looked.area;
  return hasGrown ? Math.min(looked.nextMs, looked.atMs + SHORTEST_MS) : looked.nextMs;
}

function lookedAt(track: SeenTrack, frameMs: number): Looked {
  const intervalMs = track.isResident ? RESIDENT_INTERVAL_MS : TRACK_EVERY_S * 1000;
  const nextMs = track.isWanted ? frameMs + intervalMs : Number.POSITIVE_INFINITY;
  return { atMs: frameMs, area: areaOf(track.bbox), nextMs };
}

function areaOf([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}
