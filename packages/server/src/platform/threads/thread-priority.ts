import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Makes the calling thread, not the process, nicer: on Linux each thread has its own priority. Does nothing elsewhere.
 * @param nice 0 (unchanged) to 19 (only when the CPU is otherwise idle)
 * @returns whether it took effect
 */
export function setThreadNice(nice: number): boolean {
  if (process.platform !== 'linux') return false;
  // `<pid>/task/<tid>`: the system call accepts a thread id where Node's function expects a process id.
  const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  setPriority(threadId, nice);
  return true;
}
