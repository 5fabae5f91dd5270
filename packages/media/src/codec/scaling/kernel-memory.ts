import { compileYuvKernel, openYuvKernel, type YuvKernel, type YuvKernelOptions } from './yuv-kernel.js';

const PAGE_BYTES = 65_536;
const MAX_PAGES = 1024;
/** Enough for a 4K picture of any layout with its result. */
export const MAX_KERNEL_BYTES = MAX_PAGES * PAGE_BYTES;

/**
 * What the scalers of one thread share: compiled kernels, and one memory, in which each lays out its own data whenever it runs.
 * One for each of them would do, but each takes ten gigabytes of addresses, and a process may have a terabyte for all.
 */
export class KernelMemory {
  readonly #modules = new Map<string, WebAssembly.Module>();
  readonly #memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
  #bytes = new Uint8Array(this.#memory.buffer);

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
    let module = this.#modules.get(key);
    if (module === undefined) {
      module = compileYuvKernel(options, MAX_PAGES);
      this.#modules.set(key, module);
    }
    return openYuvKernel(module, this.#memory);
  }
}
