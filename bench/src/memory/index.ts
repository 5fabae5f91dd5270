import { sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/** Resident memory with one camera and two analysis workers, and what each further MJPEG camera adds. */
export async function run(args: string[]): Promise<void> {
  const { seconds, more } = numberOptions(args, { seconds: 30, more: 4 });
  const one = await measure(1, seconds);
  const many = await measure(1 + more, seconds);
  const ok = report('Resident memory of the server, two analysis workers', [
    { name: 'one MJPEG camera', value: one, unit: 'MB', atMost: 450 },
    { name: 'each further MJPEG camera', value: (many - one) / more, unit: 'MB', atMost: 15 },
  ]);
  if (!ok) process.exitCode = 1;
}

async function measure(count: number, seconds: number): Promise<number> {
  const cameras = await startStampedCameras({ fps: 30 });
  const given = cameras.cameras(count);
  const server = await startServer(given, { workers: 2 });
  const viewers: LiveViewer[] = [];
  try {
    for (const { id } of given) viewers.push(await LiveViewer.open(`${server.wsUrl}/ws/view/${id}?mode=overlay`));
    await sleep(seconds * 1000);
    return rssMb(server.pid);
  } finally {
    for (const viewer of viewers) viewer.close();
    await server.stop();
    await cameras.stop();
  }
}
