import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { keep } from './keep.js';
import { DESKTOP, launchBrowser, PHONE } from './launch-browser.js';

export { DESKTOP, PHONE };

let launched: Promise<Browser> | undefined;

export interface OpenedPage {
  page: Page;
  /** Everything the console, the policies and uncaught exceptions complained of so far. */
  complaints: string[];
}

/** A page in a fresh profile, of one browser per test file. Closed with the test. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  if (launched === undefined) {
    launched = launchBrowser();
    keep(await launched, (browser) => browser.close(), 'file');
  }
  const browser = await launched;
  const context = keep(
    await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', acceptDownloads: true, ...options }),
    (opened) => opened.close(),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Reading pixels back is our doing, not the page's.
    if (message.text().includes('willReadFrequently')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  // An MJPEG feed never ends loading.
  await page.goto(url, { waitUntil: 'commit' });
  return { page, complaints };
}

/** A folder for downloads and pictures, removed with the test. */
export function scratchFolder(): string {
  return keep(mkdtempSync(join(tmpdir(), 'lookout-e2e-scratch-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  );
}
