import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { median, monotonicMs, sleep } from '../lib/figures.js';
import { LiveViewer } from '../lib/live-viewer.js';
import { report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';

/**
 * Analysed frames a second of the whole server under saturating MJPEG cameras, against ONNX Runtime alone (the same number of
 * workers, 1 thread each, the same input), in the same run and beside the same camera process.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string', default: 'nanodet-g' },
      seconds: { type: 'string', default: '15' },
      runs: { type: 'string', default: '3' },
      size: { type: 'string', default: '416' },
      workers: { type: 'string', default: '2' },
      bar: { type: 'string', default: '0.85' },
    },
  });
  const model = values.model.includes('/') ? resolve(values.model) : values.model;
  const [seconds, size, workers] = [values.seconds, values.size, values.workers].map(Number) as [
    number,
    number,
    number,
  ];
  const results: Array<{ alone: number; pipeline: number; share: number }> = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const alone = await runtimeAlone(model, size, workers, seconds);
    const pipeline = await wholeServer(model, size, workers, seconds);
    results.push({ alone, pipeline, share: pipeline / alone });
  }
  const middle = (key: 'alone' | 'pipeline' | 'share') => median(results.map((result) => result[key]));
  const ok = report(
    `Throughput, ${model}, 640×480 at size ${size}, ${workers} workers: median of ${values.runs} runs`,
    [
      { name: 'ONNX Runtime alone', value: middle('alone'), unit: '/s' },
      { name: 'whole server, MJPEG cameras saturating it', value: middle('pipeline'), unit: '/s' },
      { name: 'share', value: middle('share'), atLeast: Number(values.bar) },
    ],
  );
  if (!ok) process.exitCode = 1;
}

async function wholeServer(model: string, size: number, workers: number, seconds: number): Promise<number> {
  // Twelve cameras at 30 fps: more than any model here serves on two cores.
  const cameras = await startStampedCameras({ fps: 30 });
  const given = cameras.cameras(12, { inference_size: size, fps: 60 });
  const server = await startServer(given, { model, workers });
  const viewers: LiveViewer[] = [];
  try {
    for (const { id } of given) viewers.push(await LiveViewer.open(`${server.wsUrl}/ws/view/${id}?mode=overlay`));
    await sleep(3000);
    const label = 'event="analyzed"';
    const before = await server.metric('lookout_frames_total', label);
    const fromMs = monotonicMs();
    await sleep(seconds * 1000);
    const after = await server.metric('lookout_frames_total', label);
    return ((after - before) / (monotonicMs() - fromMs)) * 1000;
  } finally {
    for (const viewer of viewers) viewer.close();
    await server.stop();
    await cameras.stop();
  }
}

/** Sessions alone in worker threads, no picture work, with the camera process idle beside them. */
async function runtimeAlone(model: string, size: number, workers: number, seconds: number): Promise<number> {
  const entry = new URL('./runtime-worker.js', import.meta.url);
  const threads = Array.from(
    { length: workers },
    () => new Worker(entry, { workerData: { model, width: 640, height: 480, size, seconds } }),
  );
  const rates = await Promise.all(
    threads.map((thread) => new Promise<number>((done, fail) => thread.once('message', done).once('error', fail))),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}
