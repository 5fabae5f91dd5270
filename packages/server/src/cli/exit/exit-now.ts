import { createRequire } from 'node:module';

interface Koffi {
  load(path: string): { func(declaration: string): (code: number) => void };
}

/**
 * Ends the process without waiting for its threads. `process.exit()` joins every worker first, and waits for ever on one that hangs in
 * a native call (a model that never ends, a read from a dead mount). A signal to ourselves would not do either: as the first process of
 * a container we are immune to it. Nothing that is registered for the exit runs.
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
    // No native library on this machine (another libc, say): the next best ways.
    process.kill(process.pid, 'SIGKILL');
  }
  return process.exit(code);
}
