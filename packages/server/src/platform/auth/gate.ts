import { isIP } from 'node:net';
import { LookoutError } from '@lookout/protocol';
import { isLoopbackHost, parseAuthority } from './addresses.js';
import type { ApiKeys } from './api-keys.js';
import { type CameraTokens, looksLikeToken, type TokenGrant } from './camera-tokens.js';
import { type GateRequest, keyOf, sessionOf, wasForwarded } from './gate-request.js';
import { checkOrigin } from './origin.js';
import { may, maySee, type Permission, type Principal, type SignedIn, scopesWith } from './principal.js';
import { RateLimiter } from './rate-limiter.js';

/** What a route asks of its callers. */
export interface Entrance {
  readonly permission: Permission;
  /** Where the request names a camera. */
  readonly camera?: {
    /** The id or token of the request; absent where it names no camera. */
    readonly given: string | undefined;
    /** Whether a link's token lets its holder in without a sign-in. */
    readonly links: boolean;
  };
  /** Pages of any site may show what a camera's link opens here. */
  readonly embeddable?: boolean;
  /** The API key may be the password of HTTP Basic authentication. */
  readonly basic?: boolean;
  /** The page may be shown in a frame of another site. */
  readonly framable?: boolean;
  /** The body may hold the key: a request that names nobody before it is admitted until then, and enters again with what it holds. */
  readonly keyInBody?: boolean;
  /** The key that was in the body. */
  readonly key?: string;
}

/** Who comes in, and for which camera: the id behind a token, or the id as given (it need not exist). */
export interface Access {
  /** Null where nobody is asked who they are. */
  readonly principal: Principal | null;
  readonly cameraId: string | undefined;
}

/** When a key or session is asked for: `auto` lets requests of this machine in without, on a server that listens on loopback. */
export type SignInPolicy = 'auto' | 'always';

/** Whether requests of this machine need no key. @param host the address the server listens on */
export function trustsLocal({ host, signIn }: { host: string; signIn: SignInPolicy }): boolean {
  return isLoopbackHost(host) && signIn !== 'always';
}

export interface GateOptions {
  /** Whether requests of this machine need no key. */
  readonly trustsLocal: boolean;
  readonly keys: ApiKeys;
  /** The links of cameras. */
  readonly tokens?: Pick<CameraTokens, 'find'>;
  /** Requests a second of one key or, without one, of one address, lasting; `requestBurstS` as many may come at once. */
  readonly requestsPerSecond?: number;
  /** ms that no setting of the clock moves, for limits. */
  readonly monotonicNow?: () => number;
}

const DEFAULT_REQUESTS_PER_SECOND = 500;
/** Requests of so many seconds may come at once. */
const REQUEST_BURST_S = 2;
/** Wrong keys a minute from one address. */
const MAX_WRONG_KEYS = 10;
/** Wrong links, likewise. A page that was left open with an old link asks a few times with each try. */
const MAX_WRONG_LINKS = 30;

/** The owner of a machine whose server trusts it. Nothing takes that back. */
const LOCAL: SignedIn = { kind: 'local', id: 'local', name: 'local', scope: 'admin', hold: () => () => undefined };

/**
 * Decides who may come in, and to what. Where the server trusts its machine: requests made on it, by no foreign page and through no
 * proxy, to everything. Others by an API key or a session opened with one, as far as its scope goes, or by a camera's link.
 */
export class Gate {
  readonly #trustsLocal: boolean;
  readonly #keys: ApiKeys;
  readonly #tokens: Pick<CameraTokens, 'find'> | undefined;
  readonly #requests: RateLimiter;
  readonly #requestsPerSecond: number;
  readonly #wrongKeys: RateLimiter;
  readonly #wrongLinks: RateLimiter;

  constructor(options: GateOptions) {
    this.#trustsLocal = options.trustsLocal;
    this.#keys = options.keys;
    this.#tokens = options.tokens;
    const { monotonicNow: now } = options;
    const perMinute = (count: number) => new RateLimiter({ burst: count, perSecond: count / 60, ...(now && { now }) });
    const { requestsPerSecond: perSecond = DEFAULT_REQUESTS_PER_SECOND } = options;
    this.#requestsPerSecond = perSecond;
    this.#requests = new RateLimiter({ burst: perSecond * REQUEST_BURST_S, perSecond, ...(now && { now }) });
    this.#wrongKeys = perMinute(MAX_WRONG_KEYS);
    this.#wrongLinks = perMinute(MAX_WRONG_LINKS);
  }

  /**
   * Admits a request to a route, or says why not. A wrong link, one taken back and an id without a sign-in get the same answer. Counts
   * the request for the key it came with, else for its address: behind a proxy, nobody's key is refused because of others. Requests of
   * this machine's own owner are not limited.
   * @throws LookoutError `unauthorized`; `forbidden` (foreign page or name, scope of the key, kind of the link); `not_found` for a camera
   *   the key is not for; `too_many_requests` after too many wrong keys or links, or requests.
   */
  enter(request: GateRequest, entrance: Entrance): Access {
    let access: Access;
    try {
      access = this.#admit(request, entrance);
    } catch (error) {
      this.#countRequest(request.address);
      throw error;
    }
    const { principal } = access;
    if (principal === null || principal.kind === 'link') this.#countRequest(request.address);
    else if (principal.kind !== 'local') this.#countRequest(principal.id);
    return access;
  }

  #admit(request: GateRequest, entrance: Entrance): Access {
    const { permission, camera } = entrance;
    const grant = camera?.links && camera.given !== undefined ? this.#tokens?.find(camera.given) : undefined;
    // A link is a secret: a page that has it was given it. It opens pictures and feeds for any page, and nothing else.
    if (!grant || !entrance.embeddable) checkOrigin(request, entrance);
    const isUnnamed =
      entrance.keyInBody && keyOf(request.headers, entrance.basic) === undefined && !this.identify(request);
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
    // The link decides, also where its holder is signed in: a view link never publishes.
    if (grant) return { principal: linkHolder(grant), cameraId: grant.cameraId };
    const signedIn = this.identify(request);
    if (!signedIn) {
      throw this.#wrong(this.#wrongLinks, 'links', request.address, {
        message: 'This link is not valid, and nobody is signed in',
        hint: 'Ask for a new link, or sign in.',
      });
    }
    return { principal: signedIn, cameraId: given };
  }

  #signedIn(request: GateRequest, { basic, key: keyOfBody }: Entrance): SignedIn {
    const key = keyOf(request.headers, basic) ?? keyOfBody;
    const isLocal = this.#isLocal(request);
    if (key !== undefined) {
      // This machine's owner may use a key to be allowed less than everything.
      const holder = isLocal ? this.#keys.byKey(key) : this.#verify(key, request.address);
      if (holder) return holder;
    }
    if (isLocal) return LOCAL;
    const session = this.#session(request);
    if (session) return session;
    if (this.#trustsLocal && wasForwarded(request)) {
      throw new LookoutError(
        'forbidden',
        'This request came through a proxy, and the server answers only this machine',
        { hint: 'To use it behind a proxy, start the server with --sign-in always.' },
      );
    }
    if (this.#trustsLocal) {
      // DNS rebinding: a foreign name that leads here.
      throw new LookoutError('forbidden', 'This server answers only to this machine, under the name it has here', {
        hint: 'Open http://localhost with the port, or send an API key.',
      });
    }
    throw new LookoutError('unauthorized', 'This needs an API key or a sign-in', {
      hint: 'Send Authorization: Bearer lk_…, or sign in on the page.',
    });
  }

  /** Who this is, or `undefined`; never throws for missing or wrong credentials. */
  identify(request: GateRequest): SignedIn | undefined {
    const key = keyOf(request.headers);
    const holder = key === undefined ? undefined : this.#keys.byKey(key);
    return holder ?? (this.#isLocal(request) ? LOCAL : this.#session(request));
  }

  /** Whether a caller without credentials would be asked for them. */
  needsSignIn(request: GateRequest): boolean {
    return !this.#isLocal(request);
  }

  /**
   * Opens a session for whoever has the key.
   * @returns the cookie's value.
   * @throws LookoutError `unauthorized` or `too_many_requests`
   */
  signIn(key: string, address: string): { session: string; principal: SignedIn } {
    const principal = this.#verify(key, address);
    return { session: this.#keys.openSession(principal.id), principal };
  }

  /**
   * Opens a session for whoever has a sign-in code, which is good once.
   * @returns the cookie's value.
   * @throws LookoutError `unauthorized` or `too_many_requests`; `forbidden` for a page of another site or a prefetch, which use it up for
   *   nobody.
   */
  join(code: string, request: GateRequest): string {
    const { 'sec-fetch-site': site, 'sec-purpose': purpose } = request.headers;
    if (site === 'cross-site' || (typeof purpose === 'string' && purpose.includes('prefetch'))) {
      throw new LookoutError('forbidden', 'A sign-in code is opened by the device that it signs in', {
        hint: 'Scan it, or type its address.',
      });
    }
    const session = this.#keys.openSessionByCode(code);
    if (session !== undefined) return session;
    throw this.#wrong(this.#wrongKeys, 'sign-in codes', request.address, {
      message: 'This sign-in code was used already, or has expired',
      hint: 'Make a new one.',
    });
  }

  /** Ends the session of this request, where it has one, and the connections it let in. */
  signOut({ headers }: GateRequest): void {
    const session = sessionOf(headers);
    if (session !== undefined) this.#keys.closeSession(session);
  }

  #countRequest(peer: string): void {
    const retryAfterS = this.#requests.take(peer);
    if (retryAfterS === 0) return;
    const whose = isIP(peer) ? 'address' : 'API key';
    throw new LookoutError(
      'too_many_requests',
      `More than ${this.#requestsPerSecond} requests a second of one ${whose}`,
      { hint: 'Send fewer, or raise limits.requests_per_second.', retryAfterS },
    );
  }

  /** Counts a wrong secret. @returns the refusal: the same whatever was wrong with it. */
  #wrong(
    limiter: RateLimiter,
    what: string,
    address: string,
    { message, hint }: { message: string; hint?: string },
  ): LookoutError {
    const retryAfterS = limiter.take(address);
    if (retryAfterS === 0) return new LookoutError('unauthorized', message, hint === undefined ? {} : { hint });
    return new LookoutError('too_many_requests', `Too many wrong ${what} from this address`, {
      hint: `Try again in ${retryAfterS} s.`,
      retryAfterS,
    });
  }

  #isLocal(request: GateRequest): boolean {
    if (!this.#trustsLocal || wasForwarded(request)) return false;
    const authority = parseAuthority(request.headers.host ?? '');
    return authority !== undefined && isLoopbackHost(authority.hostname);
  }

  #session({ headers }: GateRequest): SignedIn | undefined {
    const session = sessionOf(headers);
    // A session that has ended is no attack: it is not counted, so an old tab locks nobody out.
    return session === undefined ? undefined : this.#keys.bySession(session);
  }

  /**
   * The lookup is by hash, so its time tells nothing about how near a guess was. A right key passes whatever others send from its
   * address: it is too long to be found by trying. So does a good link.
   */
  #verify(key: string, address: string): SignedIn {
    const holder = this.#keys.byKey(key);
    if (holder) return holder;
    throw this.#wrong(this.#wrongKeys, 'keys', address, { message: 'The API key is not valid' });
  }
}

function linkHolder(grant: TokenGrant): Principal {
  return { kind: 'link', name: `${grant.kind} link`, scope: 'camera', grant, hold: (end) => grant.hold(end) };
}

function notAllowed(principal: Principal, permission: Permission): LookoutError {
  if (principal.kind === 'link') {
    return new LookoutError('forbidden', 'This link is for watching only', { hint: 'Ask for the publishing link.' });
  }
  const scopes = scopesWith(permission);
  const isLimited = principal.cameras !== undefined && scopes.includes(principal.scope);
  const what = isLimited ? 'for some cameras only' : `of scope ${principal.scope}`;
  return new LookoutError('forbidden', `This is not for API keys ${what}`, {
    hint: `Use a key of scope ${scopes.join(' or ')}${isLimited ? ' that is for all cameras' : ''}.`,
  });
}
