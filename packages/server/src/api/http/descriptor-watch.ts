import { machineError, openFailure } from '@lookout/media';
import type { LookoutError } from '@lookout/protocol';

export interface DescriptorWatchOptions {
  log: { error(details: object, message: string): void; info(message: string): void };
  /** The code of the error when no more file can be opened. */
  openFailure?: () => string | undefined;
}

const EVERY_MS = 5000;

/**
 * Notices that the process has no file descriptor left, and logs it. There is no event for it: Node's server then accepts each
 * new connection only to close it, without an error.
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

  /** @returns what is wrong, if anything is. */
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
