import { type ChildProcess, spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { sleep } from '../lib/figures.js';
import { report } from '../lib/options.js';
import { demoClip } from '../lib/paths.js';
import { answering, copyProbes, findPeerModel, inTurn, type Probes, runProbe, startPeer } from '../lib/peers.js';
import { end, freePort, startServer } from '../lib/server-process.js';

/** The part of a probe's output that is used here. */
interface ProbeResult {
  ageMs: { p50: number; p95: number };
  fps?: number;
  freshFps?: number;
  serverCpuPct?: number;
}

/**
 * The same model and camera through Lookout and through Python baselines (FastAPI, OpenCV, the same ONNX Runtime library), measured
 * alternately by the same external probes. Needs a folder of probes that contains `peers/`, and their Debian packages.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      probes: { type: 'string' },
      model: { type: 'string' },
      runs: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '12' },
      // V8 compiles code that runs ten times a second for a minute, and again for the first few cameras that come and go. A server runs
      // for weeks.
      warmup: { type: 'string', default: '120' },
      only: { type: 'string', default: 'stream,feed' },
      query: { type: 'string', default: 'fps=10&skip_frames=2' },
    },
  });
  const probes = copyProbes(values.probes, 'p2-viewer.mjs');
  const { seconds, warmup } = values;
  const context: Context = { probes, model: findPeerModel(values.model), seconds, warmup };
  try {
    const wanted = values.only.split(',');
    const runs = Number(values.runs);
    let ok = true;
    if (wanted.includes('stream') && !(await stream(context, runs, values.query))) ok = false;
    if (wanted.includes('feed') && !(await feed(context, runs))) ok = false;
    if (!ok) process.exitCode = 1;
  } finally {
    probes.remove();
  }
}

async function stream(context: Context, runs: number, query: string): Promise<boolean> {
  const { ours, theirs, ratio } = await compare(context, runs, {
    endpoint: '/ws/stream/detect',
    probe: 'p2-viewer.mjs',
    ours: (base) => ['--url', `${base.replace('http', 'ws')}/ws/stream/cam1?${query}`],
    theirs: (base) => ['--url', `${base.replace('http', 'ws')}/ws/stream/detect?${query}`],
  });
  return report(`JSON stream at ${query}, against the baseline: median of ${runs} runs`, [
    { name: 'age p50, Lookout', value: ours.p50, unit: 'ms' },
    { name: 'age p50, baseline', value: theirs.p50, unit: 'ms' },
    { name: 'age p50, ratio', value: ratio.p50, atMost: 0.9 },
    { name: 'age p95, Lookout', value: ours.p95, unit: 'ms' },
    { name: 'age p95, baseline', value: theirs.p95, unit: 'ms' },
    { name: 'CPU, Lookout', value: ours.cpu, unit: '%' },
    { name: 'CPU, baseline', value: theirs.cpu, unit: '%' },
    { name: 'CPU, ratio', value: ratio.cpu },
    { name: 'frames sent, Lookout', value: ours.fps, unit: 'fps' },
    { name: 'frames sent, baseline', value: theirs.fps, unit: 'fps' },
    // If one of them sends less, its processor has less to do.
    { name: 'CPU of a frame, Lookout', value: (ours.cpu / ours.fps) * 10, unit: 'ms' },
    { name: 'CPU of a frame, baseline', value: (theirs.cpu / theirs.fps) * 10, unit: 'ms' },
    { name: 'CPU of a frame, ratio', value: ours.cpu / ours.fps / (theirs.cpu / theirs.fps), atMost: 1.1 },
  ]);
}

async function feed(context: Context, runs: number): Promise<boolean> {
  const { ours, theirs } = await compare(context, runs, {
    endpoint: '/video_feed_fixed',
    probe: 'mjpeg-viewer.mjs',
    ours: (base) => ['--url', `${base}/video_feed`],
    theirs: (base) => ['--url', `${base}/video_feed_fixed`],
  });
  return report(`/video_feed annotated, against the baseline: median of ${runs} runs`, [
    { name: 'age p50, Lookout', value: ours.p50, unit: 'ms', atMost: 15 },
    { name: 'age p50, baseline', value: theirs.p50, unit: 'ms' },
    { name: 'age p95, Lookout', value: ours.p95, unit: 'ms' },
    { name: 'age p95, baseline', value: theirs.p95, unit: 'ms' },
    { name: 'frames sent, Lookout', value: ours.fps, unit: 'fps' },
    { name: 'frames sent, baseline', value: theirs.fps, unit: 'fps' },
  ]);
}

interface Context {
  probes: Probes;
  model: string;
  seconds: string;
  /** Seconds before the measurement. */
  warmup: string;
}

interface Comparison {
  /** An endpoint that only the baseline to compare with has. */
  endpoint: string;
  probe: string;
  ours(base: string): string[];
  theirs(base: string): string[];
}

interface Figures {
  p50: number;
  p95: number;
  cpu: number;
  fps: number;
}

/** Turns are short, so that both run at the same speed of the machine. */
async function compare(context: Context, runs: number, comparison: Comparison) {
  const ours = await startOurs(context, comparison);
  try {
    // The warm-up takes turns as well: the measured turns also add the camera anew.
    const turnSeconds = Number(SETTLING_SECONDS) + Number(context.seconds);
    for (let warmed = 0; warmed < Number(context.warmup); warmed += turnSeconds) {
      await ours.measure(SETTLING_SECONDS, context.seconds);
    }
    return await inTurn(
      runs,
      () => ours.measure(SETTLING_SECONDS, context.seconds),
      () => measureTheirs(context, comparison),
    );
  } finally {
    await ours.stop();
  }
}

/** From the start of a turn to its measurement, seconds. */
const SETTLING_SECONDS = '4';

/** Starts a server that stays up, and reads its camera only during its turns. */
async function startOurs({ probes, model }: Context, { probe, ours }: Comparison) {
  const source = await startSource(probes);
  const server = await startServer([], { model, workers: 2 }).catch(async (error) => {
    await end(source.child);
    throw error;
  });
  return {
    measure: async (settling: string, seconds: string): Promise<Figures> => {
      await server.send('POST', '/api/cameras', { id: 'cam1', url: source.url });
      await sleep(1000);
      const figures = await measure(probes, probe, server.pid, ours(server.url), settling, seconds);
      await server.send('DELETE', '/api/cameras/cam1');
      return figures;
    },
    stop: async () => {
      await server.stop();
      await end(source.child);
    },
  };
}

/**
 * Started for each turn, since some baselines read their camera as long as they run. Python compiles nothing at runtime, so it needs no
 * warm-up.
 */
async function measureTheirs(
  { probes, model, seconds }: Context,
  { endpoint, probe, theirs }: Comparison,
): Promise<Figures> {
  const source = await startSource(probes);
  try {
    const port = await freePort();
    const child = await startPeer(probes, endpoint, port, { MODEL: model, SOURCE: source.url, ESP32_URL: source.url });
    try {
      await sleep(1000);
      const where = theirs(`http://127.0.0.1:${port}`);
      return await measure(probes, probe, child.pid as number, where, SETTLING_SECONDS, seconds);
    } finally {
      await end(child);
    }
  } finally {
    await end(source.child);
  }
}

async function startSource({ folder }: Probes): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const child = spawn(process.execPath, ['mjpeg-source.mjs', '--port', String(port), '--seconds', '3600'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, STREET: demoClip },
  });
  try {
    await answering(port);
  } catch (error) {
    await end(child);
    throw error;
  }
  return { child, url: `http://127.0.0.1:${port}/stream` };
}

async function measure(
  probes: Probes,
  probe: string,
  pid: number,
  where: string[],
  settling: string,
  seconds: string,
): Promise<Figures> {
  const flags = [...where, '--warmup', settling, '--duration', seconds, '--pid', String(pid)];
  const result = (await runProbe(probes, probe, flags)) as ProbeResult;
  return {
    p50: result.ageMs.p50,
    p95: result.ageMs.p95,
    cpu: result.serverCpuPct ?? Number.NaN,
    fps: result.freshFps ?? result.fps ?? Number.NaN,
  };
}
