import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startChromium } from '../lib/chromium.js';
import { percentile, sleep } from '../lib/figures.js';
import { READ_NUMBER_SCRIPT, writeNumberedClip } from '../lib/numbered-clip.js';
import { numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';

interface Sight {
  number: number;
  /** Unix epoch, ms. */
  atMs: number;
}

const WIDTH = 640;
const HEIGHT = 480;
/** Ten seconds at 30 fps: a number repeats only long after it has been shown everywhere. */
const CLIP_FRAMES = 300;
const ROUND_MS = 10_000;

/**
 * Chromium publishes a clip as its camera on the camera page, and watches on another page: measures from a picture's number in the
 * publisher's preview to the same number on the viewer's canvas. Both pages, the server and the inference share this machine.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds } = numberOptions(args, { seconds: 30 });
  const folder = mkdtempSync(join(tmpdir(), 'lookout-glass-'));
  try {
    const clip = join(folder, 'street.y4m');
    await writeNumberedClip(clip, { width: WIDTH, height: HEIGHT, fps: 30, frames: CLIP_FRAMES });
    const server = await startServer([{ id: 'cam1', kind: 'push', detect: { fps: 60 } }]);
    const browser = await startChromium(clip);
    try {
      const publisher = await (await browser.newContext({ bypassCSP: true })).newPage();
      await publisher.goto(`${server.url}/camera/cam1`);
      await publisher.getByRole('button', { name: 'Start camera' }).click();
      const viewer = await (await browser.newContext({ bypassCSP: true })).newPage();
      await viewer.goto(`${server.url}/view/cam1`);
      await viewer.waitForFunction(`[...document.querySelectorAll('canvas')].some((one) => one.width === ${WIDTH})`);
      await follow(publisher, PREVIEW_SCRIPT);
      await follow(viewer, viewerScript);
      await sleep(3000);
      const fromMs = Date.now();
      await sleep(seconds * 1000);
      const toMs = Date.now();
      const shown = (await publisher.evaluate('window.sights')) as Sight[];
      const seen = (await viewer.evaluate('window.sights')) as Sight[];
      const within = ({ atMs }: Sight) => atMs >= fromMs && atMs < toMs;
      const ages = seen.filter(within).flatMap(({ number, atMs }) => {
        const source = shown.findLast(
          (one) => one.number === number && one.atMs <= atMs + 20 && atMs - one.atMs < ROUND_MS / 2,
        );
        return source ? [atMs - source.atMs] : [];
      });
      const stats = (await server.json('/api/cameras/cam1/stats')) as { inference_ms: { p50: number; p95: number } };
      const ok = report(`Glass to glass, ${WIDTH}×${HEIGHT} at 30 fps, page to page, ${seconds} s`, [
        { name: 'pictures in the publisher’s preview', value: shown.filter(within).length / seconds, unit: 'fps' },
        { name: 'pictures on the viewer’s canvas', value: seen.filter(within).length / seconds, unit: 'fps' },
        { name: 'pictures compared', value: ages.length, atLeast: seconds },
        { name: 'inference p50', value: stats.inference_ms.p50, unit: 'ms' },
        { name: 'glass to glass p50', value: percentile(ages, 0.5), unit: 'ms' },
        { name: 'glass to glass p95', value: percentile(ages, 0.95), unit: 'ms', atMost: 120 },
        { name: 'glass to glass, the longest', value: Math.max(...ages), unit: 'ms' },
      ]);
      if (!ok) process.exitCode = 1;
    } finally {
      await browser.close();
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Records each new number that is shown, and when. */
async function follow(page: Page, script: string): Promise<void> {
  await page.evaluate(`(() => {
    ${READ_NUMBER_SCRIPT}
    window.sights = [];
    let last = -1;
    const note = (number) => {
      if (number < 0 || number === last) return;
      last = number;
      window.sights.push({ number, atMs: performance.timeOrigin + performance.now() });
    };
    ${script}
  })()`);
}

const PREVIEW_SCRIPT = `
  const video = document.querySelector('video');
  const onFrame = () => {
    note(readNumber(video, video.videoWidth));
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
`;

const viewerScript = `
  const canvas = [...document.querySelectorAll('canvas')].find((one) => one.width === ${WIDTH});
  const onFrame = () => {
    note(readNumber(canvas, canvas.width));
    requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
`;
