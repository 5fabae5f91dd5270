import { startChromium } from '../lib/chromium.js';
import { median, sleep } from '../lib/figures.js';
import { camerasLive } from '../lib/live-cameras.js';
import { numberOptions, report } from '../lib/options.js';
import { cpuSeconds } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { startVideoCameras } from '../lib/video-cameras.js';
import { watchWall } from './watch-wall.js';

const SETTLE_MS = 8000;

/**
 * Six RTSP cameras (H.264, 25 fps) with detection on the wall, in Chromium: pictures drawn of the slowest, whether they get later, and
 * whether the page ever stands still. Camera, server, inference and browser share this machine. Made for two cores: taskset -c 0,1.
 */
export async function run(args: string[]): Promise<void> {
  const defaults = { seconds: 30, cameras: 6, fps: 25, width: 640, height: 480, workers: 2, kiosk: 1 };
  const { seconds, cameras: count, fps, width, height, workers, kiosk } = numberOptions(args, defaults);
  const cameras = await startVideoCameras({ width, height, fps });
  const given = Array.from({ length: count }, (_, i) => ({ id: `cam${i + 1}`, url: cameras.url(i) }));
  const server = await startServer(given, { workers });
  const browser = await startChromium();
  try {
    await camerasLive(server, count);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const wall = await watchWall(page);
    await page.goto(`${server.url}/wall${kiosk ? '?kiosk=1&wake=0' : ''}`, { waitUntil: 'commit' });
    await sleep(SETTLE_MS);
    const cpu = cpuSeconds(server.pid);
    const measured = await wall.measure(seconds);
    const cores = (cpuSeconds(server.pid) - cpu) / seconds;
    const third = Math.ceil(measured.delaysMs.length / 3);
    const title = `${count} cameras of H.264 on the wall, ${width}×${height} at ${fps} fps, ${seconds} s`;
    const ok = report(title, [
      { name: 'pictures drawn, slowest camera', value: Math.min(...measured.drawnFps), unit: 'fps', atLeast: 14.25 },
      { name: 'delay as the page says, p50', value: median(measured.delaysMs), unit: 'ms' },
      {
        name: 'later in the last third than in the first',
        value: median(measured.delaysMs.slice(-third)) - median(measured.delaysMs.slice(0, third)),
        unit: 'ms',
        atMost: 30,
      },
      { name: 'longest task', value: measured.longestTaskMs, unit: 'ms', atMost: 100 },
      { name: 'tasks over 50 ms', value: measured.longTasks },
      { name: 'layout shift', value: measured.layoutShift, atMost: 0.02 },
      { name: 'processor cores of the server', value: cores },
    ]);
    if (!ok) process.exitCode = 1;
  } finally {
    await browser.close();
    await server.stop();
    await cameras.stop();
  }
}
