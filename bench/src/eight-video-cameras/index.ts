import type { CameraDetailStats, DetectionsEvent } from '@lookout/protocol';
import { median, monotonicMs, percentile, sleep } from '../lib/figures.js';
import { camerasLive } from '../lib/live-cameras.js';
import { numberOptions, report } from '../lib/options.js';
import { cpuSeconds } from '../lib/process-usage.js';
import { startServer } from '../lib/server-process.js';
import { startVideoCameras } from '../lib/video-cameras.js';

const SETTLE_MS = 10_000;
/** What is compared at both ends. */
const END_MS = 10_000;

interface Seen {
  atMs: number;
  ageMs: number;
}

/**
 * Eight RTSP cameras (H.264, 1280×720 at 25 fps), each analysed five times a second while nobody watches a picture: do detections get
 * older, is every camera served, and what does it cost? Made for two cores: taskset -c 0,1.
 */
export async function run(args: string[]): Promise<void> {
  const defaults = { seconds: 60, cameras: 8, fps: 25, analysed: 5, width: 1280, height: 720, size: 320, workers: 2 };
  const { seconds, cameras: count, fps, analysed, width, height, size, workers } = numberOptions(args, defaults);
  const cameras = await startVideoCameras({ width, height, fps });
  const detect = { fps: analysed, idle_fps: analysed, inference_size: size };
  const given = Array.from({ length: count }, (_, i) => ({ id: `cam${i + 1}`, url: cameras.url(i), detect }));
  const server = await startServer(given, { workers });
  const abort = new AbortController();
  try {
    await camerasLive(server, count);
    const seen = new Map<string, Seen[]>(given.map(({ id }) => [id, []]));
    const following = given.map(({ id }) =>
      follow(`${server.url}/api/detections/stream?camera=${id}`, seen, abort.signal),
    );
    await sleep(SETTLE_MS);
    const fromMs = monotonicMs();
    const cpu = cpuSeconds(server.pid);
    await sleep(seconds * 1000);
    const untilMs = monotonicMs();
    const cores = (cpuSeconds(server.pid) - cpu) / ((untilMs - fromMs) / 1000);
    const stats = await Promise.all(
      given.map(({ id }) => server.json(`/api/cameras/${id}/stats`) as Promise<CameraDetailStats>),
    );
    abort.abort();
    await Promise.all(following);
    const measured = [...seen.values()].map((all) => all.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs));
    const rates = measured.map((one) => one.length / ((untilMs - fromMs) / 1000));
    const ages = (from: number, to: number) =>
      measured.flat().flatMap(({ atMs, ageMs }) => (atMs >= from && atMs < to ? [ageMs] : []));
    const first = median(ages(fromMs, fromMs + END_MS));
    const last = median(ages(untilMs - END_MS, untilMs));
    const ok = report(
      `${count} cameras of H.264, ${width}×${height} at ${fps} fps, ${analysed} analyses/s each, ${seconds} s`,
      [
        { name: 'processor cores', value: cores, atMost: 1.6 },
        { name: 'analysed, slowest camera', value: Math.min(...rates), unit: '/s', atLeast: 0.95 * analysed },
        { name: 'age of detections p50, first 10 s', value: first, unit: 'ms' },
        { name: 'age of detections p50, last 10 s', value: last, unit: 'ms' },
        { name: 'drift', value: last - first, unit: 'ms', atMost: 10 },
        { name: 'age of detections p95', value: percentile(ages(fromMs, untilMs), 0.95), unit: 'ms' },
        { name: 'inference p50', value: median(stats.map(({ inference_ms }) => inference_ms.p50)), unit: 'ms' },
        {
          name: 'cameras that fell back to keyframes',
          value: stats.filter(({ video }) => video?.overloaded).length,
          atMost: 0,
        },
        { name: 'broken frames', value: stats.reduce((sum, { frames }) => sum + frames.dropped.invalid, 0), atMost: 0 },
      ],
    );
    if (!ok) process.exitCode = 1;
  } finally {
    abort.abort();
    await server.stop();
    await cameras.stop();
  }
}

/** Notes the age of each analysis until it is aborted. The server is on this machine, so both read the same clock. */
async function follow(url: string, seen: Map<string, Seen[]>, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`${url} gives ${response.status}`);
    let text = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data:')) continue;
        const { camera, timestamp } = JSON.parse(line.slice(5)) as DetectionsEvent;
        seen.get(camera)?.push({ atMs: monotonicMs(), ageMs: Date.now() - timestamp });
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
