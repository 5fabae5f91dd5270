import { createRequire } from 'node:module';

interface Koffi {
  load(path: string): { func(declaration: string): (pad: number) => number };
}

let trim: ((pad: number) => number) | undefined;

/**
 * Returns memory that native code has freed to the system. Otherwise the C library keeps it, separately for each of FFmpeg's threads:
 * thirty captures that read up to their limit and ended left 270 MB. Takes a few milliseconds. Does nothing with a C library other than
 * glibc.
 */
export function giveMemoryBack(): void {
  if (process.platform !== 'linux') return;
  trim ??= load();
  trim(0);
}

function load(): (pad: number) => number {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    return koffi.load('libc.so.6').func('int malloc_trim(size_t pad)');
  } catch {
    // Another C library, or a machine that koffi was not built for: memory stays as it is.
    return () => 0;
  }
}
