import type { User } from '@lookout/protocol';
import { settingsWords } from '../strings/settings.js';

/** The issuer of those whom the proxy in front names. */
export const PROXY_ISSUER = 'proxy';

/** Where a person's name and role come from, in words. */
export function sourceOf({ issuer }: NonNullable<User['identity']>): string {
  const { outside } = settingsWords.people;
  return issuer === PROXY_ISSUER
    ? outside.proxy
    : outside.provider(URL.canParse(issuer) ? new URL(issuer).host : issuer);
}
