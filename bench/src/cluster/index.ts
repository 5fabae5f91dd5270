import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Camera } from '@lookout/protocol';
import { monotonicMs, sleep } from '../lib/figures.js';
import { type Bar, report } from '../lib/options.js';
import { type BenchServer, startServer } from '../lib/server-process.js';
import { DatabaseLink } from './database-link.js';

const NODES = ['n1', 'n2', 'n3'];
const LOOK_EVERY_MS = 50;
const SETTLE_TIMEOUT_MS = 60_000;
/** How long a lease lasts without being extended, ms. */
const TTL_MS = 6000;

interface ClusterNode {
  readonly name: string;
  readonly server: BenchServer;
  readonly link: DatabaseLink;
}

/** Cameras of nodes that can't be asked are not live there as far as anybody knows. */
async function liveOn({ server }: ClusterNode): Promise<string[]> {
  const answer = await fetch(`${server.url}/api/cameras`, { signal: AbortSignal.timeout(500) }).catch(() => undefined);
  if (!answer?.ok) return [];
  return ((await answer.json()) as Camera[]).filter(({ state }) => state === 'live').map(({ id }) => id);
}

/** Time until each camera is live on one of the nodes and on no two; how long one was live on two. */
async function settle(nodes: readonly ClusterNode[], cameras: number): Promise<{ tookMs: number; twiceMs: number }> {
  const beganMs = monotonicMs();
  let twiceMs = 0;
  for (let lookedMs = beganMs; ; await sleep(LOOK_EVERY_MS)) {
    const live = (await Promise.all(nodes.map(liveOn))).flat();
    const now = monotonicMs();
    const isTwice = new Set(live).size < live.length;
    if (isTwice) twiceMs += now - lookedMs;
    lookedMs = now;
    if (live.length === cameras && !isTwice) return { tookMs: now - beganMs, twiceMs };
    if (now - beganMs > SETTLE_TIMEOUT_MS) throw new Error(`Only ${live.length} of ${cameras} cameras are live`);
  }
}

/** Three nodes on one Postgres: a node that is cut off from it, one that is paused, and the database away for all of them. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      database: { type: 'string' },
      cameras: { type: 'string', default: '6' },
      cuts: { type: 'string', default: '20' },
      paused: { type: 'string', default: '20' },
      away: { type: 'string', default: '60' },
    },
  });
  if (values.database === undefined) throw new Error('Expected --database postgres://… of an empty database, over TCP');
  const cameras = Number(values.cameras);
  const folder = mkdtempSync(join(tmpdir(), 'lookout-cluster-'));
  writeFileSync(join(folder, 'secret'), 'the join secret of the nodes of this bench');
  const nodes: ClusterNode[] = [];
  try {
    for (const name of NODES) nodes.push(await startNode(name, values.database, join(folder, 'secret')));
    const first = nodes[0] as ClusterNode;
    for (let i = 0; i < cameras; i++) {
      await first.server.send('POST', '/api/cameras', { id: `c${i}`, url: 'demo:street', detect: { enabled: false } });
    }
    await settle(nodes, cameras);
    const bars = [
      ...(await cutOff(nodes, cameras, Number(values.cuts))),
      ...(await pause(nodes, cameras, Number(values.paused))),
      ...(await databaseAway(nodes, cameras, Number(values.away))),
    ];
    if (!report(`Three nodes, ${cameras} cameras`, bars)) throw new Error('A bar is missed');
  } finally {
    for (const { server, link } of nodes) {
      link.close();
      await server.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startNode(name: string, database: string, secret: string): Promise<ClusterNode> {
  const { link, url } = await DatabaseLink.open(database);
  const cluster = { database: url, node_url: 'http://127.0.0.1:9', node_name: name, join_secret_file: secret };
  return { name, link, server: await startServer([], { workers: 1, cluster }) };
}

async function cutOff(nodes: readonly ClusterNode[], cameras: number, times: number): Promise<Bar[]> {
  let slowestMs = 0;
  let twiceMs = 0;
  for (let i = 0; i < times; i++) {
    const node = nodes[i % nodes.length] as ClusterNode;
    const before = await liveOn(node);
    node.link.cut();
    // The cameras are live where they were until their node lets go of them.
    while (before.length > 0 && (await liveOn(node)).length > 0) await sleep(LOOK_EVERY_MS);
    const others = nodes.filter((one) => one !== node);
    const beganMs = monotonicMs();
    const settled = await settle(nodes, cameras);
    slowestMs = Math.max(slowestMs, monotonicMs() - beganMs);
    twiceMs += settled.twiceMs;
    if ((await Promise.all(others.map(liveOn))).flat().length < cameras)
      throw new Error('A node that is cut off has cameras');
    node.link.mend();
    await sleep(TTL_MS);
    await settle(nodes, cameras);
  }
  return [
    { name: 'cut off: a camera let go of is live elsewhere after', value: slowestMs, unit: 'ms', atMost: TTL_MS },
    { name: 'cut off: a camera live on two nodes', value: twiceMs, unit: 'ms', atMost: 0 },
  ];
}

async function pause(nodes: readonly ClusterNode[], cameras: number, seconds: number): Promise<Bar[]> {
  const [node, ...others] = nodes as [ClusterNode, ...ClusterNode[]];
  process.kill(node.server.pid, 'SIGSTOP');
  const { tookMs } = await settle(others, cameras);
  await sleep(Math.max(0, seconds * 1000 - tookMs));
  process.kill(node.server.pid, 'SIGCONT');
  const { twiceMs } = await settle(nodes, cameras);
  return [
    { name: 'paused: all cameras live elsewhere after', value: tookMs, unit: 'ms', atMost: 10_000 },
    { name: 'paused: a camera live on two nodes when it goes on', value: twiceMs, unit: 'ms', atMost: 500 },
  ];
}

async function databaseAway(nodes: readonly ClusterNode[], cameras: number, seconds: number): Promise<Bar[]> {
  for (const { link } of nodes) link.cut();
  await sleep(seconds * 1000);
  for (const { link } of nodes) link.mend();
  const { tookMs } = await settle(nodes, cameras);
  return [{ name: 'database away: all cameras live again after', value: tookMs, unit: 'ms', atMost: 10_000 }];
}
