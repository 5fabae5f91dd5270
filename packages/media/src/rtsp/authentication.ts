import { createHash, randomBytes } from 'node:crypto';
import type { Credentials } from './rtsp-url.js';

interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

interface DigestState {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the server wrote it; absent means MD5 and is not echoed. */
  readonly algorithm: string | undefined;
  readonly hash: 'md5' | 'sha256';
  readonly session: boolean;
  readonly qop: 'auth' | 'auth-int' | undefined;
  count: number;
}

/**
 * Answers 401 challenges with Basic (RFC 7617) or Digest (RFC 7616: MD5 and SHA-256, with and without -sess, qop auth and
 * auth-int for empty bodies; RFC 2069 when no qop is offered). The strongest scheme offered wins.
 */
export class Authenticator {
  readonly #credentials: Credentials;
  readonly #makeCnonce: () => string;
  #basic = false;
  #digest: DigestState | undefined;

  constructor(credentials: Credentials, makeCnonce: () => string = () => randomBytes(8).toString('hex')) {
    this.#credentials = credentials;
    this.#makeCnonce = makeCnonce;
  }

  /** Whether requests carry an `Authorization`. */
  get isChallenged(): boolean {
    return this.#basic || this.#digest !== undefined;
  }

  /**
   * Takes the `WWW-Authenticate` values of a 401.
   * @returns whether it can be answered, and whether the server only found the nonce stale (the password may be right).
   */
  challenge(values: readonly string[]): { answerable: boolean; stale: boolean } {
    const challenges = values.flatMap(parseChallenges);
    const digests = challenges.flatMap((challenge) => {
      const state = challenge.scheme === 'digest' ? digestState(challenge.parameters) : undefined;
      return state ? [{ state, stale: challenge.parameters.get('stale')?.toLowerCase() === 'true' }] : [];
    });
    const chosen = digests.find(({ state }) => state.hash === 'sha256') ?? digests[0];
    this.#digest = chosen?.state;
    this.#basic = !chosen && challenges.some(({ scheme }) => scheme === 'basic');
    return { answerable: this.#basic || chosen !== undefined, stale: chosen?.stale ?? false };
  }

  /** The `Authorization` value for a request without a body; `undefined` until a challenge came. */
  authorization(method: string, url: string): string | undefined {
    const { username, password } = this.#credentials;
    if (this.#basic) return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
    if (!this.#digest) return undefined;
    return this.#digestResponse(this.#digest, method, url);
  }

  #digestResponse(state: DigestState, method: string, url: string): string {
    const { username, password } = this.#credentials;
    const hash = (text: string) => createHash(state.hash).update(text, 'utf8').digest('hex');
    state.count += 1;
    const nc = state.count.toString(16).padStart(8, '0');
    const cnonce = this.#makeCnonce();
    let ha1 = hash(`${username}:${state.realm}:${password}`);
    if (state.session) ha1 = hash(`${ha1}:${state.nonce}:${cnonce}`);
    const ha2 = hash(state.qop === 'auth-int' ? `${method}:${url}:${hash('')}` : `${method}:${url}`);
    const response = state.qop
      ? hash(`${ha1}:${state.nonce}:${nc}:${cnonce}:${state.qop}:${ha2}`)
      : hash(`${ha1}:${state.nonce}:${ha2}`);
    const fields = [
      `username="${quote(username)}"`,
      `realm="${quote(state.realm)}"`,
      `nonce="${quote(state.nonce)}"`,
      `uri="${url}"`,
      `response="${response}"`,
    ];
    if (state.algorithm !== undefined) fields.push(`algorithm=${state.algorithm}`);
    if (state.opaque !== undefined) fields.push(`opaque="${quote(state.opaque)}"`);
    if (state.qop) fields.push(`qop=${state.qop}`, `nc=${nc}`);
    if (state.qop || state.session) fields.push(`cnonce="${cnonce}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

/** Splits one `WWW-Authenticate` value, which may hold several challenges, into them. */
function parseChallenges(value: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  const item = /\s*(?:([A-Za-z]+)(?:\s+|\s*$|\s*,))?(?:([A-Za-z0-9-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,]*))?\s*,?/y;
  while (item.lastIndex < value.length) {
    const start = item.lastIndex;
    const match = item.exec(value);
    if (!match || item.lastIndex === start) break;
    if (match[1] !== undefined) challenges.push({ scheme: match[1].toLowerCase(), parameters: new Map() });
    if (match[2] !== undefined) {
      const raw = match[3] ?? '';
      const text = raw.startsWith('"') ? raw.slice(1, -1).replace(/\\(.)/g, '$1') : raw;
      challenges.at(-1)?.parameters.set(match[2].toLowerCase(), text);
    }
  }
  return challenges;
}

function digestState(parameters: ReadonlyMap<string, string>): DigestState | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithm = parameters.get('algorithm');
  const name = /^(MD5|SHA-256)(-sess)?$/i.exec(algorithm ?? 'MD5');
  if (realm === undefined || nonce === undefined || !name) return undefined;
  const offered =
    parameters
      .get('qop')
      ?.toLowerCase()
      .split(/\s*,\s*/) ?? [];
  const qop = offered.includes('auth') ? 'auth' : offered.includes('auth-int') ? 'auth-int' : undefined;
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    algorithm,
    hash: name[1]?.toUpperCase() === 'MD5' ? 'md5' : 'sha256',
    session: name[2] !== undefined,
    qop,
    count: 0,
  };
}

/** A quoted-string: line ends, which would forge header lines, can not come here from a parsed head or a decoded URL unseen. */
function quote(text: string): string {
  return text.replace(/[\r\n]/g, '').replace(/["\\]/g, '\\$&');
}
