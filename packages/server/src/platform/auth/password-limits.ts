import { LookoutError } from '@lookout/protocol';
import { RateLimiter } from './rate-limiter.js';

/** Tries per minute of one account from one address. */
const PER_ACCOUNT_AND_ADDRESS = 10;
/** Tries per minute from one address, whatever the account. */
const PER_ADDRESS = 30;
/** Tries per minute of one account, from wherever: guessing from many addresses is slow, and few can keep its owner out. */
const PER_ACCOUNT = 60;

/** Limits how often passwords are tried. Keys and sessions are not affected. */
export class PasswordLimits {
  readonly #limiters: ReadonlyArray<readonly [RateLimiter, (account: string, address: string) => string]>;

  /** @param now monotonic, ms */
  constructor(now?: () => number) {
    const perMinute = (count: number) => new RateLimiter({ burst: count, perSecond: count / 60, ...(now && { now }) });
    this.#limiters = [
      [perMinute(PER_ACCOUNT_AND_ADDRESS), (account, address) => `${address} ${account}`],
      [perMinute(PER_ADDRESS), (_account, address) => address],
      [perMinute(PER_ACCOUNT), (account) => account],
    ];
  }

  /** Counts a try, right or wrong. @throws LookoutError `too_many_requests` */
  count(account: string, address: string): void {
    for (const [limiter, peerOf] of this.#limiters) {
      const retryAfterS = limiter.take(peerOf(account, address));
      if (retryAfterS === 0) continue;
      throw new LookoutError('too_many_requests', 'Too many passwords were tried', {
        hint: `Try again in ${retryAfterS} s.`,
        retryAfterS,
      });
    }
  }
}
