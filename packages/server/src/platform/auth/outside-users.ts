import { LookoutError } from '@lookout/protocol';
import type { StoredUser } from '../storage/index.js';
import type { Accounts } from './accounts.js';
import type { AuditLog } from './audit-log.js';
import { RateLimiter } from './rate-limiter.js';
import type { OutsidePerson } from './users.js';

export interface OutsideUsersOptions {
  readonly accounts: Accounts;
  readonly audit: AuditLog;
  /** Monotonic clock, ms. */
  readonly monotonicNow?: () => number;
}

/** Refusals of one person noted per hour: a page asks again and again. */
const REFUSALS_PER_HOUR = 6;
/** Tries to store somebody while another node does the same. */
const MAX_TRIES = 3;

/** Users for whom somebody else vouches: they come, change and lose their rights as that one says. */
export class OutsideUsers {
  readonly #accounts: Accounts;
  readonly #audit: AuditLog;
  readonly #refusals: RateLimiter;

  constructor({ accounts, audit, monotonicNow }: OutsideUsersOptions) {
    this.#accounts = accounts;
    this.#audit = audit;
    this.#refusals = new RateLimiter({
      burst: 1,
      perSecond: REFUSALS_PER_HOUR / 3600,
      maxPeers: 1000,
      ...(monotonicNow && { now: monotonicNow }),
    });
  }

  /**
   * The user of this identity with the role as it is now, who is made if there is none.
   * @param address where the request came from
   * @throws LookoutError `conflict` if there are too many users, `storage_failed`
   */
  async admit(person: OutsidePerson, address: string): Promise<StoredUser> {
    const before = this.#accounts.users.byIdentity(person.identity)?.user;
    const stored = await this.#takeOver(person);
    const { id, name } = stored.user;
    if (before?.role === stored.user.role) return stored;
    await this.#audit.record({
      actor: { kind: 'user', id, name },
      action: before ? 'user.change_of_role' : 'user.first_sign_in',
      target: { id, name },
      ...(before && { fields: ['role'] }),
      address,
      refused: false,
    });
    return stored;
  }

  async #takeOver(person: OutsidePerson): Promise<StoredUser> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#accounts.users.takeOver(person);
      } catch (error) {
        const isTaken = error instanceof LookoutError && error.code === 'conflict';
        if (!isTaken || tries === MAX_TRIES) throw error;
        await this.#accounts.refresh();
      }
    }
  }

  /** Notes that somebody has no role, and ends what is open of before. @throws LookoutError `storage_failed` */
  async refuse({ identity, name }: Omit<OutsidePerson, 'role'>, address: string): Promise<void> {
    const user = this.#accounts.users.byIdentity(identity)?.user;
    if (user) await this.#accounts.endAll(user.id);
    if (this.#refusals.take(`${identity.issuer} ${identity.subject}`) > 0) return;
    await this.#audit.record({
      actor: { kind: 'nobody' },
      action: 'session.no_role',
      target: user ? { id: user.id, name: user.name } : { name },
      address,
      refused: true,
    });
  }
}
