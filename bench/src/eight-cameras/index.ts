import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** Eight 640×480 cameras at 30 fps: total compared with the saturated maximum of the same machine, fairness, age at viewers. */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, size, cameras } = numberOptions(args, { seconds: 20, runs: 3, size: 416, cameras: 8 });
  const results: Array<Awaited<ReturnType<typeof watch>> & { share: number; saturated: number }> = [];
  for (let i = 0; i < runs; i++) {
    // The saturated maximum: the fewest cameras that offer more than the machine can analyse.
    const saturated = await watch(4, 60, seconds, size);
    const many = await watch(cameras, 30, seconds, size);
    results.push({ ...many, share: many.total / saturated.total, saturated: saturated.total });
  }
  const middle = (key: 'total' | 'share' | 'fairness' | 'worstP95' | 'saturated' | 'delayP99') =>
    median(results.map((result) => result[key]));
  const ok = report(`${cameras} cameras, 640×480 at 30 fps, size ${size}: median of ${runs} runs of ${seconds} s`, [
    { name: 'analysed in total', value: middle('total'), unit: '/s' },
    { name: 'saturated maximum (4 cameras at 60 fps)', value: middle('saturated'), unit: '/s' },
    { name: 'total against the saturated maximum', value: middle('share'), atLeast: 0.9 },
    { name: 'fairness (least / most analysed)', value: middle('fairness'), atLeast: 0.9 },
    { name: 'worst camera’s age p95 at its viewer', value: middle('worstP95'), unit: 'ms', atMost: 150 },
    { name: 'main event-loop delay p99', value: middle('delayP99'), unit: 'ms' },
  ]);
  if (!ok) process.exitCode = 1;
}

async function watch(count: number, fps: number, seconds: number, size: number) {
  const cameras = await startStampedCameras({ fps });
  const given = cameras.cameras(count, { inference_size: size, fps: 60 });
  const server = await startServer(given);
  try {
    const viewers = await Promise.all(
      given.map(({ id }) => LiveViewer.open(`${server.wsUrl}/ws/view/${id}?mode=overlay`)),
    );
    await sleep(4000);
    await server.metric('lookout_event_loop_delay_seconds');
    const fromMs = monotonicMs();
    await sleep(seconds * 1000);
    const elapsed = (monotonicMs() - fromMs) / 1000;
    const rates = viewers.map((viewer) => viewer.since(fromMs).length / elapsed);
    const p95s = viewers.map((viewer) =>
      percentile(
        viewer.since(fromMs).map(({ ageMs }) => ageMs),
        0.95,
      ),
    );
    return {
      total: rates.reduce((sum, rate) => sum + rate, 0),
      fairness: Math.min(...rates) / Math.max(...rates),
      worstP95: Math.max(...p95s),
      delayP99: (await server.metric('lookout_event_loop_delay_seconds', '0.99')) * 1000,
    };
  } finally {
    await server.stop();
    await cameras.stop();
  }
}
