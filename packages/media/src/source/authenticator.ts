import { createHash, randomBytes } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Challenge {
  /** Lower case: `basic`, `digest`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface Digest {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the camera wrote it; absent: MD5, and not echoed. */
  readonly algorithm: string | undefined;
  /** Node's name for it. */
  readonly hash: string;
  readonly session: boolean;
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly stale: boolean;
}

/** Node's names for the hashes of RFC 7616, strongest first. */
const HASHES = new Map([
  ['sha-512-256', 'sha512-256'],
  ['sha-256', 'sha256'],
  ['md5', 'md5'],
]);

/**
 * Answers the 401 challenges of a camera, over HTTP and RTSP alike: Digest (RFC 7616, with and without -sess, qop auth, and auth-int for
 * empty bodies; RFC 2069 if no qop is offered) or Basic (RFC 7617). The strongest scheme offered wins, so the password is sent in the clear
 * only to a camera that offers nothing better. A digest nonce is kept for the requests that follow.
 */
export class Authenticator {
  readonly #credentials: Credentials;
  readonly #makeCnonce: () => string;
  #basic = false;
  #digest: Digest | undefined;
  /** How often the nonce was used. */
  #count = 0;

  /** @param makeCnonce creates the client's nonce; tests pass their own. */
  constructor(credentials: Credentials, makeCnonce: () => string = () => randomBytes(8).toString('hex')) {
    this.#credentials = credentials;
    this.#makeCnonce = makeCnonce;
  }

  /** Whether requests carry an `Authorization` header. */
  get isChallenged(): boolean {
    return this.#basic || this.#digest !== undefined;
  }

  /**
   * Takes the `WWW-Authenticate` values of a 401.
   * @returns whether it can be answered, and whether the camera only considered the nonce stale (the password may be right).
   */
  challenge(values: readonly string[]): { answerable: boolean; stale: boolean } {
    const challenges = values.flatMap(parseChallenges);
    const digests = challenges.flatMap((challenge) => digestOf(challenge) ?? []);
    const strongest = [...HASHES.values()].find((hash) => digests.some((digest) => digest.hash === hash));
    this.#digest = digests.find(({ hash }) => hash === strongest);
    this.#basic = this.#digest === undefined && challenges.some(({ scheme }) => scheme === 'basic');
    this.#count = 0;
    return { answerable: this.isChallenged, stale: this.#digest?.stale ?? false };
  }

  /** The `Authorization` value for a request without a body; `undefined` before the first challenge. */
  authorization(method: string, uri: string): string | undefined {
    const { username, password } = this.#credentials;
    if (this.#basic) return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
    return this.#digest && this.#digestResponse(this.#digest, method, uri);
  }

  #digestResponse(digest: Digest, method: string, uri: string): string {
    const { realm, nonce, opaque, algorithm, session, qop } = digest;
    const { username, password } = this.#credentials;
    const hash = (text: string) => createHash(digest.hash).update(text, 'utf8').digest('hex');
    const nc = (++this.#count).toString(16).padStart(8, '0');
    const cnonce = this.#makeCnonce();
    let ha1 = hash(`${username}:${realm}:${password}`);
    if (session) ha1 = hash(`${ha1}:${nonce}:${cnonce}`);
    const ha2 = hash(qop === 'auth-int' ? `${method}:${uri}:${hash('')}` : `${method}:${uri}`);
    const response = hash(qop ? `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}` : `${ha1}:${nonce}:${ha2}`);
    const fields = [
      `username=${quote(username)}`,
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(uri)}`,
      `response="${response}"`,
    ];
    if (algorithm !== undefined) fields.push(`algorithm=${algorithm}`);
    if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`);
    if (qop) fields.push(`qop=${qop}`, `nc=${nc}`);
    if (qop || session) fields.push(`cnonce="${cnonce}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

/** Splits one `WWW-Authenticate` value, which may hold several challenges: `Digest realm="a", nonce="b", Basic realm="c"`. */
function parseChallenges(value: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (const match of value.matchAll(/([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]*))|([A-Za-z0-9_-]+)/g)) {
    const [, name, quoted, bare, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined)
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  return challenges;
}

/** @returns `undefined` when it can't be answered: another scheme, an unknown algorithm, no nonce. */
function digestOf({ scheme, parameters }: Challenge): Digest | undefined {
  const algorithm = parameters.get('algorithm');
  const nonce = parameters.get('nonce');
  const [, name = '', session] = /^(.*?)(-sess)?$/i.exec(algorithm ?? 'MD5') ?? [];
  const hash = HASHES.get(name.toLowerCase());
  if (scheme !== 'digest' || nonce === undefined || hash === undefined) return undefined;
  const offered = (parameters.get('qop') ?? '').toLowerCase().split(/\s*,\s*/);
  return {
    realm: parameters.get('realm') ?? '',
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    hash,
    session: session !== undefined,
    qop: offered.includes('auth') ? 'auth' : offered.includes('auth-int') ? 'auth-int' : undefined,
    stale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

/** A quoted-string. Line breaks, which a decoded URL may contain, would forge header lines. */
function quote(text: string): string {
  return `"${text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
