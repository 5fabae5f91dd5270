import { createHash, randomBytes } from 'node:crypto';

/** One challenge of a `WWW-Authenticate` header. */
interface Challenge {
  /** Lower case: `basic`, `digest`. */
  scheme: string;
  /** Names in lower case. */
  parameters: ReadonlyMap<string, string>;
}

const HASHES: Readonly<Record<string, string>> = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' };

/**
 * Answers the challenges of one camera, digest (RFC 7616) before basic (RFC 7617), and keeps a digest nonce for the requests
 * that follow. The password is sent in clear only to a camera that offers nothing better.
 */
export class HttpAuthenticator {
  readonly #username: string;
  readonly #password: string;
  readonly #makeNonce: () => string;
  #challenge: Challenge | undefined;
  #count = 0;

  /** @param makeNonce the client's nonce; given by tests. */
  constructor(username: string, password: string, makeNonce = () => randomBytes(8).toString('hex')) {
    this.#username = username;
    this.#password = password;
    this.#makeNonce = makeNonce;
  }

  get hasCredentials(): boolean {
    return this.#username !== '' || this.#password !== '';
  }

  /**
   * Takes the challenges of a 401.
   * @returns whether asking again can help: false without credentials, for an unknown scheme, and when the same credentials
   *   were already refused.
   */
  accept(wwwAuthenticate: readonly string[]): boolean {
    if (!this.hasCredentials) return false;
    const challenges = wwwAuthenticate.flatMap(parseChallenges);
    const next = challenges.find(isSupportedDigest) ?? challenges.find(({ scheme }) => scheme === 'basic');
    if (next === undefined) return false;
    const refused = this.#challenge !== undefined && !isStale(next, this.#challenge);
    this.#challenge = next;
    this.#count = 0;
    return !refused;
  }

  /** The `Authorization` header of the next request; `undefined` before the camera has asked for one. */
  header(method: string, uri: string): string | undefined {
    if (this.#challenge === undefined) return undefined;
    if (this.#challenge.scheme === 'digest') return this.#digest(this.#challenge.parameters, method, uri);
    return `Basic ${Buffer.from(`${this.#username}:${this.#password}`).toString('base64')}`;
  }

  #digest(parameters: ReadonlyMap<string, string>, method: string, uri: string): string {
    const algorithm = parameters.get('algorithm') ?? 'MD5';
    const hashName = HASHES[algorithm.toLowerCase().replace(/-sess$/, '')] ?? 'md5';
    const hash = (text: string) => createHash(hashName).update(text).digest('hex');
    const realm = parameters.get('realm') ?? '';
    const nonce = parameters.get('nonce') ?? '';
    const cnonce = this.#makeNonce();
    const nc = (++this.#count).toString(16).padStart(8, '0');
    const qop = qops(parameters).includes('auth') ? 'auth' : undefined;

    let secret = hash(`${this.#username}:${realm}:${this.#password}`);
    if (/-sess$/i.test(algorithm)) secret = hash(`${secret}:${nonce}:${cnonce}`);
    const request = hash(`${method}:${uri}`);
    const response = qop
      ? hash(`${secret}:${nonce}:${nc}:${cnonce}:${qop}:${request}`)
      : hash(`${secret}:${nonce}:${request}`);

    const opaque = parameters.get('opaque');
    const fields = [
      `username=${quote(this.#username)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(uri)}`,
      `response="${response}"`,
    ];
    if (parameters.has('algorithm')) fields.push(`algorithm=${algorithm}`);
    if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`);
    if (qop) fields.push(`qop=${qop}`, `nc=${nc}`, `cnonce="${cnonce}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

function isSupportedDigest({ scheme, parameters }: Challenge): boolean {
  if (scheme !== 'digest') return false;
  const algorithm = (parameters.get('algorithm') ?? 'md5').toLowerCase().replace(/-sess$/, '');
  const offered = qops(parameters);
  return HASHES[algorithm] !== undefined && (offered.length === 0 || offered.includes('auth'));
}

/** A digest challenge with a new nonce after one that ran out is no refusal; anything else is. */
function isStale(next: Challenge, last: Challenge): boolean {
  if (next.scheme !== last.scheme) return true;
  return next.scheme === 'digest' && /^true$/i.test(next.parameters.get('stale') ?? '');
}

function qops(parameters: ReadonlyMap<string, string>): string[] {
  return (parameters.get('qop') ?? '')
    .split(',')
    .map((value) => value.trim().toLowerCase())
    .filter((value) => value !== '');
}

/** Splits a header with one or more challenges: `Digest realm="a", nonce="b", Basic realm="c"`. */
function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const match of header.matchAll(/([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))|([A-Za-z0-9_-]+)/g)) {
    const [, name, quoted, bare, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined)
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return challenges;
}

function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
