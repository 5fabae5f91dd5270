import { afterEach, describe, expect, it, vi } from 'vitest';
import { KernelMemory, MAX_KERNEL_BYTES } from './kernel-memory.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('KernelMemory', () => {
  it('grows to what is asked for, keeps what is in it, and never shrinks', () => {
    const memory = KernelMemory.open()!;
    memory.reserve(10)[3] = 7;
    const large = memory.reserve(200_000);
    expect(large.length).toBeGreaterThanOrEqual(200_000);
    expect(large[3]).toBe(7);
    expect(memory.reserve(10)).toBe(large);
  });

  it('ends at its bound', () => {
    const memory = KernelMemory.open()!;
    expect(memory.reserve(MAX_KERNEL_BYTES)).toHaveLength(MAX_KERNEL_BYTES);
    expect(() => memory.reserve(MAX_KERNEL_BYTES + 1)).toThrow(RangeError);
  });

  it('is not there where the system refuses its addresses', () => {
    const Memory = class {
      constructor() {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      }
    };
    vi.stubGlobal('WebAssembly', { Memory });
    expect(KernelMemory.open()).toBeUndefined();
  });
});
