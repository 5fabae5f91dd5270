import { createRequire } from 'node:module';

interface Koffi {
  load(path: string): { func(declaration: string): (pad: number) => number };
}

let trim: ((pad: number) => number) | undefined;

/**
 * Gives the system what native code has freed. The C library keeps it otherwise, for each of FFmpeg's threads apart: thirty captures that
 * read to their bound and ended left 270 MB. Takes some milliseconds. Does nothing where the C library is another than glibc.
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
    // Another C library, or a machine that koffi was not built for: then it stays as it is.
    return () => 0;
  }
}
