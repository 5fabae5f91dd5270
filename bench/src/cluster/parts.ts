import { seededRandom } from '@lookout/vision/testing';
import { WebSocket } from 'ws';
import { monotonicMs, sleep } from '../lib/figures.js';
import { CUTS } from '../lib/node-network.js';
import type { Bar } from '../lib/options.js';
import type { BenchServer } from '../lib/server-process.js';
import { NODES, type NodeName, type TestCluster } from './test-cluster.js';
import { Watch } from './watch.js';

export interface PartOptions {
  /** Of the cuts. */
  readonly cuts: number;
  readonly seed: number;
  readonly pausedMs: number;
  readonly awayMs: number;
  readonly clockMs: number;
}

/** Something that is done to a cluster whose cameras are all live; they are live again afterwards. */
export type Part = (cluster: TestCluster, options: PartOptions) => Promise<Bar[]>;

const MAX_GAP_MS = 1000;
/** Cuts, and the time between them, last up to so long, ms: shorter and longer than a lease. */
const MAX_CUT_MS = 10_000;
const MAX_MENDED_MS = 6000;
/** A node among older ones has no share before it has been up for so long, in case it dies again; ms. */
const NEW_MS = 12_000;
const MAX_JOIN_MS = NEW_MS + 2000;
/** Until a cluster is at rest after all cameras are live, ms. */
const REST_MS = 2000;

/** A third node starts, when the others are no longer new. The figures are those of a viewer of each camera at the first one. */
const joined: Part = async (cluster) => {
  await sleep(NEW_MS);
  const before = new Map((await cluster.live()).map(({ camera, node }) => [camera, node]));
  const watch = await Watch.open(cluster.node('n1'), cluster.cameraIds);
  await sleep(REST_MS);
  const fromMs = monotonicMs();
  await cluster.start('n3');
  const share = Math.floor(cluster.cameraIds.length / NODES.length);
  const tookMs = await cluster.until(async () => (await cluster.live(['n3'])).length >= share);
  await cluster.settled();
  await sleep(REST_MS);
  const gapMs = watch.longestGapMs(fromMs);
  watch.close();
  const moved = (await cluster.live()).filter(({ camera, node }) => before.get(camera) !== node).length;
  return [
    { name: 'joined: a third node has its share after', value: tookMs, unit: 'ms', atMost: MAX_JOIN_MS },
    { name: 'joined: cameras moved', value: moved, atMost: Math.ceil(cluster.cameraIds.length / NODES.length) },
    { name: 'joined: longest gap of a camera', value: gapMs, unit: 'ms', atMost: MAX_GAP_MS },
  ];
};

/** Times of frames of a node whose clock is off, by the clock of the node where they are watched; and the other way round. */
const clock: Part = async (cluster, { clockMs }) => {
  const has = await cluster.live();
  const timeOf = async (owner: NodeName, through: NodeName) => {
    const camera = has.find(({ node }) => node === owner)?.camera;
    if (camera === undefined) throw new Error(`Node ${owner} has no camera`);
    const { timestamp, age_ms: ageMs } = await frameOf(cluster.node(through), camera);
    const offMs = Math.abs(timestamp - Date.now() - (through === 'n3' ? clockMs : 0));
    return Math.max(offMs, Math.abs(ageMs));
  };
  const name = 'a frame’s time or age is wrong by';
  return [
    { name: `clock off: ${name}, elsewhere`, value: await timeOf('n3', 'n1'), unit: 'ms', atMost: MAX_GAP_MS },
    { name: `clock off: ${name}, at it`, value: await timeOf('n1', 'n3'), unit: 'ms', atMost: MAX_GAP_MS },
  ];
};

/** What a viewer is told of the next frame. */
async function frameOf(
  { wsUrl, headers }: BenchServer,
  camera: string,
): Promise<{ timestamp: number; age_ms: number }> {
  const socket = new WebSocket(`${wsUrl}/ws/view/${camera}?mode=overlay&every=all`, { headers });
  try {
    return await new Promise((resolve, reject) => {
      let told = 0;
      socket.on('message', (data, binary) => {
        // The first may be older than this viewer.
        if (!binary && told++ > 0) resolve(JSON.parse(String(data)));
      });
      socket.once('close', () => reject(new Error('The viewer was disconnected')));
      socket.once('error', reject);
    });
  } finally {
    socket.terminate();
  }
}

/** The third node gives its cameras away, and gets them back. */
const drained: Part = async (cluster) => {
  const watch = await Watch.open(cluster.node('n1'), cluster.cameraIds);
  await sleep(REST_MS);
  const fromMs = monotonicMs();
  const isEmpty = async () => (await cluster.live(['n3'])).length === 0;
  await cluster.node('n1').send('POST', '/api/nodes/n3/drain');
  const tookMs = await cluster.until(isEmpty);
  await cluster.settled();
  await sleep(REST_MS);
  const gapMs = watch.longestGapMs(fromMs);
  watch.close();
  await cluster.node('n1').send('POST', '/api/nodes/n3/resume');
  await cluster.shared();
  return [
    { name: 'drained: a node has given its cameras away after', value: tookMs, unit: 'ms' },
    { name: 'drained: longest gap of a camera', value: gapMs, unit: 'ms', atMost: MAX_GAP_MS },
  ];
};

/** The second node is killed, and started again. */
const killed: Part = async (cluster) => {
  const had = await cluster.live();
  const others = had.filter(({ node }) => node !== 'n2');
  const reconnects = async () => {
    let sum = 0;
    for (const { camera, node } of others)
      sum += await cluster.node(node).metric('lookout_reconnects_total', `"${camera}"`);
    return sum;
  };
  const watch = await Watch.open(cluster.node('n1'), cluster.cameraIds);
  await sleep(REST_MS);
  const before = await reconnects();
  const fromMs = monotonicMs();
  await cluster.kill('n2');
  await cluster.settled();
  const tookMs = monotonicMs() - fromMs;
  await sleep(REST_MS);
  const gapMs = watch.longestGapMs(
    fromMs,
    others.map(({ camera }) => camera),
  );
  const again = (await reconnects()) - before;
  watch.close();
  await cluster.start('n2');
  await cluster.shared();
  return [
    { name: 'killed: its cameras live elsewhere after', value: tookMs, unit: 'ms', atMost: 10_000 },
    { name: 'killed: reconnects of the other cameras', value: again, atMost: 0 },
    { name: 'killed: longest gap of the other cameras', value: gapMs, unit: 'ms', atMost: MAX_GAP_MS },
  ];
};

/** Now and then a node is cut off, in one of four ways, for a shorter or a longer time than a lease lasts. */
const cut: Part = async (cluster, { cuts, seed }) => {
  const random = seededRandom(seed);
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  for (let i = 0; i < cuts; i++) {
    const [node, way] = [oneOf(NODES), oneOf(CUTS)];
    await cluster.network.cut(node, way);
    await sleep(random() * MAX_CUT_MS);
    await cluster.network.mend(node, way);
    await sleep(random() * MAX_MENDED_MS);
  }
  const tookMs = await cluster.settled();
  await cluster.shared();
  return [{ name: `${cuts} cuts: all cameras live after the last`, value: tookMs, unit: 'ms', atMost: 20_000 }];
};

/** A node is stopped for a while, and goes on. */
const paused: Part = async (cluster, { pausedMs }) => {
  const { pid } = cluster.node('n2');
  process.kill(pid, 'SIGSTOP');
  const tookMs = await cluster.settled(['n1', 'n3']);
  await sleep(Math.max(0, pausedMs - tookMs));
  process.kill(pid, 'SIGCONT');
  const againMs = await cluster.until(async () => (await cluster.live(['n2'])).length > 0);
  await cluster.shared();
  return [
    { name: 'paused: all cameras live elsewhere after', value: tookMs, unit: 'ms', atMost: 10_000 },
    { name: 'paused: it has cameras again after', value: againMs, unit: 'ms' },
  ];
};

/** The database is away for all nodes, which go on with their cameras. */
const away: Part = async (cluster, { awayMs }) => {
  const watch = await Watch.open(cluster.node('n1'), cluster.cameraIds);
  await sleep(REST_MS);
  const fromMs = monotonicMs();
  await cluster.network.cut('db', 'all');
  await sleep(awayMs);
  await cluster.network.mend('db', 'all');
  const tookMs = await cluster.settled();
  const gapMs = watch.longestGapMs(fromMs);
  watch.close();
  return [
    { name: 'database away: longest gap of a camera', value: gapMs, unit: 'ms', atMost: MAX_GAP_MS },
    { name: 'database away: all cameras live after its return', value: tookMs, unit: 'ms', atMost: 10_000 },
  ];
};

/** In the order in which they are run. */
export const parts: Readonly<Record<string, Part>> = { joined, clock, drained, killed, cut, paused, away };
