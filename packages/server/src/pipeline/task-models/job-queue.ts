import type { JobPriority } from './task-models.js';

const ORDER: readonly JobPriority[] = ['interactive', 'track', 'open'];

/** Waiting jobs, by priority, then first in, first out. Each priority has its own limit. */
export class JobQueue<J> {
  readonly #lines: Readonly<Record<JobPriority, J[]>> = { interactive: [], track: [], open: [] };
  readonly #limits: Readonly<Record<JobPriority, number>>;

  constructor(limits: Readonly<Record<JobPriority, number>>) {
    this.#limits = limits;
  }

  /** @returns whether there was room */
  add(job: J, priority: JobPriority): boolean {
    const line = this.#lines[priority];
    if (line.length >= this.#limits[priority]) return false;
    line.push(job);
    return true;
  }

  next(): J | undefined {
    for (const priority of ORDER) {
      const job = this.#lines[priority].shift();
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** @returns whether it was waiting */
  remove(job: J): boolean {
    for (const line of Object.values(this.#lines)) {
      const at = line.indexOf(job);
      if (at < 0) continue;
      line.splice(at, 1);
      return true;
    }
    return false;
  }

  clear(): J[] {
    return Object.values(this.#lines).flatMap((line) => line.splice(0));
  }

  get length(): number {
    return Object.values(this.#lines).reduce((sum, line) => sum + line.length, 0);
  }
}
