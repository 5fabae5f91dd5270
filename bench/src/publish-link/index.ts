import { parseArgs } from 'node:util';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer, type ViewedFrame } from '../lib/live-viewer.js';
import { report } from '../lib/options.js';
import { type PublishersOptions, type PublishersReport, startPublishers } from '../lib/publishers.js';
import { startServer } from '../lib/server-process.js';
import { type LinkShape, ShapedLink } from '../lib/shaped-link.js';

/** Time to adapt to the slow link, not measured. */
const SETTLE_S = 6;
/** Recovered: this many frames per second, as fresh as before. */
const RECOVERED_FPS = 28;

/** A publisher behind a slow, long and lossy link, which then becomes fast again, in a network namespace of its own. Needs root. */
export async function run(args: string[]): Promise<void> {
  const options = readOptions(args);
  const measured = await measure(options);
  if (options.timeline) printTimeline(measured);
  if (!reportFigures(options, measured)) process.exitCode = 1;
}

interface Options {
  kind: PublishersOptions['kind'];
  seconds: number;
  shape: LinkShape;
  detect: Record<string, unknown>;
  timeline: boolean;
}

interface Measured {
  frames: readonly ViewedFrame[];
  /** When the link became slow. */
  shapedMs: number;
  /** When it became fast again. */
  freeMs: number;
  controls: PublishersReport['controls'];
}

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      kind: { type: 'string', default: 'sdk' },
      mbit: { type: 'string', default: '2' },
      delay: { type: 'string', default: '80' },
      loss: { type: 'string', default: '2' },
      both: { type: 'boolean', default: false },
      timeline: { type: 'boolean', default: false },
      undetected: { type: 'boolean', default: false },
    },
  });
  const { kind, both, timeline } = values;
  if (kind !== 'sdk' && kind !== 'adapting' && kind !== 'plain') {
    throw new TypeError(`Expected --kind sdk, adapting or plain, got ${kind}`);
  }
  return {
    kind,
    seconds: Number(values.seconds),
    shape: {
      bitsPerSecond: Number(values.mbit) * 1e6,
      delayMs: Number(values.delay),
      loss: Number(values.loss) / 100,
      both,
    },
    // Without detection the figures are the link's alone, even on a machine that is too slow for inference.
    detect: values.undetected ? { enabled: false } : { fps: 60 },
    timeline,
  };
}

async function measure({ kind, seconds, shape, detect }: Options): Promise<Measured> {
  const token = `lp_${'bench'.repeat(6)}`;
  const link = await ShapedLink.open();
  try {
    const server = await startServer([{ id: 'cam1', kind: 'push', publish_token: token, detect }], {
      host: link.hostAddress,
    });
    try {
      const viewer = await LiveViewer.open(`${server.wsUrl}/ws/view/${token}?mode=overlay&fps=30`);
      const options = { baseUrl: server.url, tokens: [token], fps: 30, width: 640, height: 480, kind };
      const publishers = await startPublishers(options, link.command);
      try {
        await sleep(6000);
        const shapedMs = monotonicMs();
        await link.shape(shape);
        await sleep((SETTLE_S + seconds) * 1000);
        const freeMs = monotonicMs();
        await link.shape(undefined);
        await sleep(20_000);
        return { frames: viewer.frames, shapedMs, freeMs, controls: publishers.report().controls };
      } finally {
        await publishers.stop();
        viewer.close();
      }
    } finally {
      await server.stop();
    }
  } finally {
    await link.close();
  }
}

/** @returns whether all figures reach their bars. */
function reportFigures({ kind, seconds, shape }: Options, { frames, shapedMs, freeMs, controls }: Measured): boolean {
  const before = frames.filter(({ atMs }) => atMs > shapedMs - 3000 && atMs <= shapedMs);
  const all = frames.filter(({ atMs }) => atMs > shapedMs && atMs <= freeMs);
  const settled = all.filter(({ atMs }) => atMs > shapedMs + SETTLE_S * 1000);
  const ages = settled.map(({ ageMs }) => ageMs);
  const link = `${shape.bitsPerSecond / 1e6} Mbit/s, ${shape.delayMs} ms, ${(shape.loss * 100).toFixed(1)} % loss`;
  return report(`Publisher (${kind}) on a link of ${link}, ${seconds} s`, [
    { name: 'before: frames at the viewer', value: before.length / 3, unit: 'fps' },
    { name: 'before: age p50', value: median(before.map(({ ageMs }) => ageMs)), unit: 'ms' },
    { name: 'frames at the viewer', value: settled.length / seconds, unit: 'fps', atLeast: 10 },
    { name: 'age p50', value: percentile(ages, 0.5), unit: 'ms' },
    { name: 'age p95', value: percentile(ages, 0.95), unit: 'ms', atMost: 400 },
    { name: 'highest age once settled', value: Math.max(...ages), unit: 'ms', atMost: 1000 },
    { name: 'highest age while the link is slow', value: Math.max(...all.map(({ ageMs }) => ageMs)), unit: 'ms' },
    { name: 'longest time without a frame', value: longestGap(settled), unit: 'ms' },
    {
      name: 'back to 28 fps after the link is fast again',
      value: recoveredAfter(frames, freeMs),
      unit: 's',
      atMost: 10,
    },
    { name: 'controls sent', value: controls.length },
  ]);
}

function longestGap(frames: readonly ViewedFrame[]): number {
  let longest = 0;
  for (let i = 1; i < frames.length; i++)
    longest = Math.max(longest, (frames[i]?.atMs ?? 0) - (frames[i - 1]?.atMs ?? 0));
  return longest;
}

/** Seconds until a second begins in which all frames arrive and are fresh; Infinity if there is none. */
function recoveredAfter(frames: readonly ViewedFrame[], fromMs: number): number {
  for (let ms = 0; ms < 19_000; ms += 100) {
    const second = frames.filter(({ atMs }) => atMs >= fromMs + ms && atMs < fromMs + ms + 1000);
    if (second.length >= RECOVERED_FPS && second.every(({ ageMs }) => ageMs < 150)) return ms / 1000;
  }
  return Number.POSITIVE_INFINITY;
}

function printTimeline({ frames, shapedMs: zeroMs, controls }: Measured): void {
  const from = Math.floor(((frames[0]?.atMs ?? zeroMs) - zeroMs) / 1000);
  const to = Math.ceil(((frames.at(-1)?.atMs ?? zeroMs) - zeroMs) / 1000);
  for (let second = from; second < to; second++) {
    const within = ({ atMs }: { atMs: number }) =>
      atMs >= zeroMs + second * 1000 && atMs < zeroMs + (second + 1) * 1000;
    const ages = frames.filter(within).map(({ ageMs }) => ageMs);
    const sent = controls
      .filter(within)
      .map(({ fps, quality, width, reason }) => `${fps}/${quality}/${width ?? '-'} ${reason}`);
    const figures = `${ages.length} fps, p50 ${Math.round(median(ages))} ms, max ${Math.round(Math.max(...ages))} ms`;
    console.log(`  ${String(second).padStart(3)} s: ${figures} ${sent.join('; ')}`);
  }
}
