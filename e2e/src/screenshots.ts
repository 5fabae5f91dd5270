import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { DESKTOP, launchBrowser, PHONE } from './support/launch-browser.js';
import { pictureShown } from './support/live-picture.js';
import { LookoutProcess } from './support/lookout-process.js';
import { root } from './support/paths.js';

// Makes the pictures of the documents from the demo street, after a build: node e2e/dist/screenshots.js

/** GitHub and people on slow links load these. */
const MAX_BYTES = 400_000;
/** Until the graph of ages has something to show. */
const GRAPH_MS = 20_000;

interface Shot {
  name: string;
  path: string;
  look: BrowserContextOptions;
  prepare?: (page: Page) => Promise<void>;
}

const desktop: BrowserContextOptions = { viewport: DESKTOP, colorScheme: 'dark' };
const phone: BrowserContextOptions = { viewport: PHONE, colorScheme: 'dark', isMobile: true, hasTouch: true };

const SHOTS: readonly Shot[] = [
  { name: 'camera', path: '/cameras/demo-street', look: desktop, prepare: waitForPeople },
  { name: 'dashboard', path: '/', look: desktop },
  { name: 'add-camera', path: '/', look: desktop, prepare: probeDemo },
  { name: 'camera-phone', path: '/cameras/demo-street', look: phone, prepare: waitForPeople },
  { name: 'dashboard-phone', path: '/', look: phone },
];

async function waitForPeople(page: Page): Promise<void> {
  await page.waitForTimeout(GRAPH_MS);
  await page.getByText(/In the picture.*[4-9] person/).waitFor();
}

async function probeDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a camera' }).click();
  await page.getByRole('radio', { name: 'Demo' }).click();
  await page.getByLabel('Address').fill('demo:street');
  await page.keyboard.press('Enter');
  await page.getByAltText('What the camera sees now').waitFor();
}

/** To a palette: half the size, and no difference one would see in a document. */
function shrink(from: string, to: string): void {
  const palette = 'split[a][b];[a]palettegen=max_colors=255[p];[b][p]paletteuse=dither=none';
  const output = ['-compression_level', '9', '-pred', 'mixed', to];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', from, '-vf', palette, ...output]);
}

async function take(
  browser: Browser,
  url: string,
  scratch: string,
  { name, path, look, prepare }: Shot,
): Promise<void> {
  const context = await browser.newContext({ ...look, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    await page.goto(url + path);
    await pictureShown(page);
    await prepare?.(page);
    const file = join(root, 'docs/images', `${name}.png`);
    await page.screenshot({ path: join(scratch, 'shot.png') });
    shrink(join(scratch, 'shot.png'), file);
    const { size } = await stat(file);
    console.log(`${file}: ${Math.round(size / 1000)} kB`);
    if (size > MAX_BYTES) throw new Error(`${file} is larger than ${MAX_BYTES / 1000} kB`);
  } finally {
    await context.close();
  }
}

await mkdir(join(root, 'docs/images'), { recursive: true });
const scratch = await mkdtemp(join(tmpdir(), 'lookout-screenshots-'));
const lookout = await LookoutProcess.start({ demo: true });
try {
  await lookout.cameraIs('demo-street', 'live');
  const browser = await launchBrowser();
  try {
    for (const shot of SHOTS) await take(browser, lookout.url, scratch, shot);
  } finally {
    await browser.close();
  }
} finally {
  await lookout.stop();
  await rm(scratch, { recursive: true, force: true });
}
