import { createRequire } from 'node:module';

interface Koffi {
  load(path: string): { func(declaration: string): (code: number) => void };
}

/**
 * Ends the process without waiting for its threads. `process.exit()` first joins every worker, and waits for ever for one that hangs in
 * a native call (a model that never returns, a read from a dead mount). A signal to ourselves does not work either, because the first
 * process of a container is immune to it. Exit handlers don't run.
 */
export function exitNow(code: number): never {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    const [library, declaration] =
      process.platform === 'win32'
        ? ['kernel32.dll', 'void ExitProcess(uint32_t code)']
        : [process.platform === 'darwin' ? 'libSystem.B.dylib' : 'libc.so.6', 'void _exit(int code)'];
    koffi.load(library).func(declaration)(code);
  } catch {
    // The native library does not load, for example with another libc: use the next best way.
    process.kill(process.pid, 'SIGKILL');
  }
  return process.exit(code);
}
