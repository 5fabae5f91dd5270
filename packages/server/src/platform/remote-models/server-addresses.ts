import { readFileSync } from 'node:fs';
import { decodePercent } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Settings } from '../config/settings.js';

export type RemoteSettings = Settings['kserve'] & { url: string[] };

export interface ServerAddress {
  /** Without credentials: http(s), host, port and any path before `/v2`. */
  url: string;
  /** Value of the `Authorization` header. */
  authorization?: string;
}

/** The addresses of the settings, their credentials split off into headers. @throws LookoutError `config_invalid` */
export function serverAddresses(settings: RemoteSettings): ServerAddress[] {
  const token = settings.token ?? tokenIn(settings.token_file);
  const addresses = settings.url.map((url) => addressOf(url, token));
  const twice = addresses.find(({ url }, i) => addresses.findIndex((other) => other.url === url) !== i);
  if (twice) throw new LookoutError('config_invalid', `kserve.url: ${twice.url} is given twice`);
  return addresses;
}

function addressOf(url: string, token: string | undefined): ServerAddress {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    // The URL may contain a password, so it is not repeated.
    throw new LookoutError('config_invalid', 'kserve.url: expected http://host:port or https://host:port');
  }
  const parsed = new URL(url);
  const { username, password } = parsed;
  const plain = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '').replace(/\/v2$/, '')}`;
  if (token !== undefined) return { url: plain, authorization: `Bearer ${token}` };
  if (username === '' && password === '') return { url: plain };
  // Each Lookout has keys of its own, and takes them in no other way.
  if (/^lk_[\w-]+$/.test(password)) return { url: plain, authorization: `Bearer ${password}` };
  const credentials = `${decodePercent(username)}:${decodePercent(password)}`;
  return { url: plain, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

function tokenIn(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  let token: string;
  try {
    token = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LookoutError('config_invalid', `kserve.token_file: ${file} can not be read: ${code}`, { cause });
  }
  // A header takes nothing else; the content is not repeated.
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw new LookoutError('config_invalid', `kserve.token_file: expected a single line with the token in ${file}`);
}
