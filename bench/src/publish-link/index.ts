import { parseArgs } from 'node:util';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer, type ViewedFrame } from '../lib/live-viewer.js';
import { report } from '../lib/options.js';
import { startPublishers } from '../lib/publishers.js';
import { startServer } from '../lib/server-process.js';
import { ShapedLink } from '../lib/shaped-link.js';

const settleS = 6;
/** All that is wanted is back: so many frames a second, as fresh as before. */
const wholeFps = 28;

/** A publisher behind a narrow, long and lossy link that is then set free, in a network namespace of its own. Needs root. */
export async function run(args: string[]): Promise<void> {
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
  const { kind } = values;
  if (kind !== 'sdk' && kind !== 'adapting' && kind !== 'plain') {
    throw new TypeError(`Expected --kind sdk, adapting or plain, got ${kind}`);
  }
  const seconds = Number(values.seconds);
  // Without detection the figures are the link's alone, also on a machine that has no time to infer.
  const detect = values.undetected ? { enabled: false } : { fps: 60 };
  const token = `lp_${'bench'.repeat(6)}`;
  const link = await ShapedLink.open();
  try {
    const server = await startServer([{ id: 'cam1', kind: 'push', publish_token: token, detect }], {
      host: link.hostAddress,
    });
    try {
      const viewer = await LiveViewer.open(`${server.wsUrl}/ws/view/${token}?mode=overlay&fps=30`);
      const options = { baseUrl: server.url, tokens: [token], fps: 30, width: 640, height: 480, kind };
      const publishers = await startPublishers(options as Parameters<typeof startPublishers>[0], link.command);
      try {
        await sleep(6000);
        const shapedMs = monotonicMs();
        const shape = {
          bitsPerSecond: Number(values.mbit) * 1e6,
          delayMs: Number(values.delay),
          loss: Number(values.loss) / 100,
        };
        await link.shape({ ...shape, both: values.both });
        await sleep((settleS + seconds) * 1000);
        const freeMs = monotonicMs();
        await link.shape(undefined);
        await sleep(20_000);
        const before = viewer.frames.filter(({ atMs }) => atMs > shapedMs - 3000 && atMs <= shapedMs);
        const shaped = viewer.frames.filter(({ atMs }) => atMs > shapedMs + settleS * 1000 && atMs <= freeMs);
        const ages = shaped.map(({ ageMs }) => ageMs);
        const all = viewer.frames.filter(({ atMs }) => atMs > shapedMs && atMs <= freeMs);
        if (values.timeline) printTimeline(viewer.frames, shapedMs, publishers.report().controls);
        const ok = report(
          `Publisher (${kind}) on a link of ${values.mbit} Mbit/s, ${values.delay} ms, ${values.loss} % loss, ${seconds} s`,
          [
            { name: 'before: frames at the viewer', value: before.length / 3, unit: 'fps' },
            { name: 'before: age p50', value: median(before.map(({ ageMs }) => ageMs)), unit: 'ms' },
            { name: 'frames at the viewer', value: shaped.length / seconds, unit: 'fps', atLeast: 10 },
            { name: 'age p50', value: percentile(ages, 0.5), unit: 'ms' },
            { name: 'age p95', value: percentile(ages, 0.95), unit: 'ms', atMost: 400 },
            { name: 'age, the oldest once settled', value: Math.max(...ages), unit: 'ms', atMost: 1000 },
            {
              name: 'age, the oldest from the first shaped second on',
              value: Math.max(...all.map(({ ageMs }) => ageMs)),
              unit: 'ms',
            },
            { name: 'longest time without a frame', value: longestGap(shaped), unit: 'ms' },
            {
              name: 'back to 28 fps after the shaping ends',
              value: recoveredAfter(viewer.frames, freeMs),
              unit: 's',
              atMost: 10,
            },
            { name: 'controls told', value: publishers.report().controls.length },
          ],
        );
        if (!ok) process.exitCode = 1;
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

function longestGap(frames: readonly ViewedFrame[]): number {
  let longest = 0;
  for (let i = 1; i < frames.length; i++)
    longest = Math.max(longest, (frames[i]?.atMs ?? 0) - (frames[i - 1]?.atMs ?? 0));
  return longest;
}

/** Seconds until a second begins whose frames are all there and fresh; Infinity where none does. */
function recoveredAfter(frames: readonly ViewedFrame[], fromMs: number): number {
  for (let ms = 0; ms < 19_000; ms += 100) {
    const second = frames.filter(({ atMs }) => atMs >= fromMs + ms && atMs < fromMs + ms + 1000);
    if (second.length >= wholeFps && second.every(({ ageMs }) => ageMs < 150)) return ms / 1000;
  }
  return Number.POSITIVE_INFINITY;
}

function printTimeline(
  frames: readonly ViewedFrame[],
  zeroMs: number,
  controls: ReadonlyArray<{ atMs: number; fps: number; quality: number; width?: number; reason: string }>,
): void {
  const from = Math.floor(((frames[0]?.atMs ?? zeroMs) - zeroMs) / 1000);
  const to = Math.ceil(((frames.at(-1)?.atMs ?? zeroMs) - zeroMs) / 1000);
  for (let second = from; second < to; second++) {
    const within = ({ atMs }: { atMs: number }) =>
      atMs >= zeroMs + second * 1000 && atMs < zeroMs + (second + 1) * 1000;
    const ages = frames.filter(within).map(({ ageMs }) => ageMs);
    const told = controls
      .filter(within)
      .map(({ fps, quality, width, reason }) => `${fps}/${quality}/${width ?? '-'} ${reason}`);
    const figures = `${ages.length} fps, p50 ${Math.round(median(ages))} ms, most ${Math.round(Math.max(...ages))} ms`;
    console.log(`  ${String(second).padStart(3)} s: ${figures} ${told.join('; ')}`);
  }
}
