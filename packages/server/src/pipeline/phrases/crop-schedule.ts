import type { Box } from '@lookout/protocol';

/** An object that is seen in a frame. */
export interface SeenTrack {
  readonly id: number;
  /** Pixels. */
  readonly bbox: Box;
  readonly firstSeenMs: number;
  readonly isResident: boolean;
  /** Whether a rule covers it; others are looked at once, so that a search can find them. */
  readonly isWanted: boolean;
}

interface Looked {
  atMs: number;
  /** Pixels². */
  area: number;
  /** When to look again, even if it has not grown. */
  nextMs: number;
}

export interface CropScheduleOptions {
  /** Crops per second over all cameras; may change. */
  perSecond(): number;
}

/** The first detections of an object often show only a part of it. */
const BIRTH_MS = 500;
/** Growth in area that justifies an early look: the object has come closer and shows more. */
const GROWTH = 1.5;
/** Minimum time between looks at a growing object. */
const SHORTEST_MS = 500;
/** Time between two looks at one track, s. */
export const TRACK_EVERY_S = 5;
/** Resident objects rarely change. */
const RESIDENT_INTERVAL_MS = 60_000;
/** Unused budget that may be saved up for a burst, s: people come in groups. */
const BURST_S = 2;

/**
 * Chooses which objects to look at more closely within a budget: first those covered by rules, then those never looked at, then those that
 * have waited longest. The others are looked at in a later frame, or never, and then counted. Pure; times are frame times.
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

  /** Objects covered by rules that ended without a look. */
  get missed(): number {
    return this.#missed;
  }

  /**
   * Chooses the objects of a frame to look at now, and counts them as looked at.
   * @param nowMs on one clock for all cameras
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

  /** Schedules another look at an object at `frameMs` at the latest, to confirm the last one. */
  again(camera: string, id: number, frameMs: number): void {
    const looked = this.#looked.get(camera)?.get(id);
    if (looked) looked.nextMs = Math.min(looked.nextMs, frameMs);
  }

  /** Forgets objects that are no longer there. */
  keep(camera: string, ids: ReadonlySet<number>): void {
    const known = this.#looked.get(camera);
    if (!known) return;
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
  }

  /** An object covered by a rule has ended. */
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
