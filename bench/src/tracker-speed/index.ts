import { cpus } from 'node:os';
import type { Detection } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import { percentile } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { simulateCrowd } from './crowd.js';

const FPS = 30;
/** Objects in view to minimum updates per second on one core. */
const BARS: ReadonlyMap<number, number> = new Map([
  [10, 20_000],
  [100, 1000],
]);

interface Speed {
  objects: number;
  updates: number;
  /** Per second of processor time of all threads (including garbage collector and compiler): what one dedicated core does. */
  updatesPerSecond: number;
  /** By wall clock, so other load on the machine shows in the tail. */
  p50Us: number;
  p99Us: number;
  /** Share of the detections that got an identity. */
  trackedShare: number;
}

/**
 * Updates per second of the tracker on one core, with a simulated crowd at 30 fps. `npm run bench -- tracker-speed [--seconds 3] [--seed
 * 1]`; the exit code is 1 when a bar is missed.
 * @throws Error when the tracker does not track enough of the crowd.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, seed } = numberOptions(args, { seconds: 3, seed: 1 });
  const results = [...BARS.keys()].map((objects) => measure(objects, seconds, seed));
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, one thread`);
  const bars = results.flatMap(({ objects, updatesPerSecond, p50Us, p99Us }) => [
    { name: `${objects} objects`, value: updatesPerSecond, unit: '1/s', atLeast: BARS.get(objects) },
    { name: `${objects} objects, one update, median`, value: p50Us, unit: 'µs' },
    { name: `${objects} objects, one update, p99`, value: p99Us, unit: 'µs' },
  ]);
  if (!report('Tracker speed', bars)) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'tracker-speed', results }));
}

function measure(objects: number, seconds: number, seed: number): Speed {
  const crowd = simulateCrowd(objects, 20 * FPS, FPS, seed);
  play(crowd, []);
  const timesUs: number[] = [];
  let tracked = 0;
  let detected = 0;
  const before = process.cpuUsage();
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    tracked += play(crowd, timesUs);
    detected += crowd.reduce((sum, detections) => sum + detections.length, 0);
  }
  const used = process.cpuUsage(before);
  const trackedShare = tracked / detected;
  if (trackedShare < 0.9) throw new Error(`Expected 0.9 of the detections in tracks, got ${trackedShare}`);
  return {
    objects,
    updates: timesUs.length,
    updatesPerSecond: (1e6 * timesUs.length) / (used.user + used.system),
    p50Us: percentile(timesUs, 0.5),
    p99Us: percentile(timesUs, 0.99),
    trackedShare,
  };
}

/** One pass through the crowd with a fresh tracker. @returns how many detections it gave an identity. */
function play(crowd: readonly (readonly Detection[])[], timesUs: number[]): number {
  const tracker = createTracker();
  let tracked = 0;
  for (const [frame, detections] of crowd.entries()) {
    const startMs = performance.now();
    const result = tracker.update(detections, (frame * 1000) / FPS).detections;
    timesUs.push((performance.now() - startMs) * 1000);
    for (const { track_id } of result) if (track_id !== undefined) tracked++;
  }
  return tracked;
}
