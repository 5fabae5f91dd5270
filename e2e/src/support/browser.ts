import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { keep, type Scope } from './keep.js';
import { DESKTOP, PHONE } from './launch-browser.js';
import { scratchFolder } from './scratch-folder.js';

export { DESKTOP, PHONE };

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the run's browser: see shared-browser.ts. */
    browserEndpoint: string;
    /** Command line that gives another browser the same camera. */
    cameraFlags: string[];
  }
}

let shared: Promise<Browser> | undefined;

export interface OpenedPage {
  page: Page;
  /** Everything reported so far by the console, policies and uncaught exceptions. */
  complaints: string[];
}

/**
 * A page in a fresh profile, closed at the end of the test (or of the whole file).
 * @param url the first page; absent: none is opened, for scripts that must be installed first
 * @param from default: the run's browser
 */
export async function openPage(
  url?: string,
  options: BrowserContextOptions = {},
  from?: Browser,
  scope: Scope = 'test',
): Promise<OpenedPage> {
  shared ??= chromium.connect(inject('browserEndpoint'));
  const browser = from ?? (await shared);
  const context = keep(
    await browser.newContext({
      viewport: DESKTOP,
      reducedMotion: 'reduce',
      acceptDownloads: true,
      serviceWorkers: 'block',
      ...options,
    }),
    (opened) => opened.close(),
    scope,
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // The test reads pixels back, not the page.
    if (message.text().includes('willReadFrequently')) return;
    // Reported for every page without HTTPS on a host other than localhost.
    if (message.text().startsWith('The Cross-Origin-Opener-Policy header has been ignored')) return;
    // Only the test of the service worker allows one: it would answer what tests intercept.
    if (message.text() === 'Service Worker registration blocked by Playwright') return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  // An MJPEG feed never finishes loading.
  if (url !== undefined) await page.goto(url, { waitUntil: 'commit' });
  return { page, complaints };
}

/** Goes to another place of the app as its links do, without loading it again, which takes a second of processor time. */
export async function walkTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, path);
}

/**
 * One page for the tests of a file, which visit places of the app in it one after another: loading the app for each takes most of their
 * time.
 * @returns a function that goes to a place as in a new tab, until the end of the test
 */
export async function openApp(url: string): Promise<(path: string) => Promise<OpenedPage>> {
  const opened = await openPage(url + NOWHERE, {}, undefined, 'file');
  const { page, complaints } = opened;
  await page.getByRole('main').waitFor();
  const leave = async () => {
    await walkTo(page, NOWHERE);
    await page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
  };
  return async (path) => {
    complaints.length = 0;
    await walkTo(keep(page, leave), path);
    return opened;
  };
}

/** A place where the app shows nothing. */
const NOWHERE = '/nowhere';

/** The file that a page offers to save during an action. */
export async function download(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [saved] = await Promise.all([page.waitForEvent('download'), act()]);
  const path = join(scratchFolder(), 'download');
  await saved.saveAs(path);
  return { name: saved.suggestedFilename(), bytes: await readFile(path) };
}
