import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { SlowReader } from '../lib/slow-reader.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** Many viewers of one camera, one at 200 KB/s and one that never reads: no other viewer notices, nothing grows. */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, viewers, size } = numberOptions(args, { seconds: 30, runs: 3, viewers: 100, size: 416 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(seconds, viewers, size));
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const ok = report(`${viewers} viewers of one 30 fps camera: median of ${runs} runs of ${seconds} s`, [
    { name: 'frames at the normal viewers', value: middle('fps'), unit: 'fps' },
    { name: 'inference p50', value: middle('inferMs'), unit: 'ms' },
    { name: 'normal viewers’ age p50', value: middle('p50'), unit: 'ms' },
    { name: 'normal viewers’ age p95', value: middle('p95'), unit: 'ms', atMost: middle('inferMs') + 20 },
    { name: 'age at the 200 KB/s viewer, p50', value: middle('slowP50'), unit: 'ms', atMost: 500 },
    { name: 'age at the 200 KB/s viewer, last 5 s', value: middle('slowLast'), unit: 'ms', atMost: 500 },
    { name: 'growth of the server’s memory', value: middle('growth'), unit: 'MB', atMost: 20 },
    { name: 'JPEGs encoded for overlay viewers', value: middle('encodes'), atMost: 0 },
  ]);
  if (!ok) process.exitCode = 1;
}

async function once(seconds: number, count: number, size: number) {
  const cameras = await startStampedCameras();
  const server = await startServer(cameras.cameras(1, { inference_size: size }));
  const open: Array<{ close(): void }> = [];
  try {
    const url = `${server.wsUrl}/ws/view/cam1?mode=overlay`;
    const normal = await Promise.all(Array.from({ length: count - 2 }, () => LiveViewer.open(url)));
    open.push(...normal);
    await sleep(4000);
    const rssBefore = rssMb(server.pid);
    const slow = await SlowReader.open(url, 200_000);
    const stuck = await SlowReader.open(url, 0);
    open.push(slow, stuck);
    await sleep(2000);
    const fromMs = monotonicMs();
    await sleep(seconds * 1000);
    const elapsed = (monotonicMs() - fromMs) / 1000;
    const frames = normal.flatMap((viewer) => viewer.since(fromMs));
    const ages = frames.map(({ ageMs }) => ageMs);
    const slowAges = slow.frames.filter(({ atMs }) => atMs >= fromMs);
    const last = slow.frames.filter(({ atMs }) => atMs >= monotonicMs() - 5000);
    return {
      fps: frames.length / normal.length / elapsed,
      inferMs: median(frames.map(({ inferMs }) => inferMs)),
      p50: percentile(ages, 0.5),
      p95: percentile(ages, 0.95),
      slowP50: median(slowAges.map(({ ageMs }) => ageMs)),
      slowLast: median(last.map(({ ageMs }) => ageMs)),
      growth: rssMb(server.pid) - rssBefore,
      encodes: await server.metric('lookout_encodes_total'),
    };
  } finally {
    for (const viewer of open) viewer.close();
    await server.stop();
    await cameras.stop();
  }
}
