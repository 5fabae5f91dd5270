import { type Browser, chromium, type LaunchOptions } from 'playwright-core';

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Debian's Chromium; `CHROMIUM` names another. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** How to start it. @param flags added to its command line */
export function chromiumOptions(flags: readonly string[], executablePath = CHROMIUM): LaunchOptions {
  return {
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...flags,
    ],
  };
}

/** A separate browser, which the caller closes. @param flags added to its command line */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch(chromiumOptions(flags));
}
