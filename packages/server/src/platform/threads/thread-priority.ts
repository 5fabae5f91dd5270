import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Makes the calling thread, not the process, nicer: on Linux a priority belongs to a thread. Elsewhere nothing happens.
 * @param nice 0 (as now) to 19 (only when nobody else wants the processor).
 * @returns whether it was done.
 */
export function setThreadNice(nice: number): boolean {
  if (process.platform !== 'linux') return false;
  // `<pid>/task/<tid>`; the system call takes a thread's id where Node's function says process.
  const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(threadId, nice);
  return true;
}
