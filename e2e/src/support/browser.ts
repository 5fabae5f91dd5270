import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { keep } from './keep.js';
import { DESKTOP, PHONE } from './launch-browser.js';
import { scratchFolder } from './scratch-folder.js';

export { DESKTOP, PHONE };

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the browser of the run: see shared-browser.ts. */
    browserEndpoint: string;
    /** Command line that gives another browser the same camera. */
    cameraFlags: string[];
  }
}

let shared: Promise<Browser> | undefined;

export interface OpenedPage {
  page: Page;
  /** Everything the console, the policies and uncaught exceptions complained of so far. */
  complaints: string[];
}

/**
 * A page in a fresh profile, closed with the test.
 * @param url where it begins; nothing is opened without one, for scripts that must be there before
 * @param from default: the browser of the run
 */
export async function openPage(url?: string, options: BrowserContextOptions = {}, from?: Browser): Promise<OpenedPage> {
  shared ??= chromium.connect(inject('browserEndpoint'));
  const browser = from ?? (await shared);
  const context = keep(
    await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', acceptDownloads: true, ...options }),
    (opened) => opened.close(),
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Reading pixels back is our doing, not the page's.
    if (message.text().includes('willReadFrequently')) return;
    // Said of every page without HTTPS under another name than localhost.
    if (message.text().startsWith('The Cross-Origin-Opener-Policy header has been ignored')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  // An MJPEG feed never ends loading.
  if (url !== undefined) await page.goto(url, { waitUntil: 'commit' });
  return { page, complaints };
}

/** What a page gives to save when something is done to it. */
export async function download(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [saved] = await Promise.all([page.waitForEvent('download'), act()]);
  const path = join(scratchFolder(), 'download');
  await saved.saveAs(path);
  return { name: saved.suggestedFilename(), bytes: await readFile(path) };
}
