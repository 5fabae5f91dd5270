import type { Browser, CDPSession, Page } from 'playwright-core';
import { startChromium } from '../lib/chromium.js';
import { medians, sleep } from '../lib/figures.js';
import { camerasLive } from '../lib/live-cameras.js';
import { type Bar, numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startVideoCameras } from '../lib/video-cameras.js';

/** What the page still loads once it shows a picture. */
const SETTLE_MS = 2000;
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 200;

interface Link {
  /** kbit/s; 0: as quick as it goes. */
  kbit: number;
  /** Round trip, ms. */
  rtt: number;
}

interface Load {
  /** From the navigation to the first picture of a camera on its tile, ms. */
  pictureMs: number;
  /** From the navigation to the first text, ms. */
  textMs: number;
  /** Document, styles and scripts, as they were sent. */
  codeKb: number;
  fontKb: number;
}

const PICTURE_SCRIPT = `(() => {
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    drawImage.apply(this, given);
    if (this.canvas.getAttribute('role') === 'img') window.firstPictureMs ??= performance.now();
  };
})()`;
const TEXT_SCRIPT = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN`;

/**
 * How soon the home page shows a camera's picture to a browser that has never been there, on this machine and on a slow, long link, and
 * how much it loads for that. A camera of H.264 with detection is live, and a rule is there.
 */
export async function run(args: string[]): Promise<void> {
  const { runs, ...slow } = numberOptions(args, { runs: 3, kbit: 1500, rtt: 150 });
  const cameras = await startVideoCameras({ width: 640, height: 480, fps: 15 });
  const server = await startServer([{ id: 'yard', url: cameras.url(0) }]);
  const browser = await startChromium();
  try {
    await server.send('POST', '/api/rules', { prompt: 'tell me when a person is seen, at most once an hour' });
    await camerasLive(server, 1);
    const near = await loadsOf(browser, server.url, { kbit: 0, rtt: 0 }, runs);
    const far = await loadsOf(browser, server.url, slow, runs);
    const bars: Bar[] = [
      { name: 'first picture, loopback', value: near.pictureMs, unit: 'ms', atMost: 800 },
      { name: 'first text, loopback', value: near.textMs, unit: 'ms' },
      { name: 'first picture, slow link', value: far.pictureMs, unit: 'ms', atMost: 3000 },
      { name: 'first text, slow link', value: far.textMs, unit: 'ms' },
      { name: 'document, styles, scripts, font', value: far.codeKb + far.fontKb, unit: 'KB', atMost: 220 },
      { name: 'of it the font', value: far.fontKb, unit: 'KB' },
    ];
    const title = `First load of the home page, median of ${runs}; slow link: ${slow.kbit} kbit/s, ${slow.rtt} ms`;
    if (!report(title, bars)) process.exitCode = 1;
  } finally {
    await browser.close();
    await server.stop();
    await cameras.stop();
  }
}

async function loadsOf(browser: Browser, url: string, link: Link, runs: number): Promise<Load> {
  const loads: Load[] = [];
  for (let i = 0; i < runs; i++) {
    // A context of its own has an empty cache. The worker that keeps pages for later would load everything once more.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' });
    try {
      loads.push(await load(await context.newPage(), url, link));
    } finally {
      await context.close();
    }
  }
  return medians(loads);
}

async function load(page: Page, url: string, { kbit, rtt }: Link): Promise<Load> {
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  const throughput = kbit === 0 ? -1 : (kbit * 1000) / 8;
  const conditions = { latency: rtt, downloadThroughput: throughput, uploadThroughput: throughput };
  await network.send('Network.emulateNetworkConditions', { offline: false, ...conditions });
  const sent = countPage(network);
  await page.addInitScript(PICTURE_SCRIPT);
  await page.goto(url, { waitUntil: 'commit' });
  const pictureMs = await firstPicture(page);
  await sleep(SETTLE_MS);
  const textMs = (await page.evaluate(TEXT_SCRIPT)) as number;
  return { pictureMs, textMs, codeKb: sent.code / 1000, fontKb: sent.font / 1000 };
}

/**
 * When the first picture was drawn, ms after the navigation; asked for now and then, since the page's policy lets no script of
 * Playwright's wait for it.
 * @throws Error if none comes
 */
async function firstPicture(page: Page): Promise<number> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
    const shownMs = (await page.evaluate('window.firstPictureMs')) as number | undefined;
    if (shownMs !== undefined) return shownMs;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`No camera showed a picture within ${PATIENCE_MS / 1000} s`);
}

/** Bytes of the page itself so far, as they were sent, without the heads of answers: its document, styles and scripts, and its font. */
function countPage(network: CDPSession): { code: number; font: number } {
  const sent = { code: 0, font: 0 };
  network.on('Network.responseReceived', ({ type, response }) => {
    const bytes = Number(response.headers['content-length'] ?? response.headers['Content-Length'] ?? 0);
    if (type === 'Font') sent.font += bytes;
    else if (type === 'Document' || type === 'Stylesheet' || type === 'Script') sent.code += bytes;
  });
  return sent;
}
