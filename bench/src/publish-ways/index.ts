import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumPath, startChromium } from '../lib/chromium.js';
import { median, percentile, sleep } from '../lib/figures.js';
import { writeNumberedClip } from '../lib/numbered-clip.js';
import { type Bar, report } from '../lib/options.js';
import { cpuSeconds, descendantsCpuSeconds } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { type LinkShape, ShapedLink } from '../lib/shaped-link.js';
import { NumberViewer } from './number-viewer.js';
import { PublishingPage, WAYS, type Way } from './publishing-page.js';

const CLIP_FRAMES = 300;
const SETTLE_S = 8;
/** A number comes again after ten seconds. */
const MAX_AGE_MS = 5000;
const TOKEN = `lp_${'bench'.repeat(6)}`;
const SCARCE: LinkShape = { bitsPerSecond: 2e6, delayMs: 40, loss: 0.01, both: false };

interface Measured {
  fps: number;
  ages: readonly number[];
  inferMs: number;
  serverCpu: number;
  browserCpu: number;
  kbytesPerSecond: number;
  width: number;
}

/**
 * Chromium publishes a numbered clip as its camera, as JPEGs over the WebSocket and by WHIP, in a network namespace behind a free and behind a
 * scarce link: from a picture's capture to its analysis. Needs root.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { seconds: { type: 'string', default: '15' }, sizes: { type: 'string', default: '640x480,1280x720' } },
  });
  let ok = true;
  for (const size of values.sizes.split(',')) {
    const [width = Number.NaN, height = Number.NaN] = size.split('x').map(Number);
    if (!(width > 0 && height > 0)) throw new TypeError(`Expected --sizes as 640x480,1280x720, got ${values.sizes}`);
    for (const shape of [undefined, SCARCE]) {
      for (const way of WAYS) {
        const measured = await measure({ width, height, shape, way, seconds: Number(values.seconds) });
        const link = shape ? `${shape.bitsPerSecond / 1e6} Mbit/s, ${shape.delayMs} ms, 1 % loss` : 'free link';
        ok = report(`${size} at 30 fps by ${way}, ${link}`, barsOf(measured, way, shape)) && ok;
      }
    }
  }
  if (!ok) process.exitCode = 1;
}

function barsOf({ ages, fps, inferMs, ...rest }: Measured, way: Way, shape: LinkShape | undefined): Bar[] {
  const isBarred = way === 'WHIP' && shape === undefined;
  return [
    { name: 'frames analysed', value: fps, unit: 'fps', atLeast: 1 },
    { name: 'frames whose capture is known', value: ages.length },
    { name: 'inference p50', value: inferMs, unit: 'ms' },
    {
      name: 'capture → analysed p50',
      value: percentile(ages, 0.5),
      unit: 'ms',
      ...(isBarred && { atMost: inferMs + 25 }),
    },
    { name: 'capture → analysed p95', value: percentile(ages, 0.95), unit: 'ms' },
    { name: 'server CPU', value: rest.serverCpu, unit: '%' },
    { name: 'browser CPU', value: rest.browserCpu, unit: '%' },
    { name: 'sent by the browser', value: rest.kbytesPerSecond, unit: 'kB/s' },
    { name: 'width of the pictures', value: rest.width, unit: 'px' },
  ];
}

interface Setting {
  width: number;
  height: number;
  shape: LinkShape | undefined;
  way: Way;
  seconds: number;
}

async function measure({ width, height, shape, way, seconds }: Setting): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-ways-'));
  const link = await ShapedLink.open();
  const camera = { id: 'cam1', kind: 'push', publish_token: TOKEN, detect: { fps: 60 } } as const;
  const server = await startServer([camera], { host: link.hostAddress });
  const clip = join(folder, 'street.y4m');
  await writeNumberedClip(clip, { width, height, fps: 30, frames: CLIP_FRAMES });
  const browser = await startChromium(clip, { executable: behindLink(folder, link), secureOrigin: server.url });
  try {
    const page = await PublishingPage.open(browser, { url: server.url, token: TOKEN, way, width, height });
    const viewer = await NumberViewer.open(`${server.wsUrl}/ws/view/${TOKEN}?mode=overlay&fps=60&ack=1`);
    await viewer.firstFrame();
    await link.shape(shape);
    await sleep(SETTLE_S * 1000);
    const before = {
      atMs: Date.now(),
      sent: link.receivedBytes(),
      cpu: cpuSeconds(server.pid),
      all: descendantsCpuSeconds(process.pid, 'chrom'),
    };
    await sleep(seconds * 1000);
    const elapsed = (Date.now() - before.atMs) / 1000;
    const frames = viewer.since(before.atMs);
    const captured = await page.captured();
    const figures = {
      serverCpu: ((cpuSeconds(server.pid) - before.cpu) / elapsed) * 100,
      browserCpu: ((descendantsCpuSeconds(process.pid, 'chrom') - before.all) / elapsed) * 100,
      kbytesPerSecond: (link.receivedBytes() - before.sent) / elapsed / 1000,
    };
    viewer.close();
    const numbers = await viewer.numbersOf(frames, width);
    const ages = frames.flatMap(({ analysedMs }, index) => {
      const source = captured.findLast(({ number, atMs }) => number === numbers[index] && atMs <= analysedMs);
      const ageMs = source === undefined ? Number.POSITIVE_INFINITY : analysedMs - source.atMs;
      return ageMs < MAX_AGE_MS ? [ageMs] : [];
    });
    return {
      ...figures,
      fps: frames.length / elapsed,
      ages,
      inferMs: median(frames.map(({ inferMs }) => inferMs)),
      width: frames.at(-1)?.width ?? Number.NaN,
    };
  } finally {
    await browser.close();
    await server.stop();
    await link.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program that starts Chromium on the link's other side. */
function behindLink(folder: string, { command }: ShapedLink): string {
  const path = join(folder, 'chromium');
  writeFileSync(path, `#!/bin/sh\nexec ${command.join(' ')} ${chromiumPath()} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
