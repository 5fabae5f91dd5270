import { StagingFrames } from './staging-frames.js';
import { openYuvKernel, type YuvKernel, type YuvKernelOptions } from './yuv-kernel.js';

const PAGE_BYTES = 65_536;
const MAX_PAGES = 256;
/** Enough for a band of any picture that is staged. */
export const MAX_KERNEL_BYTES = MAX_PAGES * PAGE_BYTES;

/**
 * What the scalers of one thread share: staging frames, compiled kernels, and one memory, in which each lays out its own data whenever it runs.
 * One memory, because each reserves ten gigabytes of addresses.
 */
export class KernelMemory {
  readonly staging = new StagingFrames();
  readonly #kernels = new Map<string, YuvKernel>();
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array<ArrayBuffer>;

  /** @returns nothing where the process may not have so many addresses, as under `ulimit -v` */
  static open(): KernelMemory | undefined {
    try {
      return new KernelMemory(new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES }));
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  private constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** At least `count` bytes, up to `MAX_KERNEL_BYTES`. Views of an earlier, smaller one are empty from now on. */
  reserve(count: number): Uint8Array<ArrayBuffer> {
    const missing = Math.ceil((count - this.#bytes.length) / PAGE_BYTES);
    if (missing > 0) {
      this.#memory.grow(missing);
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    return this.#bytes;
  }

  kernel(options: YuvKernelOptions): YuvKernel {
    const key = JSON.stringify(options);
    let kernel = this.#kernels.get(key);
    if (kernel === undefined) {
      kernel = openYuvKernel(options, this.#memory, MAX_PAGES);
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }

  free(): void {
    this.staging.free();
  }
}
