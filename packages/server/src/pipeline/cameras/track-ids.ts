import type { TrackIdRepository } from '../../platform/storage/index.js';

/** Ids reserved at once; the next block is reserved when half of it is used. A restart skips the rest. */
const BLOCK_SIZE = 200;

interface Sequence {
  next: number;
  /** First id after the current block. */
  end: number;
  /** The block after it, if it is stored. */
  following: { next: number; end: number } | undefined;
  isReserving: boolean;
}

/**
 * Track ids, unique per camera for the lifetime of the data directory, even across restarts and crashes: each block is stored as
 * used before its first id is issued.
 */
export class TrackIds {
  readonly #store: TrackIdRepository;
  readonly #onFault: (error: unknown) => void;
  readonly #now: () => number;
  readonly #sequences = new Map<string, Sequence>();
  #lastUnstored = 0;

  /**
   * @param onFault a block could not be stored, and is tried again with the next id
   * @param now Unix epoch ms
   */
  constructor(store: TrackIdRepository, onFault: (error: unknown) => void, now: () => number = Date.now) {
    this.#store = store;
    this.#onFault = onFault;
    this.#now = now;
  }

  /** Reserves the first ids of a camera, which may have had ids before. */
  async prepare(cameraId: string): Promise<void> {
    await this.#reserve(cameraId, this.#sequence(cameraId));
  }

  /** The next id of a camera. */
  next(cameraId: string): number {
    const sequence = this.#sequence(cameraId);
    if (sequence.next === sequence.end && sequence.following) {
      Object.assign(sequence, sequence.following, { following: undefined });
    }
    const isRunningOut = sequence.following === undefined && sequence.end - sequence.next <= BLOCK_SIZE / 2;
    if (isRunningOut && !sequence.isReserving) void this.#reserve(cameraId, sequence);
    return sequence.next < sequence.end ? sequence.next++ : this.#unstored();
  }

  #sequence(cameraId: string): Sequence {
    const known = this.#sequences.get(cameraId);
    if (known) return known;
    const sequence = { next: 0, end: 0, following: undefined, isReserving: false };
    this.#sequences.set(cameraId, sequence);
    return sequence;
  }

  /**
   * An id while the storage fails: the time in ms, so far above all stored ones that it stays unique although it is not stored.
   */
  #unstored(): number {
    this.#lastUnstored = Math.max(this.#lastUnstored + 1, Math.trunc(this.#now()));
    return this.#lastUnstored;
  }

  async #reserve(cameraId: string, sequence: Sequence): Promise<void> {
    if (sequence.isReserving || sequence.following) return;
    sequence.isReserving = true;
    try {
      const next = await this.#store.reserve(cameraId, BLOCK_SIZE);
      sequence.following = { next, end: next + BLOCK_SIZE };
    } catch (error) {
      this.#onFault(error);
    } finally {
      sequence.isReserving = false;
    }
  }
}
