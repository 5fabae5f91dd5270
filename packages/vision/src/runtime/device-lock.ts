import { LookoutError } from '@lookout/protocol/core';

/** If a run on a device takes longer than this, its thread has died. */
const MAX_WAIT_MS = 60_000;

/**
 * Lets one thread at a time use a device that does not support more: ONNX Runtime's WebGPU provider keeps one command encoder for
 * all sessions of a process, and two concurrent runs crash it (microsoft/onnxruntime issue 32561). A mutex in shared memory: 0 free,
 * 1 taken.
 */
export class DeviceLock {
  readonly #state: Int32Array;
  readonly #maxWaitMs: number;

  /** @param shared four bytes of 0, the same for all threads. */
  constructor(shared: SharedArrayBuffer, timeoutMs = MAX_WAIT_MS) {
    this.#state = new Int32Array(shared);
    this.#maxWaitMs = timeoutMs;
  }

  /** Blocks the calling thread until the device is free. @throws LookoutError `inference_failed` if that takes too long */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    const giveUpMs = performance.now() + this.#maxWaitMs;
    while (Atomics.compareExchange(this.#state, 0, 0, 1) !== 0) {
      const leftMs = giveUpMs - performance.now();
      if (leftMs <= 0) throw new LookoutError('inference_failed', 'Another worker does not release the device');
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
