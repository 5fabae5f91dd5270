import { describe, expect, it } from 'vitest';
import { KernelMemory, MAX_KERNEL_BYTES } from './kernel-memory.js';

describe('KernelMemory', () => {
  it('grows to what is asked for, keeps what is in it, and never shrinks', () => {
    const memory = new KernelMemory();
    memory.reserve(10)[3] = 7;
    const large = memory.reserve(200_000);
    expect(large.length).toBeGreaterThanOrEqual(200_000);
    expect(large[3]).toBe(7);
    expect(memory.reserve(10)).toBe(large);
  });

  it('ends at its bound', () => {
    const memory = new KernelMemory();
    expect(memory.reserve(MAX_KERNEL_BYTES)).toHaveLength(MAX_KERNEL_BYTES);
    expect(() => memory.reserve(MAX_KERNEL_BYTES + 1)).toThrow(RangeError);
  });
});
