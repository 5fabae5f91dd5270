import { median, medians, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { numberOptions, report } from '../lib/options.js';
import { rssMb } from '../lib/process-usage.js';
import { type BenchCamera, type BenchServer, startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

const LOOKS = 10;

/**
 * Resident memory of a server with one camera and two analysis workers, and how much each further MJPEG camera adds to the same server,
 * each watched by one viewer. Comparing two servers would add the differences between their starts, which are larger.
 */
export async function run(args: string[]): Promise<void> {
  const { seconds, more, runs } = numberOptions(args, { seconds: 30, more: 4, runs: 3 });
  const measured: Measured[] = [];
  for (let i = 0; i < runs; i++) {
    const figures = await measure(more, seconds);
    console.log(`one camera ${figures.one.toFixed(1)} MB, each further one ${figures.further.toFixed(1)} MB`);
    measured.push(figures);
  }
  const { one, further } = medians(measured);
  const ok = report(`Resident memory of the server, two analysis workers, ${runs} runs`, [
    { name: 'one MJPEG camera', value: one, unit: 'MB', atMost: 450 },
    { name: 'each further MJPEG camera', value: further, unit: 'MB', atMost: 15 },
  ]);
  if (!ok) process.exitCode = 1;
}

interface Measured {
  one: number;
  further: number;
}

async function measure(more: number, seconds: number): Promise<Measured> {
  const cameras = await startStampedCameras({ fps: 30 });
  const [first, ...others] = cameras.cameras(1 + more);
  const server = await startServer([first!], { workers: 2 });
  const viewers: LiveViewer[] = [];
  const watch = async ({ id }: BenchCamera) => {
    viewers.push(await LiveViewer.open(`${server.wsUrl}/ws/view/${id}?mode=overlay`));
  };
  try {
    await watch(first!);
    await sleep(seconds * 1000);
    const one = await residentMb(server);
    for (const camera of others) {
      await server.send('POST', '/api/cameras', camera);
      await watch(camera);
    }
    await sleep(seconds * 1000);
    return { one, further: ((await residentMb(server)) - one) / more };
  } finally {
    for (const viewer of viewers) viewer.close();
    await server.stop();
    await cameras.stop();
  }
}

/** The median of several readings over five seconds: memory fluctuates by some MB. */
async function residentMb({ pid }: BenchServer): Promise<number> {
  const looks: number[] = [];
  for (let i = 0; i < LOOKS; i++) {
    looks.push(rssMb(pid));
    await sleep(500);
  }
  return median(looks);
}
