import { hkdfSync } from 'node:crypto';
import { LookoutError } from '@lookout/protocol';
import { type AuthSettings, roleOf } from '../config/sign-in-settings.js';
import {
  type IdentityProvider,
  type PendingSignIn,
  ProviderSignInError,
  type VouchedPerson,
} from '../oidc/identity-provider.js';
import { SealedBox } from '../storage/sealed-box.js';
import type { Accounts } from './accounts.js';
import { deviceOf } from './device.js';
import { type GateRequest, sessionOf } from './gate-request.js';
import type { OutsideUsers } from './outside-users.js';
import type { SignedIn } from './principal.js';
import type { Limiter, SharedLimits } from './shared-limits.js';

export interface OidcSignInOptions {
  readonly provider: IdentityProvider;
  readonly roles: AuthSettings['oidc']['roles'];
  readonly accounts: Accounts;
  readonly outside: OutsideUsers;
  readonly limits: SharedLimits;
  /** The same on all nodes of a cluster: each can take a callback. */
  readonly key: Uint8Array;
  readonly log: { warn(details: object, message: string): void };
  /** Unix epoch ms. */
  readonly now?: () => number;
}

/** What the browser keeps, sealed, while its person is at the provider. */
interface Sealed extends PendingSignIn {
  /** Path to return to. */
  readonly to: string;
  /** Id of the session that the browser has had. */
  readonly session?: string;
  /** Unix epoch ms. */
  readonly until: number;
}

/** Time for signing in at the provider. */
export const PENDING_LIFETIME_MS = 10 * 60_000;
/** Callbacks per minute and address; each makes requests to the provider. */
const MAX_CALLBACKS = 120;
/** Answers remembered, so that none is taken twice. */
const MAX_USED = 10_000;

/** Signs people in whom an OpenID Connect provider vouches for. */
export class OidcSignIn {
  readonly #options: OidcSignInOptions;
  readonly #box: SealedBox;
  readonly #now: () => number;
  readonly #callbacks: Limiter;
  /** When sign-ins that were finished here would have expired, by their state; oldest first. */
  readonly #used = new Map<string, number>();

  constructor(options: OidcSignInOptions) {
    this.#options = options;
    this.#box = new SealedBox(new Uint8Array(hkdfSync('sha256', options.key, '', 'lookout oidc sign-in', 32)));
    this.#callbacks = options.limits.perMinute('callbacks', MAX_CALLBACKS);
    this.#now = options.now ?? Date.now;
  }

  /** What the provider is called. */
  get name(): string {
    return this.#options.provider.name;
  }

  /**
   * Begins a sign-in.
   * @param address under which the browser sees this server, with the path of a proxy
   * @param to path to return to; other places are not
   * @returns where the browser goes, and the value of its cookie
   * @throws ProviderSignInError `unreachable`
   */
  async begin(
    request: GateRequest,
    { address, to }: { address: string; to?: string | undefined },
  ): Promise<{ url: string; cookie: string }> {
    const { provider, accounts } = this.#options;
    const { url, pending } = await this.#logged(() => provider.begin(`${address}/oidc/callback`));
    const session = accounts.sessions.find(sessionOf(request.headers) ?? '')?.id;
    const until = this.#now() + PENDING_LIFETIME_MS;
    const sealed: Sealed = { ...pending, to: ownPath(to), until, ...(session !== undefined && { session }) };
    return { url, cookie: this.#box.seal(Buffer.from(JSON.stringify(sealed))).toString('base64url') };
  }

  /**
   * Finishes a sign-in: opens a session, and ends the one that the browser had before.
   * @param query with the provider’s answer @param cookie as `begin` has made it
   * @returns the session cookie's value, who is signed in, and the path to return to
   * @throws ProviderSignInError; LookoutError `too_many_requests`, `conflict` if there are too many users, `storage_failed`
   */
  async finish(
    request: GateRequest,
    { query, cookie }: { query: URLSearchParams; cookie: string | undefined },
  ): Promise<{ session: string; principal: SignedIn; to: string }> {
    const retryAfterS = await this.#callbacks.take(request.address);
    if (retryAfterS > 0) {
      throw new LookoutError('too_many_requests', 'Too many sign-ins from this address', { retryAfterS });
    }
    const { accounts, provider } = this.#options;
    const pending = this.#open(cookie);
    const person = await this.#logged(() => provider.finish(query, pending));
    const userId = await this.#admit(person, request.address);
    const before = accounts.sessions.find(sessionOf(request.headers) ?? '')?.id;
    await accounts.sessions.end([before, pending.session].filter((id) => id !== undefined));
    return { ...(await accounts.openSession({ userId }, deviceOf(request.headers['user-agent']))), to: pending.to };
  }

  /** Where a browser signs out at the provider too; undefined if that is not offered, or it can't be reached. */
  signOutUrl(returnTo: string): Promise<string | undefined> {
    return this.#options.provider.signOutUrl(returnTo);
  }

  /** @returns the user's id */
  async #admit({ issuer, subject, name, displayName, groups }: VouchedPerson, address: string): Promise<string> {
    const { outside, roles } = this.#options;
    const person = { identity: { issuer, subject }, name, displayName };
    const role = roleOf(groups, roles);
    if (role === undefined) {
      await outside.refuse(person, address);
      throw new ProviderSignInError('no_role', `${name} has no role in Lookout`, {
        hint: 'None of your groups has a role here. Ask whoever runs Lookout to name one under auth.oidc.roles in lookout.yaml.',
      });
    }
    const { user } = await outside.admit({ ...person, role }, address);
    if (!user.disabled) return user.id;
    throw new ProviderSignInError('kept_out', `${name} can’t sign in to Lookout`, {
      hint: 'Somebody who is an admin can change this in Settings, People.',
    });
  }

  /** What `begin` has sealed, once. @throws ProviderSignInError `expired` */
  #open(cookie: string | undefined): Sealed {
    const nowMs = this.#now();
    for (const [state, until] of this.#used) {
      if (until > nowMs && this.#used.size < MAX_USED) break;
      this.#used.delete(state);
    }
    const pending = this.#unseal(cookie ?? '');
    if (!pending || pending.until <= nowMs || this.#used.has(pending.state)) {
      throw new ProviderSignInError('expired', 'This sign-in has expired, or was finished before', {
        hint: 'Begin again at the sign-in page.',
      });
    }
    this.#used.set(pending.state, pending.until);
    return pending;
  }

  #unseal(cookie: string): Sealed | undefined {
    try {
      return JSON.parse(this.#box.open(Buffer.from(cookie, 'base64url')).toString()) as Sealed;
    } catch {
      // Not ours: of another key, changed, or empty.
      return undefined;
    }
  }

  async #logged<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ProviderSignInError) {
        const { fault, reason } = error;
        this.#options.log.warn({ provider: this.name, fault, reason }, 'a sign-in by the provider failed');
      }
      throw error;
    }
  }
}

/** A path of this server. Browsers take `//host` and `/\host`, also with a tab in between, for other sites. */
export function ownPath(given: string | undefined): string {
  return given !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}$/.test(given) ? given : '/';
}
