import { ObjectChunk, type ObjectFrame } from './object-chunk.js';

export type { ObjectFrame } from './object-chunk.js';

export interface ObjectHistoryOptions {
  /** How far back objects are remembered, ms. */
  maxAgeMs?: number;
  /** Memory of all cameras together; the camera with the most forgets first. */
  maxBytes?: number;
}

const DEFAULT_MAX_AGE_MS = 60 * 60_000;
/** An hour of 10 frames per second with 3 objects takes 4 MB. */
const DEFAULT_MAX_BYTES = 128 * 1024 * 1024;
/** Frames closer together are left out: rules don't need more. A quarter less than the 100 ms of 10 fps, as cameras jitter. */
const MIN_INTERVAL_MS = 75;
/** Frames without objects, as most are, are kept only so often. */
const EMPTY_INTERVAL_MS = 1000;

/** What was seen on each camera lately: enough to run rules over it again. Kept in memory, compactly. */
export class ObjectHistory {
  readonly #maxAgeMs: number;
  readonly #maxBytes: number;
  /** By camera, oldest first. */
  readonly #chunks = new Map<string, ObjectChunk[]>();
  readonly #last = new Map<string, { timestampMs: number; isEmpty: boolean }>();
  #bytes = 0;

  constructor({ maxAgeMs = DEFAULT_MAX_AGE_MS, maxBytes = DEFAULT_MAX_BYTES }: ObjectHistoryOptions = {}) {
    this.#maxAgeMs = maxAgeMs;
    this.#maxBytes = maxBytes;
  }

  /** Memory in use. */
  get bytes(): number {
    return this.#bytes;
  }

  add(camera: string, frame: ObjectFrame): void {
    if (!this.#isNeeded(camera, frame)) return;
    const chunks = this.#chunks.get(camera) ?? [];
    this.#chunks.set(camera, chunks);
    if (!chunks.at(-1)?.add(frame)) {
      const chunk = new ObjectChunk(frame);
      chunks.push(chunk);
      this.#bytes += chunk.bytes;
    }
    this.#forgetOld(chunks, frame.timestampMs - this.#maxAgeMs);
    if (this.#bytes > this.#maxBytes) this.#forgetMost();
  }

  /** Frames from a time on, oldest first. What is added meanwhile follows. */
  *frames(camera: string, sinceMs: number): Generator<ObjectFrame, void, void> {
    for (const chunk of [...(this.#chunks.get(camera) ?? [])]) {
      if (chunk.lastMs < sinceMs) continue;
      for (const frame of chunk.frames()) if (frame.timestampMs >= sinceMs) yield frame;
    }
  }

  /** Time of the oldest frame; undefined if there is none. */
  oldestMs(camera: string): number | undefined {
    return this.#chunks.get(camera)?.[0]?.firstMs;
  }

  remove(camera: string): void {
    for (const chunk of this.#chunks.get(camera) ?? []) this.#bytes -= chunk.bytes;
    this.#chunks.delete(camera);
    this.#last.delete(camera);
  }

  #isNeeded(camera: string, { timestampMs, objects }: ObjectFrame): boolean {
    const last = this.#last.get(camera);
    const isEmpty = objects.length === 0;
    // A clock that was set back is no reason to wait for the old time.
    const sinceMs = last === undefined ? Number.POSITIVE_INFINITY : Math.abs(timestampMs - last.timestampMs);
    const intervalMs = isEmpty && last?.isEmpty ? EMPTY_INTERVAL_MS : MIN_INTERVAL_MS;
    if (sinceMs < intervalMs) return false;
    this.#last.set(camera, { timestampMs, isEmpty });
    return true;
  }

  #forgetOld(chunks: ObjectChunk[], beforeMs: number): void {
    while (chunks.length > 1 && (chunks[0]?.lastMs ?? beforeMs) < beforeMs) this.#forgetOldest(chunks);
  }

  #forgetMost(): void {
    let most: ObjectChunk[] = [];
    for (const chunks of this.#chunks.values()) if (chunks.length > most.length) most = chunks;
    this.#forgetOldest(most);
  }

  #forgetOldest(chunks: ObjectChunk[]): void {
    this.#bytes -= chunks.shift()?.bytes ?? 0;
  }
}
