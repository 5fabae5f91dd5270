import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second in /proc; 100 on every Linux that this runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used so far, all its threads. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** CPU seconds of a process's living descendants, by the command that they run. @param name the beginning of their name */
export function descendantsCpuSeconds(pid: number, name: string): number {
  let sum = 0;
  const visit = (parent: number) => {
    for (const child of childrenOf(parent)) {
      try {
        if (readFileSync(`/proc/${child}/comm`, 'utf8').startsWith(name)) sum += cpuSeconds(child);
      } catch (error) {
        // It has just ended.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        continue;
      }
      visit(child);
    }
  };
  visit(pid);
  return sum;
}

function childrenOf(pid: number): number[] {
  const tasks = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : [];
  return tasks.flatMap((task) => {
    const path = `/proc/${pid}/task/${task}/children`;
    return existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  });
}

/** Resident memory of a process, MB (10⁶ bytes). */
export function rssMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return (Number(match?.[1]) * 1024) / 1e6;
}
