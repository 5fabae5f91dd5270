/** What stands for a secret in everything that is shown, logged or sent. */
const MASK = '***';
/** Names that mean a secret: `pwd`, `loginpas`, `user_password`, `api_key`, `X-Amz-Signature`. */
const SECRET_NAME = /pass|pas$|pwd|psw|token|auth|key$|key[_-]|secret|signature|credential|^(?:sig|pw|pin)$/i;
/** A longer one is no name. */
const MAX_NAME = 64;
/** Fields that stand behind a password in paths like `user=admin_password=x_channel=1_stream=0.sdp`. */
const FIELD_BEHIND = /_(?:user(?:name)?|channel|ch|chn|stream|type|subtype|id|profile)=/gi;

export interface SplitUrl {
  /** The url without user and password. */
  url: string;
  /** Percent-decoded; empty when the url has none. */
  username: string;
  password: string;
}

/**
 * A url, or a text with urls in it, fit to be shown: user and password become `***`, so do values whose names mean a secret, in the
 * query and in the path. Works on what is no valid url too, in time that grows with the length alone.
 * @example redactUrl('rtsp://admin:secret@10.0.0.2/live?token=abc') // 'rtsp://***@10.0.0.2/live?token=***'
 */
export function redactUrl(text: string): string {
  return text.replace(/\S+/g, redactWord);
}

/** @throws TypeError when `url` is no absolute url. */
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
 * Percent-decodes what is a character's escape and leaves the rest: a percent sign in a password is often typed as such.
 * @example decodePercent('50%%40home') // '50%@home'
 */
export function decodePercent(text: string): string {
  return text.replace(UTF8_ESCAPE, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch (error) {
      // The right number of bytes, and no character all the same: half a surrogate, say.
      if (error instanceof URIError) return escaped;
      throw error;
    }
  });
}

/** A word may be a url, or have several in it: each begins with its scheme. */
function redactWord(word: string): string {
  const [before = '', ...urls] = word.split('://');
  const redacted = urls.map((rest) => {
    const end = userinfoEnd(rest);
    return redactPath(end < 0 ? rest : `${MASK}${rest.slice(end)}`);
  });
  return [before, ...redacted].map(redactFields).join('://');
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

/** Segments like `/admin:secret/`, but neither times nor another host and its port. */
function redactPath(rest: string): string {
  return rest.replace(/\/([\w.%-]{1,64}):([^/:?#]+)(?=[/?#]|$)/g, (segment, name: string, value: string) =>
    /^\d+$/.test(name) || (name.includes('.') && /^\d{1,5}$/.test(value)) ? segment : `/${MASK}`,
  );
}

/** Values of fields that have the name of a secret. */
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

/** In a query a value may hold anything but the next separator; in a path it ends with its segment, or with a field that is known. */
function valueEnd(text: string, from: number, isInQuery: boolean): number {
  const separator = isInQuery ? /[&;#]/g : /[&;#?/]/g;
  separator.lastIndex = from;
  const end = separator.exec(text)?.index ?? text.length;
  if (isInQuery) return end;
  FIELD_BEHIND.lastIndex = from;
  return Math.min(end, FIELD_BEHIND.exec(text)?.index ?? end);
}
