import { LookoutError } from '@lookout/protocol';
import type { Limiter, SharedLimits } from './shared-limits.js';

/** Wrong keys allowed per minute and address. */
const MAX_WRONG_KEYS = 10;
/** Wrong links allowed per minute and address. A page left open with an old link makes a few requests per retry. */
const MAX_WRONG_LINKS = 30;

export type GuessedSecret = 'keys' | 'links' | 'sign-in codes';

/** A secret that is not valid, not counted yet. */
export class WrongSecret extends LookoutError {
  constructor(
    readonly what: GuessedSecret,
    readonly address: string,
    { message, hint }: { message: string; hint?: string },
  ) {
    super('unauthorized', message, hint === undefined ? {} : { hint });
  }
}

/** Limits how often an address may guess. */
export class WrongSecrets {
  readonly #limiters: Readonly<Record<GuessedSecret, Limiter>>;

  constructor(limits: SharedLimits) {
    const keys = limits.perMinute('wrong-keys', MAX_WRONG_KEYS);
    this.#limiters = { keys, 'sign-in codes': keys, links: limits.perMinute('wrong-links', MAX_WRONG_LINKS) };
  }

  /** Counts a wrong secret. @returns the error to answer with, which is the same whatever was wrong with the secret */
  async counted(error: unknown): Promise<unknown> {
    if (!(error instanceof WrongSecret)) return error;
    const retryAfterS = await this.#limiters[error.what].take(error.address);
    if (retryAfterS === 0) return error;
    return new LookoutError('too_many_requests', `Too many wrong ${error.what} from this address`, {
      hint: `Try again in ${retryAfterS} s.`,
      retryAfterS,
    });
  }
}
