import { parseArgs } from 'node:util';
import { sleep } from '../lib/figures.js';
import { type Bar, report } from '../lib/options.js';
import { copyProbes, findPeerModel, inTurn, type Probes, runProbe, startPeer } from '../lib/peers.js';
import { end, freePort, startServer } from '../lib/server-process.js';

/** The part of the probe's output that is used here. */
interface ProbeResult {
  latencyMs: { p50: number; p95: number };
  outFpsPerViewer: number;
  serverCpuPct: number;
  viewers: Array<{ slow?: boolean; ageLast3s: number | null; latencyMs: { p95?: number } }>;
}

interface Context {
  probes: Probes;
  model: string;
  seconds: string;
  /** Seconds before the measurement. */
  warmup: string;
  /** Frames per second of each camera. */
  fps: string;
}

interface Scenario {
  name: string;
  cameras: number;
  flags: string[];
  /** The baseline's queue: 0 works in its receive loop, 10 drops the oldest of ten. */
  queue: number;
}

interface Figures {
  p50: number;
  p95: number;
  cpu: number;
  /** Analysed frames per second at one viewer of each camera, summed over all cameras. */
  analysed: number;
  slowAge: number;
  /** Median inference as the server reports it; only for ours. */
  infer: number;
}

const SEVERAL_FLAGS = ['--stats-every', '0'];
const SCENARIOS: Scenario[] = [
  { name: '1', cameras: 1, flags: [], queue: 0 },
  { name: '4', cameras: 4, flags: [], queue: 0 },
  { name: '8', cameras: 8, flags: SEVERAL_FLAGS, queue: 10 },
  { name: 'slow', cameras: 1, flags: ['--viewers', '1', '--slow-viewers', '1', '--slow-rate', '200000'], queue: 0 },
];

/**
 * Cameras that publish to Lookout and to a Python baseline (FastAPI, OpenCV, the same ONNX Runtime library) with the same model, measured
 * alternately by the same external probe. Needs a folder of probes that contains `peers/`, and their Debian packages.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      probes: { type: 'string' },
      model: { type: 'string' },
      runs: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '12' },
      // V8 compiles frequently executed code in its first half minute; a server runs for weeks.
      warmup: { type: 'string', default: '30' },
      only: { type: 'string', default: '1,4,8,slow' },
      fps: { type: 'string', default: '30' },
    },
  });
  const probes = copyProbes(values.probes, 'p1-camera-viewer.mjs');
  const { seconds, warmup, fps } = values;
  const context = { probes, model: findPeerModel(values.model), seconds, warmup, fps };
  try {
    let ok = true;
    for (const scenario of SCENARIOS.filter(({ name }) => values.only.split(',').includes(name))) {
      const { ours, theirs } = await inTurn(
        Number(values.runs),
        () => measureOurs(context, scenario),
        () => measureTheirs(context, scenario),
      );
      const title =
        scenario.name === 'slow'
          ? 'A viewer at 200 KB/s beside another'
          : `${scenario.cameras} published cameras at ${fps} fps`;
      const theirKind = scenario.queue ? `its queue of ${scenario.queue}` : 'no queue';
      const bars = barsOf(scenario, ours, theirs);
      if (!report(`${title}, against the baseline with ${theirKind}: median of ${values.runs} runs`, bars)) ok = false;
    }
    if (!ok) process.exitCode = 1;
  } finally {
    probes.remove();
  }
}

function barsOf({ name }: Scenario, ours: Figures, theirs: Figures): Bar[] {
  const told: Bar[] = [
    { name: 'p50, Lookout', value: ours.p50, unit: 'ms' },
    { name: 'p50, baseline', value: theirs.p50, unit: 'ms' },
    { name: 'p95, Lookout', value: ours.p95, unit: 'ms' },
    { name: 'p95, baseline', value: theirs.p95, unit: 'ms' },
    { name: 'CPU, Lookout', value: ours.cpu, unit: '%' },
    { name: 'CPU, baseline', value: theirs.cpu, unit: '%' },
    { name: 'analysed in all, Lookout', value: ours.analysed, unit: 'fps' },
    { name: 'analysed in all, baseline', value: theirs.analysed, unit: 'fps' },
    // If one of them analyses less, its processor has less to do.
    { name: 'CPU of a frame, Lookout', value: (ours.cpu / ours.analysed) * 10, unit: 'ms' },
    { name: 'CPU of a frame, baseline', value: (theirs.cpu / theirs.analysed) * 10, unit: 'ms' },
  ];
  const p95 = (atMost: number): Bar => ({ name: 'p95, ratio', value: ours.p95 / theirs.p95, atMost });
  const cpu = (atMost: number): Bar => ({ name: 'CPU, ratio', value: ours.cpu / theirs.cpu, atMost });
  switch (name) {
    case '1':
      return [...told, p95(1.1), cpu(1)];
    case '4':
      return [...told, p95(1.1), cpu(0.9)];
    case '8':
      return [...told, p95(0.3), { name: 'analysed, ratio', value: ours.analysed / theirs.analysed, atLeast: 1.1 }];
    default:
      return [
        ...told,
        { name: 'inference p50, Lookout', value: ours.infer, unit: 'ms' },
        { name: 'the other viewer’s p95, Lookout', value: ours.p95, unit: 'ms', atMost: ours.infer + 15 },
        { name: 'the slow viewer’s age at the end, Lookout', value: ours.slowAge, unit: 'ms', atMost: 500 },
        { name: 'the slow viewer’s age at the end, baseline', value: theirs.slowAge, unit: 'ms' },
      ];
  }
}

async function measureOurs(context: Context, scenario: Scenario): Promise<Figures> {
  const cameras = Array.from({ length: scenario.cameras }, (_, index) => ({
    id: `cam${index + 1}`,
    kind: 'push' as const,
    detect: { fps: 60 },
  }));
  const server = await startServer(cameras, { model: context.model, workers: 2 });
  try {
    const figures = await probe(context, scenario, server.wsUrl, server.pid);
    const stats = (await server.json('/api/cameras/cam1/stats')) as { inference_ms: { p50: number } };
    return { ...figures, infer: stats.inference_ms.p50 };
  } finally {
    await server.stop();
  }
}

async function measureTheirs(context: Context, scenario: Scenario): Promise<Figures> {
  const port = await freePort();
  const env = { QUEUE: String(scenario.queue), MODEL: context.model };
  const child = await startPeer(context.probes, '/ws/camera/{token}', port, env);
  try {
    await sleep(1000);
    return await probe(context, scenario, `ws://127.0.0.1:${port}`, child.pid as number);
  } finally {
    await end(child);
  }
}

async function probe(
  { probes, seconds, warmup, fps }: Context,
  scenario: Scenario,
  base: string,
  pid: number,
): Promise<Figures> {
  const where = ['--camera', `${base}/ws/camera/{token}`, '--viewer', `${base}/ws/view/{token}`];
  const long = scenario.name === 'slow' ? '25' : seconds;
  const how = ['--cameras', String(scenario.cameras), '--duration', long, '--warmup', warmup, '--fps', fps];
  const flags = [...where, ...how, '--pid', String(pid), ...scenario.flags];
  const result = (await runProbe(probes, 'p1-camera-viewer.mjs', flags)) as ProbeResult;
  return {
    p50: result.latencyMs.p50,
    p95: result.latencyMs.p95,
    cpu: result.serverCpuPct,
    analysed: result.outFpsPerViewer * scenario.cameras,
    slowAge: result.viewers.find(({ slow }) => slow)?.ageLast3s ?? Number.NaN,
    infer: Number.NaN,
  };
}
