import { LookoutError } from '@lookout/protocol';
import type { Limiter, SharedLimits } from './shared-limits.js';

/** Tries per minute of one account from one address. */
const PER_ACCOUNT_AND_ADDRESS = 10;
/** Tries per minute from one address, whatever the account. */
const PER_ADDRESS = 30;
/** Tries per minute of one account, from wherever: guessing from many addresses is slow, and few can keep its owner out. */
const PER_ACCOUNT = 60;

/** Limits how often passwords and passkeys are tried. Keys and sessions are not affected. */
export class PasswordLimits {
  readonly #limiters: ReadonlyArray<readonly [Limiter, (account: string, address: string) => string]>;

  constructor(limits: SharedLimits) {
    this.#limiters = [
      [
        limits.perMinute('passwords-account-address', PER_ACCOUNT_AND_ADDRESS),
        (account, address) => `${address} ${account}`,
      ],
      [limits.perMinute('passwords-address', PER_ADDRESS), (_account, address) => address],
      [limits.perMinute('passwords-account', PER_ACCOUNT), (account) => account],
    ];
  }

  /** Counts a try, right or wrong. @throws LookoutError `too_many_requests` */
  async count(account: string, address: string): Promise<void> {
    for (const [limiter, peerOf] of this.#limiters) {
      const retryAfterS = await limiter.take(peerOf(account, address));
      if (retryAfterS === 0) continue;
      throw new LookoutError('too_many_requests', 'Too many passwords or passkeys were tried', {
        hint: `Try again in ${retryAfterS} s.`,
        retryAfterS,
      });
    }
  }
}
