import { parseArgs } from 'node:util';
import { sleep } from '../lib/figures.js';
import { type Bar, report } from '../lib/options.js';
import { copyProbes, findPeerModel, inTurn, type Probes, runProbe, startPeer } from '../lib/peers.js';
import { end, freePort, startServer } from '../lib/server-process.js';

const PROBE = 'p3-detect.mjs';

/** The part of the probe's output that is used here. */
interface ProbeResult {
  roundTripMs: { p50: number; p95: number };
  totalFps: number;
  serverCpuPct: number;
}

interface Context {
  probes: Probes;
  model: string;
  seconds: string;
}

interface Figures {
  p50: number;
  p95: number;
  fps: number;
  cpu: number;
}

interface Scenario {
  name: string;
  title: string;
  flags: string[];
  bars(ours: Figures, theirs: Figures): Bar[];
}

const p95 = (ours: Figures, theirs: Figures, atMost: number): Bar => ({
  name: 'p95, ratio',
  value: ours.p95 / theirs.p95,
  atMost,
});
const throughput = (ours: Figures, theirs: Figures, atLeast: number): Bar => ({
  name: 'results, ratio',
  value: ours.fps / theirs.fps,
  atLeast,
});

const scenarios: Scenario[] = [
  {
    name: '1',
    title: 'One session, the next frame after the last answer',
    flags: ['--sessions', '1'],
    bars: (ours, theirs) => [p95(ours, theirs, 1.1)],
  },
  {
    name: '8',
    title: '8 sessions, the next frame after the last answer',
    flags: ['--sessions', '8'],
    bars: (ours, theirs) => [throughput(ours, theirs, 1.5), p95(ours, theirs, 0.75)],
  },
  {
    name: 'open',
    title: '8 sessions × 25 fps offered',
    flags: ['--sessions', '8', '--fps', '25', '--ready', '400'],
    bars: (ours, theirs) => [p95(ours, theirs, 0.25)],
  },
];

/**
 * Sessions of the detection API through Lookout and through a Python baseline (FastAPI, OpenCV, the same ONNX Runtime library) with the
 * same model, measured alternately by the same external probe. Needs a folder of probes that contains `peers/`, and their Debian packages.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      probes: { type: 'string' },
      model: { type: 'string' },
      runs: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '10' },
      only: { type: 'string', default: '1,8,open' },
    },
  });
  const probes = copyProbes(values.probes, PROBE);
  const context = { probes, model: findPeerModel(values.model), seconds: values.seconds };
  try {
    let ok = true;
    for (const scenario of scenarios.filter(({ name }) => values.only.split(',').includes(name))) {
      const { ours, theirs } = await inTurn(
        Number(values.runs),
        () => measureOurs(context, scenario),
        () => measureTheirs(context, scenario),
      );
      const title = `${scenario.title}, against the baseline: median of ${values.runs} runs`;
      if (!report(title, barsOf(scenario, ours, theirs))) ok = false;
    }
    if (!ok) process.exitCode = 1;
  } finally {
    probes.remove();
  }
}

function barsOf({ bars }: Scenario, ours: Figures, theirs: Figures): Bar[] {
  return [
    { name: 'round trip p50, Lookout', value: ours.p50, unit: 'ms' },
    { name: 'round trip p50, baseline', value: theirs.p50, unit: 'ms' },
    { name: 'round trip p95, Lookout', value: ours.p95, unit: 'ms' },
    { name: 'round trip p95, baseline', value: theirs.p95, unit: 'ms' },
    { name: 'results, Lookout', value: ours.fps, unit: '/s' },
    { name: 'results, baseline', value: theirs.fps, unit: '/s' },
    { name: 'CPU, Lookout', value: ours.cpu, unit: '%' },
    { name: 'CPU, baseline', value: theirs.cpu, unit: '%' },
    ...bars(ours, theirs),
  ];
}

async function measureOurs(context: Context, scenario: Scenario): Promise<Figures> {
  const server = await startServer([], { model: context.model, workers: 2 });
  try {
    return await measure(context, scenario, server.url, server.pid);
  } finally {
    await server.stop();
  }
}

async function measureTheirs(context: Context, scenario: Scenario): Promise<Figures> {
  const port = await freePort();
  const child = await startPeer(context.probes, '/stream/sessions', port, { MODEL: context.model });
  try {
    await sleep(1000);
    return await measure(context, scenario, `http://127.0.0.1:${port}`, child.pid as number);
  } finally {
    await end(child);
  }
}

async function measure({ probes, seconds }: Context, scenario: Scenario, base: string, pid: number): Promise<Figures> {
  const how = ['--mode', 'ws', '--duration', seconds, '--pid', String(pid)];
  const result = (await runProbe(probes, PROBE, ['--base', base, ...how, ...scenario.flags])) as ProbeResult;
  return {
    p50: result.roundTripMs.p50,
    p95: result.roundTripMs.p95,
    fps: result.totalFps,
    cpu: result.serverCpuPct,
  };
}
