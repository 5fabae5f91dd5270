import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { medians, monotonicMs, sleep } from '../lib/figures.js';
import { report } from '../lib/options.js';
import { startServer } from '../lib/server-process.js';
import { startStampedCameras } from '../lib/stamped-cameras.js';
import type { RuntimeWork } from './runtime-worker.js';

const CAMERA_FPS = 30;
/** Cameras offer this much more than the runtime alone can analyse: enough to saturate it, but no more work for the cameras than that. */
const SATURATION = 1.15;

/**
 * Analysed frames per second of the whole server under saturating MJPEG cameras, compared with ONNX Runtime alone with the same number of
 * workers, 1 thread each, in the same run: with the model as given, and as the server prepares it, which is faster (the built-in one in 8
 * bits, no padding to a square if the graph allows it).
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
      // Pictures of about 20 KB, like those of an ESP32-CAM.
      quality: { type: 'string', default: '12' },
      bar: { type: 'string', default: '0.85' },
    },
  });
  const model = values.model.includes('/') ? resolve(values.model) : values.model;
  const number = (name: 'seconds' | 'size' | 'workers' | 'quality') => Number(values[name]);
  const load = {
    model,
    size: number('size'),
    workers: number('workers'),
    seconds: number('seconds'),
    quality: number('quality'),
  };
  const results: Rates[] = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const given = await runtimeAlone(load, 'given');
    const served = await runtimeAlone(load, 'served');
    const pipeline = await wholeServer(load, Math.ceil((served * SATURATION) / CAMERA_FPS));
    results.push({ given, served, pipeline, ofGiven: pipeline / given, ofServed: pipeline / served });
  }
  const { given, served, pipeline, ofGiven, ofServed } = medians(results);
  const ok = report(`Throughput, ${model}, 640×480, ${load.workers} workers: median of ${values.runs} runs`, [
    { name: 'ONNX Runtime alone, the model as given', value: given, unit: '/s' },
    { name: `ONNX Runtime alone, as it is served at size ${load.size}`, value: served, unit: '/s' },
    { name: 'whole server, MJPEG cameras saturating it', value: pipeline, unit: '/s' },
    { name: 'share of the model as given', value: ofGiven },
    { name: 'share of the model as it is served', value: ofServed, atLeast: Number(values.bar) },
  ]);
  if (!ok) process.exitCode = 1;
}

interface Rates {
  given: number;
  served: number;
  pipeline: number;
  ofGiven: number;
  ofServed: number;
}

interface Load {
  model: string;
  size: number;
  workers: number;
  seconds: number;
  quality: number;
}

async function wholeServer({ model, size, workers, seconds, quality }: Load, count: number): Promise<number> {
  const cameras = await startStampedCameras({ fps: CAMERA_FPS, quality });
  // Analysed while nobody watches: this measures analysis, not sending.
  const given = cameras.cameras(count, { inference_size: size, fps: 60, idle_fps: 60 });
  const server = await startServer(given, { model, workers });
  try {
    await sleep(4000);
    const label = 'event="analyzed"';
    const before = await server.metric('lookout_frames_total', label);
    const stale = await server.metric('lookout_frames_total', 'event="stale"');
    const fromMs = monotonicMs();
    await sleep(seconds * 1000);
    const after = await server.metric('lookout_frames_total', label);
    if ((await server.metric('lookout_frames_total', 'event="stale"')) === stale) {
      throw new Error(`${count} cameras did not saturate this machine`);
    }
    return ((after - before) / (monotonicMs() - fromMs)) * 1000;
  } finally {
    await server.stop();
    await cameras.stop();
  }
}

/** Sessions alone in worker threads: no image processing, and nothing else running. */
async function runtimeAlone({ model, size, workers, seconds }: Load, form: RuntimeWork['form']): Promise<number> {
  const entry = new URL('./runtime-worker.js', import.meta.url);
  const workerData: RuntimeWork = { model, form, size, seconds };
  const threads = Array.from({ length: workers }, () => new Worker(entry, { workerData }));
  const rates = await Promise.all(
    threads.map((thread) => new Promise<number>((done, fail) => thread.once('message', done).once('error', fail))),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}
