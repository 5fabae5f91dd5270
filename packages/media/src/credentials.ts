/** What stands for a secret in everything that is shown, logged or sent. */
const MASK = '***';
const SECRET_PARAMETER = /pass|pwd|token|auth|key|secret|signature|credential|^sig$|^pw$/i;

export interface SplitUrl {
  /** The url without user and password. */
  url: string;
  /** Percent-decoded; empty when the url has none. */
  username: string;
  password: string;
}

/**
 * A url, or a text with urls in it, fit to be shown: user and password become `***`, so do the values of query parameters
 * with names like password, token, pwd, auth or key. Works on what is no valid url too.
 * @example redactUrl('rtsp://admin:secret@10.0.0.2/live?token=abc') // 'rtsp://***@10.0.0.2/live?token=***'
 */
export function redactUrl(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)(\S+)/gi, (_match, scheme: string, rest: string) => {
    const end = userinfoEnd(rest);
    return scheme + redactQuery(end < 0 ? rest : `${MASK}${rest.slice(end)}`);
  });
}

/** @throws TypeError when `url` is no absolute url. */
export function splitCredentials(url: string): SplitUrl {
  const parsed = new URL(url);
  const username = decode(parsed.username);
  const password = decode(parsed.password);
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, username, password };
}

/**
 * Index of the `@` behind the credentials, -1 when there are none. A password with an unescaped `/`, `?` or `#` moves the
 * `@` out of the authority; it is still found, at the price of masking a little too much in a few addresses.
 */
function userinfoEnd(rest: string): number {
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
  if (authority.includes('@')) return authority.lastIndexOf('@');
  if (!authority.includes(':')) return -1;
  const hasPort = /:\d{1,5}$/.test(authority);
  const query = rest.indexOf('?');
  const until = hasPort && rest[authorityEnd] === '/' && query >= 0 ? rest.slice(0, query) : rest;
  return until.lastIndexOf('@');
}

function redactQuery(rest: string): string {
  return rest.replace(/([?&;])([^=&;#?]+)=([^&;#]*)/g, (match, separator: string, name: string) =>
    SECRET_PARAMETER.test(decode(name)) ? `${separator}${name}=${MASK}` : match,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A lone "%" is a character of the password itself.
    if (error instanceof URIError) return text;
    throw error;
  }
}
