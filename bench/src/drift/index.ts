import { median, monotonicMs, sleep, slope } from '../lib/figures.js';
import { LiveViewer, type ViewedFrame } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** One camera for ten minutes: does the age drift, does memory grow? */
export async function run(args: string[]): Promise<void> {
  const { minutes, settle } = numberOptions(args, { minutes: 10, settle: 2 });
  const cameras = await startStampedCameras();
  const server = await startServer(cameras.cameras(1, { inference_size: 416 }));
  try {
    const viewer = await LiveViewer.open(`${server.wsUrl}/ws/view/cam1?mode=overlay`);
    await sleep(2000);
    const fromMs = monotonicMs();
    const memory: Array<[minutes: number, mb: number]> = [];
    let first: Figures | undefined;
    while (monotonicMs() - fromMs < minutes * 60_000) {
      await sleep(5000);
      const elapsed = (monotonicMs() - fromMs) / 60_000;
      if (elapsed >= settle) memory.push([elapsed, rssMb(server.pid)]);
      if (first === undefined && elapsed >= 10 / 60) {
        first = figures(viewer.since(fromMs));
      }
      // Only the ends matter: the bench itself must not grow during a long run.
      if (viewer.frames.length > 2000) viewer.frames.splice(0, viewer.frames.length - 1000);
    }
    const last = figures(viewer.since(monotonicMs() - 10_000));
    const begin = first ?? last;
    const ok = report(`One camera for ${minutes} minutes`, [
      { name: 'age p50, first 10 s', value: begin.age, unit: 'ms' },
      { name: 'age p50, last 10 s', value: last.age, unit: 'ms' },
      { name: 'drift', value: last.age - begin.age, unit: 'ms', atMost: 3 },
      // A shared machine changes its speed: the inference time distinguishes that from a growing queue.
      { name: 'drift beyond inference', value: last.beyond - begin.beyond, unit: 'ms', atMost: 3 },
      { name: 'inference p50, first 10 s', value: begin.inference, unit: 'ms' },
      { name: 'inference p50, last 10 s', value: last.inference, unit: 'ms' },
      { name: `RSS slope after ${settle} min`, value: slope(memory), unit: 'MB/min', atMost: 0.5 },
      { name: 'RSS at the end', value: memory.at(-1)?.[1] ?? Number.NaN, unit: 'MB' },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    await server.stop();
    await cameras.stop();
  }
}

interface Figures {
  age: number;
  inference: number;
  beyond: number;
}

function figures(frames: readonly ViewedFrame[]): Figures {
  return {
    age: median(frames.map(({ ageMs }) => ageMs)),
    inference: median(frames.map(({ inferMs }) => inferMs)),
    beyond: median(frames.map(({ ageMs, inferMs }) => ageMs - inferMs)),
  };
}
