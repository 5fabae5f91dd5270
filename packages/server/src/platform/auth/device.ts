import bowser from 'bowser';
import type { StoredSession } from '../storage/index.js';

/** Longer user agents are cut: the parser's patterns run over all of it. */
const MAX_AGENT = 512;
const MAX_NAME = 50;

/** What signs in. */
export type Device = Pick<StoredSession, 'browser' | 'system'>;

/** What a user agent stands for, as "Firefox" and "Windows"; empty where it says nothing known. */
export function deviceOf(userAgent: string | undefined): Device {
  const { browser, os } = bowser.parse(userAgent?.slice(0, MAX_AGENT) || ' ');
  const cut = (name = '') => name.slice(0, MAX_NAME);
  return { browser: cut(browser.name), system: cut(os.name) };
}
