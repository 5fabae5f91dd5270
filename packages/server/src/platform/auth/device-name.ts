import bowser from 'bowser';

/** Longer user agents are cut: the parser's patterns run over all of it. */
const MAX_AGENT = 512;

/** What a user agent stands for, as "Firefox on Windows"; empty if it says nothing known. */
export function deviceName(userAgent: string | undefined): string {
  if (userAgent === undefined) return '';
  const { browser, os } = bowser.parse(userAgent.slice(0, MAX_AGENT));
  return [browser.name, os.name].filter(Boolean).join(' on ').slice(0, 100);
}
