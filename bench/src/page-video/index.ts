import { startRtspServer } from '@lookout/media/testing';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../lib/chromium.js';
import { median, percentile, sleep } from '../lib/figures.js';
import { type Bar, numberOptions, report } from '../lib/options.js';
import { type BenchServer, startServer } from '../lib/server-process.js';
import { type DrawnPicture, drawnPictures, videoMadeMs, watchCanvas } from './watch-canvas.js';

const WIDTH = 640;
const HEIGHT = 480;
const SETTLE_MS = 6000;
const ALL_ANALYSED = 0.98;

/** As the page remembers them. */
const WAYS = [
  { showing: 'whep', name: 'WebRTC', p50: 50, p95: 75, firstMs: 1000 },
  { showing: 'mse', name: 'MSE', p50: 150 },
  { showing: 'pictures', name: 'Pictures' },
] as const;

/**
 * An RTSP camera (a real server, H.264, 640×480), every frame analysed, on its page in Chromium, in each of the ways in which the player shows
 * it: from the clock in the picture to the canvas, the time to the first picture, and how much older boxes are than the picture they are
 * drawn on, as the page's own figures say. Camera, server, inference and browser share this machine.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, fps, size } = numberOptions(args, { seconds: 30, fps: 30, size: 320 });
  const camera = await startRtspServer({ width: WIDTH, height: HEIGHT, fps });
  const server = await startServer([{ id: 'cam1', url: camera.url, detect: { inference_size: size, fps: 60 } }]);
  const browser = await startChromium();
  try {
    await cameraIsPlayable(server);
    const bars: Bar[] = [];
    for (const way of WAYS) bars.push(...barsOf(way, await watch(browser, server, way.showing, seconds), fps));
    const title = `RTSP camera on its page, ${WIDTH}×${HEIGHT} at ${fps} fps, size ${size}, ${seconds} s for each way`;
    if (!report(title, bars)) process.exitCode = 1;
  } finally {
    await browser.close();
    await server.stop();
    await camera.stop();
  }
}

interface Watched {
  pictures: DrawnPicture[];
  firstMs: number;
  /** Of the frames that came from the camera. */
  analysedShare: number;
  /** As the page says: its delay now, and how far boxes are behind. */
  delayMs: number;
  skewP50Ms: number;
  skewP99Ms: number;
}

async function watch(browser: Browser, server: BenchServer, showing: string, seconds: number): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const choices = JSON.stringify(JSON.stringify({ showing, stats: true }));
    await context.addInitScript(`localStorage.setItem('lookout.viewer', ${choices})`);
    const page = await context.newPage();
    await watchCanvas(page);
    const openedMs = Date.now();
    await page.goto(`${server.url}/cameras/cam1`, { waitUntil: 'commit' });
    await sleep(SETTLE_MS);
    const fromMs = Date.now();
    const before = await framesOf(server);
    await sleep(seconds * 1000);
    const after = await framesOf(server);
    const isVideo = showing !== 'pictures';
    const drawn = (await drawnPictures(page)).filter((picture) => picture.isVideo === isVideo);
    const first = drawn[0]?.atMs ?? Number.NaN;
    return {
      pictures: drawn.filter(({ atMs }) => atMs >= fromMs),
      firstMs: first - (isVideo ? await videoMadeMs(page) : openedMs),
      analysedShare: (after.analyzed - before.analyzed) / (after.received - before.received),
      ...(await figuresOf(page)),
    };
  } finally {
    await context.close();
  }
}

async function figuresOf(page: Page): Promise<Pick<Watched, 'delayMs' | 'skewP50Ms' | 'skewP99Ms'>> {
  const figures = (await page.getByRole('region', { name: 'Figures' }).innerText()).replace(/\s+/g, ' ');
  const times = (pattern: RegExp) => (pattern.exec(figures) ?? []).slice(1).map(millisecondsOf);
  const [delayMs = Number.NaN] = times(/Delay ([\d.]+ m?s)/);
  const [skewP50Ms = Number.NaN, skewP99Ms = Number.NaN] = times(/Boxes behind ([\d.]+ m?s) \(([\d.]+ m?s)\)/);
  return { delayMs, skewP50Ms, skewP99Ms };
}

/** @param text as pages write it: `42 ms`, `1.2 s` */
function millisecondsOf(text: string): number {
  return Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1000);
}

function barsOf(way: (typeof WAYS)[number], watched: Watched, fps: number): Bar[] {
  const { pictures, firstMs, analysedShare, delayMs, skewP50Ms, skewP99Ms } = watched;
  const ages = pictures.map(({ ageMs }) => ageMs);
  const third = Math.ceil(ages.length / 3);
  const limit = (key: 'p50' | 'p95' | 'firstMs') =>
    key in way ? { atMost: (way as Record<typeof key, number>)[key] } : {};
  const isVideo = way.showing !== 'pictures';
  const elapsedS = ((pictures.at(-1)?.atMs ?? 0) - (pictures[0]?.atMs ?? 0)) / 1000;
  return [
    { name: `${way.name}: pictures drawn`, value: pictures.length / elapsedS, unit: 'fps' },
    { name: `${way.name}: camera to canvas p50`, value: median(ages), unit: 'ms', ...limit('p50') },
    { name: `${way.name}: camera to canvas p95`, value: percentile(ages, 0.95), unit: 'ms', ...limit('p95') },
    {
      name: `${way.name}: later at the end than at the beginning`,
      value: median(ages.slice(-third)) - median(ages.slice(0, third)),
      unit: 'ms',
      ...(isVideo && { atMost: 30 }),
    },
    {
      name: `${way.name}: ${isVideo ? 'opening' : 'the page'} to the first picture`,
      value: firstMs,
      unit: 'ms',
      ...limit('firstMs'),
    },
    { name: `${way.name}: delay as the page says`, value: delayMs, unit: 'ms' },
    { name: `${way.name}: frames analysed`, value: 100 * analysedShare, unit: '%' },
    { name: `${way.name}: boxes behind the picture p50`, value: skewP50Ms, unit: 'ms' },
    {
      name: `${way.name}: boxes behind the picture p99`,
      value: skewP99Ms,
      unit: 'ms',
      // A machine that can't analyse every frame has none to draw on some.
      ...(isVideo && analysedShare >= ALL_ANALYSED && { atMost: Math.ceil(1000 / fps) + 1 }),
    },
  ];
}

async function framesOf(server: BenchServer): Promise<{ received: number; analyzed: number }> {
  const { frames } = (await server.json('/api/cameras/cam1/stats')) as {
    frames: { received: number; analyzed: number };
  };
  return frames;
}

/** @throws Error if the camera does not send video within 20 s */
async function cameraIsPlayable(server: BenchServer): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const { video } = (await server.json('/api/cameras/cam1')) as { video?: object };
    if (video) return;
    await sleep(100);
  }
  throw new Error('The camera sent no video within 20 s');
}
