import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Camera } from '@lookout/protocol';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ContractServer, cameraOf, FRAME, makeJpegs } from './contract-server.js';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
/** Where tests leave pictures of what they saw; not in the repository. */
export const shots = fileURLToPath(new URL('../shots', import.meta.url));
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

let browser: Browser;
let jpegs: Buffer[];
const servers: ContractServer[] = [];

/** To be called once by a test file: one browser for all of its tests, and nothing left after each. */
export function browserForFile(): void {
  beforeAll(async () => {
    jpegs = await makeJpegs();
    expect(jpegs).toHaveLength(FRAME.count);
    await mkdir(shots, { recursive: true });
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    for (const server of servers.splice(0)) await server.stop();
  });
}

/** A server that tells of these cameras, stopped with the test. */
export async function serve(cameras: Camera[]): Promise<{ server: ContractServer; url: string }> {
  const server = new ContractServer({ dist, jpegs, cameras });
  servers.push(server);
  return { server, url: await server.start() };
}

/** Opens a page in a fresh profile. `complaints` gets everything its console complains of. */
export async function open(path: string, cameras = [cameraOf('yard', 'Yard')], options: BrowserContextOptions = {}) {
  const { server, url } = await serve(cameras);
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url + path);
  return { page, complaints, server, url };
}

/** Until a picture is on the page. */
export const live = (page: Page) =>
  page.waitForFunction((width) => [...document.querySelectorAll('canvas')].some((c) => c.width === width), FRAME.width);
