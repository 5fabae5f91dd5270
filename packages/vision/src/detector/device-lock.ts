import { LookoutError } from '@lookout/protocol';

/** A run on a device that takes longer than this has died with its thread. */
const MAX_WAIT_MS = 60_000;

/**
 * Lets one thread at a time use a device whose driver stands no more: ONNX Runtime's WebGPU provider keeps one command encoder for
 * all sessions of a process, and two runs at once end it (microsoft/onnxruntime issue 32561). A mutex in shared memory: 0 free, 1 taken.
 */
export class DeviceLock {
  readonly #state: Int32Array;
  readonly #maxWaitMs: number;

  /** @param shared four bytes of 0, the same for all threads. */
  constructor(shared: SharedArrayBuffer, timeoutMs = MAX_WAIT_MS) {
    this.#state = new Int32Array(shared);
    this.#maxWaitMs = timeoutMs;
  }

  /** Blocks the calling thread until the device is free. @throws LookoutError `inference_failed` where it never is */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    const giveUpMs = performance.now() + this.#maxWaitMs;
    while (Atomics.compareExchange(this.#state, 0, 0, 1) !== 0) {
      const leftMs = giveUpMs - performance.now();
      if (leftMs <= 0) throw new LookoutError('inference_failed', 'The device is not given back by another worker');
      Atomics.wait(this.#state, 0, 1, leftMs);
    }
    try {
      return await work();
    } finally {
      Atomics.store(this.#state, 0, 0);
      Atomics.notify(this.#state, 0, 1);
    }
  }
}
