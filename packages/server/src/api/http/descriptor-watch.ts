import { machineError, openFailure } from '@lookout/media';
import type { LookoutError } from '@lookout/protocol';

export interface DescriptorWatchOptions {
  log: { error(details: object, message: string): void; info(message: string): void };
  /** Returns the error code when no more files can be opened. */
  openFailure?: () => string | undefined;
}

const EVERY_MS = 5000;

/**
 * Detects and logs that the process has run out of file descriptors. Node has no event for it: its server accepts each new
 * connection only to close it, without an error.
 */
export class DescriptorWatch {
  readonly #options: Required<DescriptorWatchOptions>;
  readonly #timer: NodeJS.Timeout;
  #exhausted = false;

  constructor(options: DescriptorWatchOptions) {
    this.#options = { openFailure, ...options };
    this.#timer = setInterval(() => this.look(), EVERY_MS);
    this.#timer.unref();
  }

  /** @returns the problem, if there is one */
  look(): LookoutError | undefined {
    const { log } = this.#options;
    const problem = machineError(this.#options.openFailure());
    if (problem !== undefined && !this.#exhausted) {
      log.error({ hint: problem.hint }, `${problem.message}: new connections are closed unanswered`);
    } else if (problem === undefined && this.#exhausted) log.info('connections are accepted again');
    this.#exhausted = problem !== undefined;
    return problem;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
