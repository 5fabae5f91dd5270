import { isIP } from 'node:net';
import { LookoutError, type SignIn } from '@lookout/protocol';
import type { Accounts } from './accounts.js';
import { isLoopbackHost, parseAuthority } from './addresses.js';
import { looksLikeToken } from './camera-token.js';
import { deviceOf } from './device.js';
import { type GateRequest, keyOf, sessionOf, wasForwarded } from './gate-request.js';
import { checkOrigin } from './origin.js';
import { passkeySiteOf } from './passkey-site.js';
import { may, maySee, type Permission, type Principal, type SignedIn, scopesWith } from './principal.js';
import type { ProxyUsers } from './proxy-users.js';
import { type Limiter, SharedLimits } from './shared-limits.js';
import type { TokenGrant } from './token-grant.js';
import { WrongSecret, WrongSecrets } from './wrong-secrets.js';

/** What a route requires of its callers. */
export interface Entrance {
  readonly permission: Permission;
  /** Set if the request names a camera. */
  readonly camera?: {
    /** The id or token in the request; undefined if it names none. */
    readonly given: string | undefined;
    /** Whether a link's token grants access without sign-in. */
    readonly links: boolean;
  };
  /** Whether pages of any site may embed what a link opens here. */
  readonly embeddable?: boolean;
  /** Whether the API key may be the password of HTTP Basic authentication. */
  readonly basic?: boolean;
  /** Whether other sites may show the page in a frame. */
  readonly framable?: boolean;
  /**
   * Whether the body may contain the key: a request without other credentials is admitted until the body is read, then enters
   * again with `key`.
   */
  readonly keyInBody?: boolean;
  /** The key from the body. */
  readonly key?: string;
}

/** The admitted caller and camera: the id behind a token, or the id as given (which need not exist). */
export interface Access {
  /** Null for public routes. */
  readonly principal: Principal | null;
  readonly cameraId: string | undefined;
}

/** When a key or session is required: `auto` exempts requests from this machine if the server listens on loopback. */
export type SignInPolicy = 'auto' | 'always';

/** Whether requests from this machine need no key. @param host the address the server listens on */
export function trustsLocal({ host, signIn }: { host: string; signIn: SignInPolicy }): boolean {
  return isLoopbackHost(host) && signIn !== 'always';
}

/** What finds the grant of a link's token. */
export interface Links {
  find(token: string): TokenGrant | undefined;
}

export interface GateOptions {
  /** Whether requests from this machine need no key. */
  readonly trustsLocal: boolean;
  readonly accounts: Accounts;
  /** The cameras' links. */
  readonly tokens?: Links;
  /** Users whom a proxy names. */
  readonly proxy?: ProxyUsers | undefined;
  /** Sustained requests per second for one key or, without one, one address; bursts may have `REQUEST_BURST_S` times as many. */
  readonly requestsPerSecond?: number;
  /** Default: this server's own. */
  readonly limits?: SharedLimits;
}

const DEFAULT_REQUESTS_PER_SECOND = 500;
/** Maximum burst, in seconds of the sustained rate. */
const REQUEST_BURST_S = 2;

/** The owner of the machine, on a server that trusts it. Can't be revoked. */
const LOCAL: SignedIn = { kind: 'local', id: 'local', name: 'local', scope: 'admin', hold: () => () => undefined };

/**
 * Decides who may access what. If the server trusts its machine, local requests that come neither from a foreign page nor
 * through a proxy may do everything. Others need an API key or a session opened with one, within its scope, or a camera's link.
 */
export class Gate {
  readonly #trustsLocal: boolean;
  readonly #accounts: Accounts;
  readonly #tokens: Links | undefined;
  readonly #proxy: ProxyUsers | undefined;
  readonly #requests: Limiter;
  readonly #requestsPerSecond: number;
  readonly #wrong: WrongSecrets;

  constructor(options: GateOptions) {
    this.#trustsLocal = options.trustsLocal;
    this.#accounts = options.accounts;
    this.#tokens = options.tokens;
    this.#proxy = options.proxy;
    const { limits = new SharedLimits(), requestsPerSecond: perSecond = DEFAULT_REQUESTS_PER_SECOND } = options;
    this.#requestsPerSecond = perSecond;
    this.#requests = limits.limiter({ name: 'requests', burst: perSecond * REQUEST_BURST_S, perSecond });
    this.#wrong = new WrongSecrets(limits);
  }

  /**
   * Admits a request to a route or throws. A wrong link, a revoked one and an id without sign-in get the same answer. The
   * request counts against its key or, without one, its address, so that a key behind a shared proxy is not limited by others.
   * Requests by the machine's owner are not limited.
   * @throws LookoutError `unauthorized`; `forbidden` (foreign page or host name, scope of the key, kind of the link);
   * `not_found` for a camera outside the key's cameras; `too_many_requests` after too many wrong keys or links, or requests
   */
  async enter(given: GateRequest, entrance: Entrance): Promise<Access> {
    const request = this.#hear(given);
    let access: Access;
    try {
      access = this.#admit(request, entrance);
    } catch (error) {
      const counted = await this.#wrong.counted(error);
      await this.#countRequest(request.address);
      throw counted;
    }
    const { principal } = access;
    if (principal === null || principal.kind === 'link') await this.#countRequest(request.address);
    else if (principal.kind !== 'local') await this.#countRequest(principal.id);
    // Once more: what admitted it may have been revoked meanwhile.
    return this.#admit(request, entrance);
  }

  #admit(request: GateRequest, entrance: Entrance): Access {
    const { permission, camera } = entrance;
    const grant = camera?.links && camera.given !== undefined ? this.#tokens?.find(camera.given) : undefined;
    // A link is a secret, so a page that has it was given it. It opens images and feeds for any page, and nothing else.
    if (!grant || !entrance.embeddable) checkOrigin(request, entrance);
    const isUnnamed =
      entrance.keyInBody && keyOf(request.headers, entrance.basic) === undefined && !this.#recognised(request);
    if (permission === 'public' || isUnnamed) return { principal: null, cameraId: undefined };
    const { principal, cameraId } = this.#recognise(request, entrance, grant);
    if (!may(principal, permission)) throw notAllowed(principal, permission);
    if (cameraId !== undefined && !maySee(principal, cameraId)) {
      throw new LookoutError('not_found', `There is no camera "${cameraId.slice(0, 64)}"`);
    }
    return { principal, cameraId };
  }

  #recognise(request: GateRequest, entrance: Entrance, grant: TokenGrant | undefined) {
    const { camera, basic } = entrance;
    const given = camera?.given;
    const isToken = camera?.links === true && given !== undefined && (grant !== undefined || looksLikeToken(given));
    if (!isToken || (!grant && keyOf(request.headers, basic) !== undefined)) {
      return { principal: this.#signedIn(request, entrance), cameraId: given };
    }
    // The link decides, even if its holder is signed in: a view link never allows publishing.
    if (grant) return { principal: linkHolder(grant, request), cameraId: grant.cameraId };
    const signedIn = this.#recognised(request);
    if (!signedIn) {
      throw new WrongSecret('links', request.address, {
        message: 'This link is not valid, and you are not signed in',
        hint: 'Ask for a new link, or sign in.',
      });
    }
    return { principal: signedIn, cameraId: given };
  }

  #signedIn(request: GateRequest, { basic, key: keyOfBody }: Entrance): SignedIn {
    const key = keyOf(request.headers, basic) ?? keyOfBody;
    const isLocal = this.#isLocal(request);
    if (key !== undefined) {
      // The machine's owner may use a key in order to have fewer permissions.
      const holder = isLocal ? this.#accounts.byKey(key) : this.#verify(key, request.address);
      if (holder) return holder;
    }
    const proxied = this.#proxy?.find(request);
    if (proxied) return proxied;
    if (isLocal) return LOCAL;
    const session = this.#session(request);
    if (session) return session;
    if (this.#trustsLocal && wasForwarded(request)) {
      throw new LookoutError(
        'forbidden',
        'This request came through a proxy, but the server accepts only direct requests from this machine',
        { hint: 'To run the server behind a proxy, start it with --sign-in always.' },
      );
    }
    if (this.#trustsLocal) {
      // DNS rebinding: a foreign host name that resolves to this machine.
      throw new LookoutError(
        'forbidden',
        'This server accepts requests only from this machine, addressed to localhost',
        {
          hint: 'Open http://localhost with the server’s port, or send an API key.',
        },
      );
    }
    throw new LookoutError('unauthorized', 'This request needs an API key or a sign-in', {
      hint: 'Send Authorization: Bearer lk_…, or sign in on the page.',
    });
  }

  /** The request as its proxy has completed it. */
  #hear(request: GateRequest): GateRequest {
    return request.proxied ? request : (this.#proxy?.hear(request) ?? request);
  }

  /**
   * Learns of the request's key or session if another process has just created it, and of the user whom a proxy names; to be called
   * before `enter`.
   * @throws LookoutError `storage_failed`; `conflict` if there are too many users
   */
  async learnCaller(given: GateRequest, { basic, key: keyOfBody }: Pick<Entrance, 'basic' | 'key'>): Promise<void> {
    const request = this.#hear(given);
    await this.#proxy?.learn(request);
    const key = keyOf(request.headers, basic) ?? keyOfBody;
    const session = sessionOf(request.headers);
    const isUnknown =
      (key !== undefined && !this.#accounts.byKey(key)) ||
      (session !== undefined && !this.#accounts.bySession(session));
    if (isUnknown) await this.#accounts.refresh();
  }

  /**
   * Checks a secret that another server was given by its own client: an API key, or a link of that camera. Where the question comes from
   * plays no part, so a server on this machine lets in nobody without a secret.
   * @param address of the server that asks, for the limit of wrong secrets
   * @throws LookoutError `unauthorized`, `forbidden`, `not_found` for a camera outside the key's cameras, `too_many_requests`
   */
  async vouch(
    secret: string | undefined,
    { permission, cameraId }: { permission: Permission; cameraId: string | undefined },
    address: string,
  ): Promise<void> {
    await this.#countRequest(address);
    if (secret === undefined) {
      throw new LookoutError('unauthorized', 'Expected an API key or a token of the camera as the password');
    }
    const grant = this.#tokens?.find(secret);
    if (!grant && !this.#accounts.byKey(secret)) await this.#accounts.refresh();
    const principal = grant ? linkHolder(grant, { address, headers: {} }) : await this.#guessed(secret, address);
    if (!may(principal, permission)) throw notAllowed(principal, permission);
    if (cameraId !== undefined && !maySee(principal, cameraId)) {
      throw new LookoutError('not_found', `There is no camera "${cameraId.slice(0, 64)}" for this key`);
    }
  }

  /**
   * The caller, or undefined. Never throws for missing or wrong credentials.
   * @throws LookoutError `forbidden` for a user whom the proxy names and who has no role
   */
  identify(request: GateRequest): SignedIn | undefined {
    return this.#recognised(this.#hear(request));
  }

  #recognised(request: GateRequest): SignedIn | undefined {
    const key = keyOf(request.headers);
    const holder = key === undefined ? undefined : this.#accounts.byKey(key);
    return holder ?? this.#proxy?.find(request) ?? (this.#isLocal(request) ? LOCAL : this.#session(request));
  }

  /** Whether a caller without credentials has to sign in. */
  needsSignIn(request: GateRequest): boolean {
    return !this.#isLocal(request);
  }

  /**
   * Opens a session with a key, a passkey, or a user's name and password; the session that the browser had before ends.
   * @returns the cookie's value, and who is signed in
   * @throws LookoutError `unauthorized`, `too_many_requests`, `unavailable`
   */
  async signIn(given: SignIn, request: GateRequest): Promise<{ session: string; principal: SignedIn }> {
    const subject = await this.#subjectOf(given, request);
    await this.signOut(request);
    return this.#accounts.openSession(subject, deviceOf(request.headers['user-agent']));
  }

  async #subjectOf(given: SignIn, request: GateRequest) {
    const { address } = request;
    if ('passkey' in given) {
      return { userId: (await this.#accounts.byPasskey(given.passkey, passkeySiteOf(request), address)).user.id };
    }
    if ('password' in given) {
      return { userId: (await this.#accounts.byPassword(given.name, given.password, address)).user.id };
    }
    if (!this.#accounts.byKey(given.key)) await this.#accounts.refresh();
    return { keyId: (await this.#guessed(given.key, address)).id };
  }

  /**
   * Opens a session with a single-use sign-in code.
   * @returns the cookie's value, and who is signed in
   * @throws LookoutError `unauthorized` or `too_many_requests`; `forbidden` for cross-site requests and prefetches, which would
   * use up the code
   */
  async join(code: string, request: GateRequest): Promise<{ session: string; principal: SignedIn }> {
    const { 'sec-fetch-site': site, 'sec-purpose': purpose } = request.headers;
    if (site === 'cross-site' || (typeof purpose === 'string' && purpose.includes('prefetch'))) {
      throw new LookoutError('forbidden', 'A sign-in code must be opened directly on the device to sign in', {
        hint: 'Scan the code, or type its address.',
      });
    }
    const subject = await this.#accounts.keys.takeSignInCode(code);
    if (subject) return this.#accounts.openSession(subject, deviceOf(request.headers['user-agent']));
    const wrong = new WrongSecret('sign-in codes', request.address, {
      message: 'This sign-in code has already been used or has expired',
      hint: 'Create a new one.',
    });
    throw await this.#wrong.counted(wrong);
  }

  /** Ends the session of this request, if any, and the connections it admitted. */
  async signOut({ headers }: GateRequest): Promise<void> {
    const session = this.#accounts.sessions.find(sessionOf(headers) ?? '');
    if (session) await this.#accounts.sessions.end([session.id]);
  }

  async #countRequest(peer: string): Promise<void> {
    const retryAfterS = await this.#requests.take(peer);
    if (retryAfterS === 0) return;
    const whose = isIP(peer) ? 'address' : 'API key';
    throw new LookoutError(
      'too_many_requests',
      `More than ${this.#requestsPerSecond} requests per second from one ${whose}`,
      { hint: 'Send fewer requests, or raise limits.requests_per_second.', retryAfterS },
    );
  }

  #isLocal(request: GateRequest): boolean {
    if (!this.#trustsLocal || wasForwarded(request)) return false;
    const authority = parseAuthority(request.headers.host ?? '');
    return authority !== undefined && isLoopbackHost(authority.hostname);
  }

  #session({ headers }: GateRequest): SignedIn | undefined {
    const session = sessionOf(headers);
    // An expired session is no attack and is not counted, so that an old tab locks nobody out.
    return session === undefined ? undefined : this.#accounts.bySession(session);
  }

  /**
   * Keys are looked up by hash, so timing reveals nothing about a guess. A valid key is accepted even if its address has sent
   * too many wrong ones, since it is too long to be guessed. The same holds for links.
   */
  #verify(key: string, address: string): SignedIn {
    const holder = this.#accounts.byKey(key);
    if (holder) return holder;
    throw new WrongSecret('keys', address, { message: 'The API key is not valid' });
  }

  /** The same, and a wrong key is counted. */
  async #guessed(key: string, address: string): Promise<SignedIn> {
    try {
      return this.#verify(key, address);
    } catch (error) {
      throw await this.#wrong.counted(error);
    }
  }
}

function linkHolder(grant: TokenGrant, { address, headers }: Pick<GateRequest, 'address' | 'headers'>): Principal {
  const by = { peer: `${address} ${headers['user-agent'] ?? ''}`, address };
  return { kind: 'link', name: `${grant.kind} link`, scope: 'camera', grant, hold: (end) => grant.hold(end, by) };
}

function notAllowed(principal: Principal, permission: Permission): LookoutError {
  if (principal.kind === 'link') {
    return new LookoutError('forbidden', 'This link allows watching only', {
      hint: 'Use the camera’s publishing link.',
    });
  }
  const scopes = scopesWith(permission);
  const isLimited = principal.cameras !== undefined && scopes.includes(principal.scope);
  if (principal.user) {
    return new LookoutError('forbidden', `This is not allowed for ${principal.user.name}`, {
      hint: `It needs the role ${scopes.join(' or ')}${isLimited ? ' for all cameras' : ''}.`,
    });
  }
  const what = isLimited ? 'limited to some cameras' : `of scope ${principal.scope}`;
  return new LookoutError('forbidden', `This request is not allowed for an API key ${what}`, {
    hint: `Use a key of scope ${scopes.join(' or ')}${isLimited ? ' for all cameras' : ''}.`,
  });
}
