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

/** As long as objects are remembered otherwise. */
const MAX_AGE_MS = 60 * 60_000;
/** What belongs to an event is asked for later, too. */
const EVENT_MAX_AGE_MS = 24 * MAX_AGE_MS;
/** Some 12 000 tracks. */
const MAX_BYTES = 16 * 1024 * 1024;
/** What an entry takes beside its vector. */
const ENTRY_BYTES = 400;

/** The best look at each track of the last hour, and at those of events of the last day: what a search compares with words. In memory. */
export class TrackEmbeddings {
  readonly #maxBytes: number;
  /** By camera and track; the look that was kept last is the last one. */
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

  /** Of several looks at a track, the one that shows most of it is kept. */
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

  /** A track belongs to an event: it is kept for longer. */
  belongs(camera: string, track: number, eventId: string): void {
    const look = this.#looks.get(keyOf(camera, track));
    if (look) look.eventId = eventId;
  }

  /** Oldest first. What is added meanwhile is left out. */
  *all(): Generator<KeptLook, void, void> {
    for (const { halves, quality: _, bytes: __, ...look } of [...this.#looks.values()]) {
      yield { ...look, vector: fromHalf(halves) };
    }
  }

  /** Another camera may get its id later. */
  removeCamera(camera: string): void {
    for (const [key, look] of this.#looks) if (look.camera === camera) this.#remove(key);
  }

  /** Another model sees otherwise. */
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

/** How much of an object a look shows: its area, less at the border, where a part of it is out of view. */
function qualityOf({ bbox: [x1, y1, x2, y2], frameSize: [width, height] }: Omit<TrackLook, 'vector'>): number {
  const isCut = x1 <= 1 || y1 <= 1 || x2 >= width - 1 || y2 >= height - 1;
  return ((x2 - x1) * (y2 - y1) * (isCut ? 0.5 : 1)) / (width * height);
}

function keyOf(camera: string, track: number): string {
  return `${camera}|${track}`;
}
