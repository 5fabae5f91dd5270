import type { Camera } from '@lookout/protocol';
import type { Browser } from 'playwright-core';
import { startChromium } from '../lib/chromium.js';
import { sleep } from '../lib/figures.js';
import { type Bar, numberOptions, report } from '../lib/options.js';
import { type BenchServer, startServer } from '../lib/server-process.js';
import { startVideoCameras } from '../lib/video-cameras.js';

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

const SHIFT_SCRIPT = `(() => {
  localStorage.setItem('lookout.warn', '{"banner":false}');
  window.shift = 0;
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) window.shift += value;
  }).observe({ type: 'layout-shift', buffered: true });
})()`;

/**
 * How much every page moves after it has begun to show something (Cumulative Layout Shift), on a desktop and on a phone, in a browser that
 * remembers the shapes of cameras from the first page on. Three cameras, an event and a rule are there. Nobody presses anything, and there
 * are no banners: news may push older news down.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds } = numberOptions(args, { seconds: 4 });
  const cameras = await startVideoCameras({ width: 640, height: 480, fps: 15 });
  const given = ['yard', 'hall', 'gate'].map((id, i) => ({ id, url: cameras.url(i) }));
  const server = await startServer([...given, { id: 'phone', kind: 'push' }]);
  const browser = await startChromium();
  try {
    const paths = await pathsOf(server);
    const bars: Bar[] = [];
    for (const size of ['desktop', 'phone'] as const)
      bars.push(...(await shiftsAt(browser, server, paths, size, seconds)));
    if (!report(`Layout shift of ${paths.length} pages, ${seconds} s each`, bars)) process.exitCode = 1;
  } finally {
    await browser.close();
    await server.stop();
    await cameras.stop();
  }
}

/** Every page there is, with something on it. */
async function pathsOf(server: BenchServer): Promise<string[]> {
  await server.send('POST', '/api/rules', { prompt: 'tell me when a person is seen, at most once an hour' });
  const camera = await liveCamera(server);
  const event = await firstEvent(server);
  const phone = (await server.json('/api/cameras/phone')) as Camera;
  return [
    ...['/', '/wall', '/wall?kiosk=1&wake=0', '/events', '/rules', '/rules/new', '/warnings', '/try', '/add'],
    ...['', '/areas', '/events', '/rules', '/share', '/settings', '/diagnostics'].map(
      (tab) => `/cameras/${camera.id}${tab}`,
    ),
    ...['', '/general', '/models', '/network', '/keys', '/backup', '/log', '/system', '/start'].map(
      (section) => `/settings${section}`,
    ),
    ...(event === undefined ? [] : [`/events/${event}`]),
    ...[`/view/${camera.view_token}`, `/shared/${camera.view_token}`, `/camera/${phone.publish_token}`],
  ];
}

async function liveCamera(server: BenchServer): Promise<Camera> {
  for (let i = 0; i < 150; i++) {
    const camera = (await server.json('/api/cameras/yard')) as Camera;
    if (camera.state === 'live') return camera;
    await sleep(200);
  }
  throw new Error('The camera was not live within 30 s');
}

/** Id of the newest event; undefined if the clip shows nobody, as the pattern that stands in for a missing one. */
async function firstEvent(server: BenchServer): Promise<string | undefined> {
  for (let i = 0; i < 50; i++) {
    const { events } = (await server.json('/api/events?limit=1')) as { events: Array<{ id: string }> };
    if (events[0]) return events[0].id;
    await sleep(200);
  }
  return undefined;
}

async function shiftsAt(
  browser: Browser,
  server: BenchServer,
  paths: readonly string[],
  size: keyof typeof SIZES,
  seconds: number,
): Promise<Bar[]> {
  const context = await browser.newContext({ viewport: SIZES[size] });
  const bars: Bar[] = [];
  try {
    await context.addInitScript(SHIFT_SCRIPT);
    for (const path of paths) {
      const page = await context.newPage();
      await page.goto(server.url + path, { waitUntil: 'commit' });
      await sleep(seconds * 1000);
      const name = path.replace(/\/l[vp]_[^/]+$/, '/TOKEN');
      bars.push({ name: `${size}: ${name}`, value: (await page.evaluate('window.shift')) as number, atMost: 0.02 });
      await page.close();
    }
  } finally {
    await context.close();
  }
  return bars;
}
