import type { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { HeldWorker } from './reservation.js';

/** Holds no worker: every job is answered by the error. */
export function refusedReservation(model: ModelInfo, error: LookoutError): HeldWorker {
  return {
    model,
    run: () => Promise.reject(error),
    infer: () => Promise.reject(error),
    release: () => undefined,
  };
}
