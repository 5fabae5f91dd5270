import { parseArgs } from 'node:util';
import { monotonicMs } from '../lib/figures.js';
import { type Bar, report } from '../lib/options.js';
import { readHistory } from './history.js';
import { type PartOptions, parts } from './parts.js';
import { TestCluster } from './test-cluster.js';

const HOUR_MS = 3_600_000;
/** With fewer it is not seen whether two nodes write. */
const MIN_WRITES = 50;

/**
 * Three nodes and their Postgres, each in a network namespace, with MJPEG cameras and rules that make events: what a viewer sees while
 * nodes come, go, are cut off and paused; and, from what is written in the database, whether a camera ever had two writers. Needs root.
 */
export async function run(args: string[]): Promise<void> {
  const { options, cameras, only } = readOptions(args);
  const fromMs = monotonicMs();
  const cluster = await TestCluster.open({ cameras, clockMs: options.clockMs });
  try {
    await cluster.start('n1');
    await cluster.start('n2');
    if (!only.includes('joined')) await cluster.start('n3');
    await cluster.shared();
    const bars: Bar[] = [];
    for (const name of only) {
      const measured = (await parts[name]?.(cluster, options)) ?? [];
      report(`${name}, ${Math.round((monotonicMs() - fromMs) / 1000)} s after the start`, measured);
      bars.push(...measured);
    }
    const { writes, late, owners, strangers, backward } = readHistory(cluster.postgres, cluster.addresses);
    bars.push(
      { name: 'writes of events', value: writes, atLeast: MIN_WRITES },
      { name: 'events that came late, and are marked so', value: late },
      { name: 'owners of cameras', value: owners },
      { name: 'writes by a node that did not have the camera', value: strangers, atMost: 0 },
      { name: 'owners whose epoch is not larger than before', value: backward, atMost: 0 },
    );
    if (!report(`Three nodes, ${cameras} cameras`, bars)) process.exitCode = 1;
  } finally {
    await cluster.close();
  }
}

function readOptions(args: string[]): { options: PartOptions; cameras: number; only: readonly string[] } {
  const { values } = parseArgs({
    args,
    options: {
      cameras: { type: 'string', default: '12' },
      cuts: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      paused: { type: 'string', default: '20' },
      away: { type: 'string', default: '60' },
      clock: { type: 'string', default: '1' },
      only: { type: 'string', default: Object.keys(parts).join(',') },
    },
  });
  const given = values.only.split(',');
  const unknown = given.find((name) => !(name in parts));
  if (unknown !== undefined) throw new TypeError(`Expected --only of ${Object.keys(parts).join(',')}, got ${unknown}`);
  return {
    options: {
      cuts: Number(values.cuts),
      seed: Number(values.seed),
      pausedMs: 1000 * Number(values.paused),
      awayMs: 1000 * Number(values.away),
      clockMs: HOUR_MS * Number(values.clock),
    },
    cameras: Number(values.cameras),
    only: Object.keys(parts).filter((name) => given.includes(name)),
  };
}
