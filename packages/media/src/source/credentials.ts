/** Replaces a secret in everything that is shown, logged or sent. */
const MASK = '***';
/** Names that indicate a secret: `pwd`, `loginpas`, `user_password`, `api_key`, `X-Amz-Signature`. */
const SECRET_NAME = /pass|pas$|pwd|psw|token|auth|key$|key[_-]|secret|signature|credential|^(?:sig|pw|pin)$/i;
/** A longer one is not a name. */
const MAX_NAME = 64;
/** Fields that follow a password in paths like `user=admin_password=x_channel=1_stream=0.sdp`. */
const FIELD_BEHIND = /_(?:user(?:name)?|channel|ch|chn|stream|type|subtype|id|profile)=/gi;

export interface SplitUrl {
  /** The url without user and password. */
  url: string;
  /** Percent-decoded; empty when the url has none. */
  username: string;
  password: string;
}

/**
 * Makes a url, or a text that contains urls, safe to show: user and password become `***`, and so do values whose names indicate a secret,
 * in the query and in the path. Also works on invalid urls, in time linear in the length.
 * @example redactUrl('rtsp://admin:secret@10.0.0.2/live?token=abc') // 'rtsp://***@10.0.0.2/live?token=***'
 */
export function redactUrl(text: string): string {
  return text.replace(/\S+/g, redactWord);
}

/** @throws TypeError when `url` is not an absolute url. */
export function splitCredentials(url: string): SplitUrl {
  const parsed = new URL(url);
  const username = decodePercent(parsed.username);
  const password = decodePercent(parsed.password);
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, username, password };
}

const UTF8_ESCAPE =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

/**
 * Percent-decodes valid escapes and leaves the rest: a percent sign in a password is often typed unescaped.
 * @example decodePercent('50%%40home') // '50%@home'
 */
export function decodePercent(text: string): string {
  return text.replace(UTF8_ESCAPE, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch (error) {
      // The right number of bytes but still not a character: half a surrogate, for example.
      if (error instanceof URIError) return escaped;
      throw error;
    }
  });
}

/** A word may be a url or contain several: each begins with its scheme. */
function redactWord(word: string): string {
  const [before = '', ...urls] = word.split('://');
  const redacted = urls.map((rest) => {
    const end = userinfoEnd(rest);
    return redactPath(end < 0 ? rest : `${MASK}${rest.slice(end)}`);
  });
  return [before, ...redacted].map(redactFields).join('://');
}

/**
 * Index of the `@` after the credentials, -1 when there are none. A password with an unescaped `/`, `?` or `#` moves the `@` out of the
 * authority; it is still found, at the price of masking slightly too much in a few addresses.
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

/** Masks segments like `/admin:secret/`, but not times, nor another host and its port. */
function redactPath(rest: string): string {
  return rest.replace(/\/([\w.%-]{1,64}):([^/:?#]+)(?=[/?#]|$)/g, (segment, name: string, value: string) =>
    /^\d+$/.test(name) || (name.includes('.') && /^\d{1,5}$/.test(value)) ? segment : `/${MASK}`,
  );
}

/** Masks the values of fields whose name indicates a secret. */
function redactFields(text: string): string {
  const queryStart = text.search(/[?#]/);
  let shown = '';
  let done = 0;
  for (let equals = text.indexOf('='); equals !== -1; equals = text.indexOf('=', Math.max(done, equals + 1))) {
    if (!SECRET_NAME.test(nameBefore(text, equals))) continue;
    const isInQuery = queryStart !== -1 && queryStart < equals;
    shown += `${text.slice(done, equals + 1)}${MASK}`;
    done = valueEnd(text, equals + 1, isInQuery);
  }
  return shown + text.slice(done);
}

function nameBefore(text: string, equals: number): string {
  const name = text.slice(Math.max(0, equals - MAX_NAME), equals);
  return decodePercent(name.slice(name.search(/[^=&;#?/,]*$/)));
}

/** In a query, a value may contain anything but the next separator; in a path it ends with its segment, or at a known field. */
function valueEnd(text: string, from: number, isInQuery: boolean): number {
  const separator = isInQuery ? /[&;#]/g : /[&;#?/]/g;
  separator.lastIndex = from;
  const end = separator.exec(text)?.index ?? text.length;
  if (isInQuery) return end;
  FIELD_BEHIND.lastIndex = from;
  return Math.min(end, FIELD_BEHIND.exec(text)?.index ?? end);
}
