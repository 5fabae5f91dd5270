import type { TrackIdStore } from '../../platform/storage/camera-store.js';

/** Ids put aside by one write to the database. A restart skips what is left of them. */
const BLOCK_SIZE = 100;

/**
 * Track ids of one camera: each given out once while the data directory lasts, over restarts and crashes too. Blocks of them are stored
 * as used before the first is given out.
 * @param onFault a block could not be stored: ids go on, and the next start may use these again.
 * @returns the next id with each call.
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
