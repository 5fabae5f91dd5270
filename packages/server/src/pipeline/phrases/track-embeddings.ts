import type { Box } from '@lookout/protocol';
import { fromHalf, toHalf } from './half-floats.js';

/** A look at a track. */
export interface TrackLook {
  readonly camera: string;
  readonly track: number;
  readonly className: string;
  /** Pixels of the frame. */
  readonly bbox: Box;
  readonly frameSize: readonly [width: number, height: number];
  /** Unix epoch ms. */
  readonly timestampMs: number;
  /** L2-normalised. */
  readonly vector: Float32Array;
}

/** The best look at a track. */
export interface KeptLook extends TrackLook {
  /** The newest event that it belongs to. */
  readonly eventId: string | undefined;
}

interface Packed extends Omit<TrackLook, 'vector'> {
  readonly halves: Uint16Array;
  readonly quality: number;
  readonly bytes: number;
  eventId: string | undefined;
}

/** As in the object history. */
const MAX_AGE_MS = 60 * 60_000;
/** Events are searched for later, too. */
const EVENT_MAX_AGE_MS = 24 * MAX_AGE_MS;
/** Some 12 000 tracks. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Size of an entry without its vector. */
const ENTRY_BYTES = 400;

/** The best look at each track of the last hour, or of the last day if it belongs to an event, for searches by text. In memory. */
export class TrackEmbeddings {
  readonly #maxBytes: number;
  /** By camera and track, in the order they were added. */
  readonly #looks = new Map<string, Packed>();
  #bytes = 0;

  constructor(maxBytes: number = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#looks.size;
  }

  /** Memory in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps the look at each track that shows most of it. */
  add({ vector, ...look }: TrackLook): void {
    const key = keyOf(look.camera, look.track);
    const quality = qualityOf(look);
    const known = this.#looks.get(key);
    if (known && known.quality >= quality) return;
    this.#remove(key);
    const bytes = 2 * vector.length + ENTRY_BYTES;
    this.#looks.set(key, { ...look, halves: toHalf(vector), quality, bytes, eventId: known?.eventId });
    this.#bytes += bytes;
    this.#forget(look.timestampMs);
  }

  /** Marks a track as part of an event, so that it is kept for longer. */
  belongs(camera: string, track: number, eventId: string): void {
    const look = this.#looks.get(keyOf(camera, track));
    if (look) look.eventId = eventId;
  }

  /** Oldest first. Looks added meanwhile are left out. */
  *all(): Generator<KeptLook, void, void> {
    for (const { halves, quality: _, bytes: __, ...look } of [...this.#looks.values()]) {
      yield { ...look, vector: fromHalf(halves) };
    }
  }

  /** Removes the looks of a camera, as another one may get its id later. */
  removeCamera(camera: string): void {
    for (const [key, look] of this.#looks) if (look.camera === camera) this.#remove(key);
  }

  /** Removes all looks, as another model's vectors can't be compared. */
  clear(): void {
    this.#looks.clear();
    this.#bytes = 0;
  }

  #forget(nowMs: number): void {
    for (const [key, { timestampMs, eventId }] of this.#looks) {
      const maxAgeMs = eventId === undefined ? MAX_AGE_MS : EVENT_MAX_AGE_MS;
      if (nowMs - timestampMs > maxAgeMs || this.#bytes > this.#maxBytes) this.#remove(key);
    }
  }

  #remove(key: string): void {
    this.#bytes -= this.#looks.get(key)?.bytes ?? 0;
    this.#looks.delete(key);
  }
}

/** How much of an object a look shows: its share of the frame, halved at the border, where part of it is out of view. */
function qualityOf({ bbox: [x1, y1, x2, y2], frameSize: [width, height] }: Omit<TrackLook, 'vector'>): number {
  const isCut = x1 <= 1 || y1 <= 1 || x2 >= width - 1 || y2 >= height - 1;
  return ((x2 - x1) * (y2 - y1) * (isCut ? 0.5 : 1)) / (width * height);
}

function keyOf(camera: string, track: number): string {
  return `${camera}|${track}`;
}
