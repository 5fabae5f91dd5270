import { createHash } from 'node:crypto';

/** The authentication that a test camera requires. */
export interface AuthDemand {
  scheme: 'basic' | 'digest';
  username: string;
  password: string;
  /** For digest. Default MD5. */
  algorithm?: 'MD5' | 'MD5-sess' | 'SHA-256';
  /** For digest; false: as in RFC 2069. Default true. */
  qop?: boolean;
}

const REALM = 'test camera';
const NONCE = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';

export function unauthorizedResponse({ scheme, algorithm = 'MD5', qop = true }: AuthDemand): string {
  const digest = `Digest realm="${REALM}", ${qop ? 'qop="auth,auth-int", ' : ''}nonce="${NONCE}", algorithm=${algorithm}`;
  const challenge =
    scheme === 'basic' ? `Basic realm="${REALM}"` : `${digest}\r\nWWW-Authenticate: Basic realm="${REALM}"`;
  return `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: ${challenge}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}

/** Checks a request as a camera does, implemented from the server's side of RFC 7616 and RFC 7617. */
export function isAuthorized(requestHead: string, demand: AuthDemand): boolean {
  const header = /^authorization: *(\w+) (.*)$/im.exec(requestHead);
  const [method = '', uri = ''] = requestHead.split(' ');
  if (header?.[1]?.toLowerCase() !== demand.scheme) return false;
  const value = header[2] ?? '';
  if (demand.scheme === 'basic')
    return Buffer.from(value, 'base64').toString('utf8') === `${demand.username}:${demand.password}`;

  const { username, password, algorithm = 'MD5', qop = true } = demand;
  const field = (name: string) => {
    const match = new RegExp(`(?:^|[ ,])${name}=(?:"([^"]*)"|([^ ,]*))`).exec(value);
    return match?.[1] ?? match?.[2] ?? '';
  };
  const hash = (text: string) =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  if (field('username') !== username || field('nonce') !== NONCE || field('uri') !== uri) return false;
  let secret = hash(`${username}:${REALM}:${password}`);
  if (algorithm === 'MD5-sess') secret = hash(`${secret}:${NONCE}:${field('cnonce')}`);
  const middle = qop ? `${NONCE}:${field('nc')}:${field('cnonce')}:auth` : NONCE;
  return field('response') === hash(`${secret}:${middle}:${hash(`${method}:${uri}`)}`);
}
