import { LookoutError } from '@lookout/protocol';
import * as client from 'openid-client';
import type { AuthSettings } from '../config/sign-in-settings.js';
import { boundedFetch } from './bounded-fetch.js';

/** What went wrong, for the words of the sign-in page. */
export type SignInFault = 'unreachable' | 'failed' | 'cancelled' | 'expired' | 'no_role' | 'kept_out';

/** A sign-in by a provider that came to nothing. Has no `cause`: those of the library contain tokens. */
export class ProviderSignInError extends LookoutError {
  constructor(
    readonly fault: SignInFault,
    message: string,
    /** `reason`: for the log. */
    { hint, reason }: { readonly hint?: string; readonly reason?: string } = {},
  ) {
    super(STATUS[fault], message, hint === undefined ? {} : { hint });
    this.reason = reason;
  }

  readonly reason: string | undefined;
}

const STATUS = {
  unreachable: 'unavailable',
  failed: 'unauthorized',
  cancelled: 'unauthorized',
  expired: 'unauthorized',
  no_role: 'forbidden',
  kept_out: 'forbidden',
} as const satisfies Record<SignInFault, string>;

/** What ties a provider's answer to the browser that asked. Secret. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

/** A person whom the provider has signed in. */
export interface VouchedPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly displayName: string;
  readonly groups: readonly string[];
}

export interface IdentityProviderOptions {
  readonly settings: AuthSettings['oidc'] & { readonly issuer: string; readonly client_id: string };
  readonly secret: string | undefined;
  /** Monotonic clock, ms. */
  readonly monotonicNow?: () => number;
}

/** Time for one answer of the provider, s. */
const TIMEOUT_S = 10;
/** Difference between the clocks that is accepted, s. */
const CLOCK_TOLERANCE_S = 30;
/** A provider may change its addresses. */
const REDISCOVER_AFTER_MS = 3600_000;
const NEEDED_METADATA = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const MAX_SUBJECT = 255;
const MAX_GROUPS = 1000;

/**
 * An OpenID Connect provider, by the authorization code flow with PKCE. It is asked nothing before the first sign-in, and each sign-in
 * tries it anew if it could not be reached.
 */
export class IdentityProvider {
  readonly name: string;
  readonly #settings: IdentityProviderOptions['settings'];
  readonly #secret: string | undefined;
  readonly #now: () => number;
  #discovered: { readonly config: Promise<client.Configuration>; readonly atMs: number } | undefined;

  constructor({ settings, secret, monotonicNow = () => performance.now() }: IdentityProviderOptions) {
    this.#settings = settings;
    this.#secret = secret;
    this.#now = monotonicNow;
    this.name = settings.name ?? new URL(settings.issuer).host;
  }

  /** Begins a sign-in. @returns where the browser goes, and what `finish` needs @throws ProviderSignInError `unreachable` */
  async begin(redirectUri: string): Promise<{ url: string; pending: PendingSignIn }> {
    const config = await this.#configuration();
    const verifier = client.randomPKCECodeVerifier();
    const pending = { state: client.randomState(), nonce: client.randomNonce(), verifier, redirectUri };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: [...new Set(['openid', ...this.#settings.scopes])].join(' '),
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, pending };
  }

  /**
   * Redeems the provider's answer and checks everything about it: state, issuer, signature, audience, nonce and times.
   * @param query of the request that the provider has sent the browser back with
   * @throws ProviderSignInError `unreachable`, `failed`, `cancelled`
   */
  async finish(query: URLSearchParams, pending: PendingSignIn): Promise<VouchedPerson> {
    const config = await this.#configuration();
    const answer = new URL(pending.redirectUri);
    answer.search = query.toString();
    try {
      const tokens = await client.authorizationCodeGrant(config, answer, {
        pkceCodeVerifier: pending.verifier,
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      });
      const { iss, sub, ...claims } = tokens.claims()!;
      if (sub === '' || sub.length > MAX_SUBJECT) throw new TypeError('expected a subject of 1 to 255 characters');
      const isComplete = claims[this.#settings.groups_claim] !== undefined;
      const hasMore = config.serverMetadata().userinfo_endpoint !== undefined;
      const more = isComplete || !hasMore ? {} : await client.fetchUserInfo(config, tokens.access_token, sub);
      return this.#person(iss, sub, { ...more, ...claims });
    } catch (error) {
      throw this.#described(error);
    }
  }

  /** Where a browser signs out at the provider too; undefined if that is not offered, or it can't be reached. */
  async signOutUrl(returnTo: string): Promise<string | undefined> {
    try {
      const config = await this.#configuration();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
    } catch (error) {
      if (error instanceof ProviderSignInError) return undefined;
      throw error;
    }
  }

  #person(issuer: string, subject: string, claims: Readonly<Record<string, unknown>>): VouchedPerson {
    const text = (claim: string) => (typeof claims[claim] === 'string' ? claims[claim].trim() : '');
    const name = text('preferred_username') || text('name') || subject;
    const groups = [claims[this.#settings.groups_claim] ?? []].flat().slice(0, MAX_GROUPS);
    return {
      issuer,
      subject,
      name,
      displayName: (text('name') || name).slice(0, 100),
      groups: groups.filter((group) => typeof group === 'string'),
    };
  }

  async #configuration(): Promise<client.Configuration> {
    const nowMs = this.#now();
    if (!this.#discovered || nowMs - this.#discovered.atMs > REDISCOVER_AFTER_MS) {
      this.#discovered = { config: this.#discover(), atMs: nowMs };
    }
    const discovered = this.#discovered;
    try {
      return await discovered.config;
    } catch (error) {
      // The next one tries again.
      if (this.#discovered === discovered) this.#discovered = undefined;
      throw this.#away(error);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, client_id } = this.#settings;
    const isLoopback = issuer.startsWith('http:');
    const config = await client.discovery(
      new URL(issuer),
      client_id,
      { [client.clockTolerance]: CLOCK_TOLERANCE_S },
      this.#secret === undefined ? client.None() : secretAuthentication(this.#secret),
      {
        [client.customFetch]: boundedFetch,
        timeout: TIMEOUT_S,
        // By default only TLS vouches for an ID token.
        execute: [client.enableNonRepudiationChecks, ...(isLoopback ? [client.allowInsecureRequests] : [])],
      },
    );
    const missing = NEEDED_METADATA.find((name) => config.serverMetadata()[name] === undefined);
    if (missing !== undefined) throw new TypeError(`expected ${missing} in the provider’s metadata`);
    return config;
  }

  #described(error: unknown): ProviderSignInError {
    if (isAway(error)) return this.#away(error);
    if (error instanceof client.AuthorizationResponseError && error.error === 'access_denied') {
      return new ProviderSignInError('cancelled', `${this.name} has not signed you in`);
    }
    return new ProviderSignInError('failed', `The answer of ${this.name} is not valid`, {
      hint: 'Begin again at the sign-in page.',
      reason: reasonOf(error),
    });
  }

  #away(cause: unknown): ProviderSignInError {
    return new ProviderSignInError('unreachable', `${this.name} can’t be reached at present`, {
      hint: 'Try again later, or sign in with a name and password of this server.',
      reason: reasonOf(cause),
    });
  }
}

/** Whether the provider gave no answer that could be judged. */
function isAway(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const isCut = error instanceof TypeError && message === 'fetch failed';
  return (
    isCut || ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'].includes(String(code))
  );
}

/** What an error says, without what it quotes: `unexpected JWT claim value encountered: unexpected JWT "aud" … (OAUTH_…)`. */
function reasonOf(error: unknown): string {
  const { message, cause, code, error: answered } = error as Error & { code?: string; error?: string };
  const inner = cause instanceof Error && cause.message !== message ? `: ${cause.message}` : '';
  return `${message}${inner} (${answered ?? code ?? 'no code'})`.slice(0, 300);
}

/** In the header if the provider takes it there, as all must by default; else in the body. */
function secretAuthentication(secret: string): client.ClientAuth {
  const basic = client.ClientSecretBasic(secret);
  const post = client.ClientSecretPost(secret);
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_basic') ? basic : post)(server, ...rest);
  };
}
