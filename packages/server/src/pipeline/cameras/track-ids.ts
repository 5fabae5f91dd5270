import type { TrackIdStore } from '../../platform/storage/camera-store.js';

/** Ids reserved by one write to the database. A restart skips the rest of a block. */
const BLOCK_SIZE = 100;

/**
 * Track ids of one camera, unique for the lifetime of the data directory, even across restarts and crashes: each block is stored
 * as used before its first id is issued.
 * @param onFault a block could not be stored: ids continue, but the next start may reuse them
 * @returns a function that returns the next id
 */
export function trackIdsOf(
  cameraId: string,
  store: Pick<TrackIdStore, 'next' | 'put'>,
  onFault: (error: unknown) => void,
): () => number {
  let next: number | undefined;
  let stored = 0;
  return () => {
    next ??= store.next(cameraId);
    if (next >= stored) {
      stored = next + BLOCK_SIZE;
      try {
        store.put(cameraId, stored);
      } catch (error) {
        onFault(error);
      }
    }
    return next++;
  };
}
