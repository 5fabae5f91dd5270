import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { LookoutError } from '@lookout/protocol';
import type { ApiKeyRecord, KeyStore } from '../storage/key-store.js';
import { isLoopbackHost, parseAuthority } from './addresses.js';
import { type CameraTokens, looksLikeToken, type TokenGrant } from './camera-tokens.js';
import { type GateRequest, wasForwarded } from './gate-request.js';
import { hashSecret, newSecret } from './keys.js';
import { RateLimiter } from './rate-limiter.js';

/** Who signed in. `local`: from this machine, to a server that only this machine reaches. */
export interface SignedIn {
  readonly kind: 'local' | 'key' | 'session';
  /** Of the key; `local`. */
  readonly id: string;
  /** Of the key; `local`. */
  readonly name: string;
  readonly scope: 'admin';
}

/** Whoever has a camera's link, and no more than that. */
export interface LinkHolder {
  readonly kind: 'link';
  readonly name: 'view link' | 'publish link';
  readonly scope: 'camera';
  readonly grant: TokenGrant;
}

/** Who sends a request. */
export type Principal = SignedIn | LinkHolder;

/** Whose limits a caller's use counts against; undefined for this machine's owner, who has none. */
export function peerOf(principal: Principal): string | undefined {
  if (principal.kind === 'link') return `${principal.name} of ${principal.grant.cameraId}`;
  return principal.kind === 'local' ? undefined : principal.id;
}

export type CameraUse = 'watch' | 'publish';

/** Who wants a camera, and which: the id behind a token, or the id as given (it need not exist). */
export interface CameraAccess {
  readonly principal: Principal;
  readonly cameraId: string | undefined;
}

export interface GateOptions {
  /** The address the server listens on. */
  readonly host: string;
  /** `always`: nobody comes in without a key or session, not even from this machine. */
  readonly signIn?: SignInPolicy;
  readonly keys: KeyStore;
  /** The links of cameras. */
  readonly tokens?: Pick<CameraTokens, 'find'>;
  /** Requests a second of one key or, without one, of one address, lasting; `requestBurstS` as many may come at once. */
  readonly requestsPerSecond?: number;
  /** Unix epoch ms, for the end of sessions. */
  readonly now?: () => number;
  /** ms that no setting of the clock moves, for limits. */
  readonly monotonicNow?: () => number;
}

/** When a key or session is asked for: `auto` lets requests of this machine in without, on a server that listens on loopback. */
export type SignInPolicy = 'auto' | 'always';

/** The cookie of a browser session. No `__Host-` prefix: that needs TLS, which the proxy before the server may or may not have. */
export const SESSION_COOKIE = 'lookout_session';
export const SESSION_LIFETIME_MS = 30 * 24 * 3600_000;

const defaultRequestsPerSecond = 500;
/** Requests of so many seconds may come at once. */
const requestBurstS = 2;
/** Wrong keys a minute from one address. */
const maxWrongKeys = 10;
/** Wrong links, likewise. A page that was left open with an old link asks a few times with each try. */
const maxWrongLinks = 30;

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Decides who may come in. On loopback: requests made on this machine, by no foreign page and through no proxy. On any other
 * address, and with `signIn: 'always'`: requests with an API key or a session opened with one.
 */
export class Gate {
  /** Whether requests of this machine need no key. */
  readonly #trustsLocal: boolean;
  readonly #keys: KeyStore;
  readonly #tokens: Pick<CameraTokens, 'find'> | undefined;
  readonly #requests: RateLimiter;
  readonly #requestsPerSecond: number;
  readonly #wrongKeys: RateLimiter;
  readonly #wrongLinks: RateLimiter;
  readonly #now: () => number;

  constructor(options: GateOptions) {
    this.#trustsLocal = isLoopbackHost(options.host) && options.signIn !== 'always';
    this.#keys = options.keys;
    this.#tokens = options.tokens;
    this.#now = options.now ?? Date.now;
    const { monotonicNow: now } = options;
    const perMinute = (count: number) => new RateLimiter({ burst: count, perSecond: count / 60, ...(now && { now }) });
    const { requestsPerSecond: perSecond = defaultRequestsPerSecond } = options;
    this.#requestsPerSecond = perSecond;
    this.#requests = new RateLimiter({ burst: perSecond * requestBurstS, perSecond, ...(now && { now }) });
    this.#wrongKeys = perMinute(maxWrongKeys);
    this.#wrongLinks = perMinute(maxWrongLinks);
  }

  /**
   * The first start of a server that asks for keys makes the admin key.
   * @returns the key, to be shown once and never stored or logged; `undefined` when there is one already or none is needed.
   */
  createFirstKey(): string | undefined {
    if (this.#trustsLocal || this.#keys.count() > 0) return undefined;
    return this.createKey('admin');
  }

  /** Makes a key; only its hash is kept. */
  createKey(name: string): string {
    const key = newSecret('lk_');
    this.#keys.insert({ id: randomUUID(), name, scope: 'admin' }, hashSecret(key), this.#now());
    return key;
  }

  /**
   * Admits a request that needs no sign-in.
   * @throws LookoutError `forbidden` (foreign page), or `too_many_requests`
   */
  admitAnyone(request: GateRequest): void {
    this.#countRequest(request.address);
    this.#checkOrigin(request);
  }

  /** Refuses what a foreign page sent, whoever's browser it came from. */
  #checkOrigin({ method, headers, tls }: GateRequest): void {
    // A key in the header is never sent by a browser on its own: nobody can be tricked into it.
    if (bearerOf(headers) !== undefined) return;
    const { origin, host } = headers;
    if (origin !== undefined && !sameSite(origin, host, tls)) {
      throw new LookoutError('forbidden', 'This request was sent by a page of another site', {
        hint: 'Open Lookout at its own address, or send an API key.',
      });
    }
    const site = headers['sec-fetch-site'];
    if (site !== 'cross-site') return;
    // A link to Lookout from elsewhere is fine; embedding or calling it from elsewhere is not.
    const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    if (!SAFE_METHODS.has(method) || !isLink) {
      throw new LookoutError('forbidden', 'This request was sent by a page of another site', {
        hint: 'Open Lookout at its own address, or send an API key.',
      });
    }
  }

  /**
   * @throws LookoutError `forbidden` (foreign page or foreign name), `unauthorized`, or `too_many_requests` after too many
   *   wrong keys from one address, or requests of one key or address.
   */
  authorize(request: GateRequest): SignedIn {
    return this.#counted(request, () => this.#authorize(request));
  }

  #authorize(request: GateRequest): SignedIn {
    this.#checkOrigin(request);
    const { headers, address } = request;
    if (this.#isLocal(request)) return { kind: 'local', id: 'local', name: 'local', scope: 'admin' };
    const key = keyOf(request);
    if (key !== undefined) return { ...this.#verify(key, address), kind: 'key' };
    const session = this.#session(headers);
    if (session) return { ...session, kind: 'session' };
    if (this.#trustsLocal && wasForwarded(request)) {
      throw new LookoutError(
        'forbidden',
        'This request came through a proxy, and the server answers only this machine',
        {
          hint: 'To use it behind a proxy, start the server with --sign-in always.',
        },
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

  /**
   * As `authorize`, before the body of a request is read that may hold the key.
   * @returns undefined where the request names nobody: `authorizeKey` is to be called with what its body holds.
   */
  authorizeBeforeBody(request: GateRequest): SignedIn | undefined {
    if (keyOf(request) !== undefined) return this.authorize(request);
    this.admitAnyone(request);
    return this.identify(request);
  }

  /** As `authorize`, by the key in a request's body. @param key absent: there is none */
  authorizeKey(request: GateRequest, key: string | undefined): SignedIn {
    if (key === undefined) return this.authorize(request);
    return this.#counted(request, () => ({ ...this.#verify(key, request.address), kind: 'key' }));
  }

  /**
   * Lets whoever has a link of the camera come in without signing in, to what the link is for, and whoever signed in. A wrong
   * link, one taken back and an id without a sign-in get the same answer.
   * @param given the token or id of the request; absent where it names no camera.
   * @throws LookoutError as `authorize`; `forbidden` for a view link where a camera is to be published.
   */
  authorizeCamera(request: GateRequest, given: string | undefined, use: CameraUse): CameraAccess {
    let access: CameraAccess | undefined;
    this.#counted(request, () => {
      access = this.#authorizeCamera(request, given, use);
      return access.principal;
    });
    return access!;
  }

  #authorizeCamera(request: GateRequest, given: string | undefined, use: CameraUse): CameraAccess {
    const grant = given === undefined ? undefined : this.#tokens?.find(given);
    // A link is a secret: a page that has it was given it. It opens pictures and feeds for any page, and nothing else.
    if (!grant || !request.embeddable) this.#checkOrigin(request);
    if (given === undefined || (!grant && !looksLikeToken(given))) {
      return { principal: this.#authorize(request), cameraId: given };
    }
    if (!grant && keyOf(request) !== undefined) {
      return { principal: this.#authorize(request), cameraId: given };
    }
    const signedIn = this.identify(request);
    if (!signedIn) this.#checkLink(grant, request.address);
    if (!grant) return { principal: signedIn as SignedIn, cameraId: given };
    // The link decides, also where its holder is signed in: a view link never publishes.
    if (use === 'publish' && grant.kind !== 'publish') {
      throw new LookoutError('forbidden', 'This link is for watching only', { hint: 'Ask for the publishing link.' });
    }
    return {
      principal: { kind: 'link', name: `${grant.kind} link`, scope: 'camera', grant },
      cameraId: grant.cameraId,
    };
  }

  /** Who this is, or `undefined`; never throws for missing or wrong credentials. */
  identify(request: GateRequest): SignedIn | undefined {
    const { headers } = request;
    if (this.#isLocal(request)) return { kind: 'local', id: 'local', name: 'local', scope: 'admin' };
    const session = this.#session(headers);
    return session && { ...session, kind: 'session' };
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
    const record = this.#verify(key, address);
    const session = newSecret('ls_');
    this.#keys.openSession(hashSecret(session), record.id, this.#now() + SESSION_LIFETIME_MS, this.#now());
    return { session, principal: { ...record, kind: 'session' } };
  }

  /** Ends the session of this request, where it has one. */
  signOut({ headers }: GateRequest): void {
    const session = cookieOf(headers);
    if (session !== undefined) this.#keys.closeSession(hashSecret(session));
  }

  /**
   * Counts the request for the key it came with, else for its address: behind a proxy, nobody's key is refused because of others.
   * Requests of this machine's own owner are not limited.
   */
  #counted<P extends Principal>({ address }: GateRequest, admit: () => P): P {
    let principal: P;
    try {
      principal = admit();
    } catch (error) {
      this.#countRequest(address);
      throw error;
    }
    if (principal.kind === 'link') this.#countRequest(address);
    else if (principal.kind !== 'local') this.#countRequest(principal.id);
    return principal;
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

  /** Good links pass whatever others send from their address: a token is too long to be found by trying. */
  #checkLink(grant: TokenGrant | undefined, address: string): void {
    if (grant) return;
    throw this.#wrong(this.#wrongLinks, 'links', address, {
      message: 'This link is not valid, and nobody is signed in',
      hint: 'Ask for a new link, or sign in.',
    });
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

  #session(headers: IncomingHttpHeaders): ApiKeyRecord | undefined {
    const session = cookieOf(headers);
    // A session that has ended is no attack: it is not counted, so an old tab locks nobody out.
    return session === undefined ? undefined : this.#keys.bySession(hashSecret(session), this.#now());
  }

  /**
   * The lookup is by hash, so its time tells nothing about how near a guess was. A right key passes whatever others send from its
   * address: it is too long to be found by trying.
   */
  #verify(key: string, address: string): ApiKeyRecord {
    const record = this.#keys.byHash(hashSecret(key));
    if (record) return record;
    throw this.#wrong(this.#wrongKeys, 'keys', address, { message: 'The API key is not valid' });
  }
}

function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([\w.~+/=-]{1,256})$/i.exec(headers.authorization ?? '')?.[1];
}

/** The API key of a request, as it was given. */
function keyOf({ headers, basic = false }: Pick<GateRequest, 'headers' | 'basic'>): string | undefined {
  return bearerOf(headers) ?? (basic ? passwordOf(headers) : undefined);
}

/** The password of HTTP Basic authentication, whoever the user is. */
function passwordOf(headers: IncomingHttpHeaders): string | undefined {
  const encoded = /^Basic +([\w+/=-]{1,1024})$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, 'base64').toString();
  return credentials.slice(credentials.indexOf(':') + 1);
}

function cookieOf(headers: IncomingHttpHeaders): string | undefined {
  return new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=(ls_[\\w-]{1,100})(?:;|$)`).exec(headers.cookie ?? '')?.[1];
}

/**
 * Whether an `Origin` is the site the request went to. Where we speak TLS, a page over plain HTTP is another site: whoever sits on the
 * line wrote it. Else the scheme is left out, as a proxy may speak TLS for us.
 */
function sameSite(origin: string, host: string | undefined, tls: boolean): boolean {
  const [, scheme, authority] = /^(https?):\/\/(.+)$/i.exec(origin) ?? [];
  if (tls && scheme?.toLowerCase() !== 'https') return false;
  const from = parseAuthority(authority ?? '');
  const to = parseAuthority(host ?? '');
  // `https://name` and Host `name:443` are one; `http://name` leaves out port 80 on both sides.
  return from !== undefined && to !== undefined && stripDefaultPort(from.host) === stripDefaultPort(to.host);
}

function stripDefaultPort(host: string): string {
  return host.replace(/:(80|443)$/, '');
}
