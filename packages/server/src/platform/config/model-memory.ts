import { totalmem } from 'node:os';

/** A quarter of what this machine, or its container, has: MiB. */
export function defaultModelMemoryMb(): number {
  // Without a limit the call gives 0 or a number beyond all memory.
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.max(256, Math.floor(Math.min(limit, totalmem()) / 4 / 1024 ** 2));
}
