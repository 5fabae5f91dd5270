import { median, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** How much the main thread lags with four cameras at 30 fps, all watched. */
export async function run(args: string[]): Promise<void> {
  const { seconds, runs, cameras } = numberOptions(args, { seconds: 20, runs: 3, cameras: 4 });
  const results: Awaited<ReturnType<typeof once>>[] = [];
  for (let i = 0; i < runs; i++) results.push(await once(seconds, cameras));
  const ok = report(`Main thread, ${cameras} cameras at 30 fps: median of ${runs} runs of ${seconds} s`, [
    { name: 'event-loop delay p50', value: median(results.map(({ p50 }) => p50)), unit: 'ms' },
    { name: 'event-loop delay p99', value: median(results.map(({ p99 }) => p99)), unit: 'ms', atMost: 12 },
  ]);
  if (!ok) process.exitCode = 1;
}

async function once(seconds: number, count: number) {
  const cameras = await startStampedCameras();
  const given = cameras.cameras(count);
  const server = await startServer(given);
  const viewers: LiveViewer[] = [];
  try {
    for (const { id } of given) viewers.push(await LiveViewer.open(`${server.wsUrl}/ws/view/${id}?mode=overlay`));
    await sleep(4000);
    await server.metric('lookout_event_loop_delay_seconds');
    await sleep(seconds * 1000);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const of = (quantile: string) =>
      Number(new RegExp(`lookout_event_loop_delay_seconds{quantile="${quantile}"} (\\S+)`).exec(text)?.[1]) * 1000;
    return { p50: of('0.5'), p99: of('0.99') };
  } finally {
    for (const viewer of viewers) viewer.close();
    await server.stop();
    await cameras.stop();
  }
}
