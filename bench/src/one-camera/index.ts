import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { camerasLive } from '../lib/live-cameras.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { cpuSeconds, rssMb } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** One 640×480 MJPEG camera at 30 fps, every frame analysed: rate and age at a WebSocket viewer (overlay). */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, size, fps } = numberOptions(args, { seconds: 20, runs: 3, size: 416, fps: 30 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(seconds, size, fps));
  const middle = (key: keyof (typeof results)[number]) => median(results.map((result) => result[key]));
  const infer = middle('inferMs');
  const ok = report(`One camera, 640×480 at ${fps} fps, size ${size}: median of ${runs} runs of ${seconds} s`, [
    { name: 'analysed frames at the viewer', value: middle('fps'), unit: 'fps', atLeast: fps - 0.5 },
    { name: 'inference p50', value: infer, unit: 'ms' },
    { name: 'age p50', value: middle('p50'), unit: 'ms', atMost: infer + 5 },
    { name: 'age p95', value: middle('p95'), unit: 'ms', atMost: infer + 15 },
    { name: 'age p99', value: middle('p99'), unit: 'ms' },
    { name: 'server CPU', value: middle('cpu'), unit: '%' },
    { name: 'server RSS', value: middle('rss'), unit: 'MB' },
    { name: 'pictures without a stamp', value: middle('unreadable'), atMost: 0 },
  ]);
  if (!ok) process.exitCode = 1;
}

async function once(seconds: number, size: number, fps: number) {
  const cameras = await startStampedCameras({ fps });
  const server = await startServer(cameras.cameras(1, { inference_size: size, fps: 60 }));
  try {
    await camerasLive(server, 1);
    const viewer = await LiveViewer.open(`${server.wsUrl}/ws/view/cam1?mode=overlay`);
    await sleep(3000);
    const fromMs = monotonicMs();
    const cpu = cpuSeconds(server.pid);
    await sleep(seconds * 1000);
    const elapsed = (monotonicMs() - fromMs) / 1000;
    const frames = viewer.since(fromMs);
    const ages = frames.map(({ ageMs }) => ageMs);
    return {
      fps: frames.length / elapsed,
      p50: percentile(ages, 0.5),
      p95: percentile(ages, 0.95),
      p99: percentile(ages, 0.99),
      inferMs: median(frames.map(({ inferMs }) => inferMs)),
      cpu: ((cpuSeconds(server.pid) - cpu) / elapsed) * 100,
      rss: rssMb(server.pid),
      unreadable: viewer.unreadable,
    };
  } finally {
    await server.stop();
    await cameras.stop();
  }
}
