import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Camera } from '@lookout/protocol';
import { monotonicMs, sleep } from '../lib/figures.js';
import { NodeNetwork } from '../lib/node-network.js';
import { BenchPostgres } from '../lib/postgres.js';
import { type BenchServer, startServer } from '../lib/server-process.js';
import { type StampedCameras, startStampedCameras } from '../lib/stamped-cameras.js';
import { noteHistory } from './history.js';

export const NODES = ['n1', 'n2', 'n3'] as const;
export type NodeName = (typeof NODES)[number];

const DATABASE = 'db';
const POSTGRES_PORT = 5432;
const LOOK_EVERY_MS = 50;
const ANSWER_TIMEOUT_MS = 500;
const SETTLE_TIMEOUT_MS = 60_000;
/** Small and slow, so that two cores bear twelve of them on three nodes. */
const CAMERAS = { fps: 5, width: 320, height: 240, quality: 12 };
const DETECT = { fps: 2, idle_fps: 2, inference_size: 320 };
/** What makes many events of a street. */
const TRIGGERS = [
  { behavior: 'appear', subject: { classes: ['*'] } },
  { behavior: 'move', direction: 'left', subject: { classes: ['*'] } },
  { behavior: 'move', direction: 'right', subject: { classes: ['*'] } },
];

/** A Postgres, cameras and up to three nodes, each in a network namespace of its own. */
export class TestCluster {
  readonly nodes = new Map<NodeName, BenchServer>();
  readonly #closers: Array<() => unknown> = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'lookout-bench-cluster-'));

  private constructor(
    readonly network: NodeNetwork,
    readonly postgres: BenchPostgres,
    readonly cameraIds: readonly string[],
    private readonly options: { key: string; clockMs: number },
  ) {
    writeFileSync(this.#secret, SECRET);
  }

  /** @param options.clockMs how far the clock of the third node is ahead */
  static async open(options: { cameras: number; clockMs: number }): Promise<TestCluster> {
    const closers: Array<() => unknown> = [];
    try {
      const network = await NodeNetwork.open([DATABASE, ...NODES]);
      closers.push(() => network.close());
      const cameras = await startStampedCameras({ ...CAMERAS, host: network.hostAddress });
      closers.push(() => cameras.stop());
      const postgres = await BenchPostgres.start({
        host: network.addressOf(DATABASE),
        port: POSTGRES_PORT,
        command: network.commandOf(DATABASE),
        settings: ['fsync=off', 'shared_buffers=32MB'],
      });
      closers.push(() => postgres.close());
      const key = await prepare(postgres.url, cameras, options.cameras);
      noteHistory(postgres);
      const ids = cameras.cameras(options.cameras).map(({ id }) => id);
      const cluster = new TestCluster(network, postgres, ids, { key, clockMs: options.clockMs });
      cluster.#closers.push(...closers);
      return cluster;
    } catch (error) {
      for (const close of closers.reverse()) await close();
      throw error;
    }
  }

  get addresses(): ReadonlyMap<string, NodeName> {
    return new Map(NODES.map((name) => [this.network.addressOf(name), name]));
  }

  node(name: NodeName): BenchServer {
    const node = this.nodes.get(name);
    if (!node) throw new Error(`Node ${name} does not run`);
    return node;
  }

  async start(name: NodeName): Promise<BenchServer> {
    const shifted = name === 'n3' && this.options.clockMs !== 0;
    const node = await startServer([], {
      host: this.network.addressOf(name),
      command: this.network.commandOf(name),
      key: this.options.key,
      // What is done to them here fills the log with warnings.
      logLevel: 'error',
      workers: 1,
      cluster: { database: this.postgres.url, node_name: name, join_secret_file: this.#secret },
      ...(shifted && { environment: clockAhead(this.options.clockMs) }),
    });
    this.nodes.set(name, node);
    return node;
  }

  async kill(name: NodeName): Promise<void> {
    const node = this.node(name);
    this.nodes.delete(name);
    process.kill(node.pid, 'SIGKILL');
    await node.stop();
  }

  /** Which node has each camera that is live, as these nodes say of their own. */
  async live(names: Iterable<NodeName> = this.nodes.keys()): Promise<Array<{ camera: string; node: NodeName }>> {
    const ask = async (name: NodeName) => {
      const { url, headers } = this.node(name);
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
      const answer = await fetch(`${url}/api/cameras`, { headers, signal })
        .then(async (response) => (response.ok ? ((await response.json()) as Camera[]) : []))
        // A node that can't be asked has no cameras as far as anybody knows.
        .catch(() => []);
      const own = answer.filter((camera) => camera.node === name && camera.state === 'live');
      return own.map(({ id }) => ({ camera: id, node: name }));
    };
    return (await Promise.all([...names].map(ask))).flat();
  }

  /** Waits until each camera is live on exactly one of these nodes. @returns after how long, ms @throws Error if it takes too long */
  async settled(names?: readonly NodeName[]): Promise<number> {
    return this.until(async () => {
      const live = await this.live(names);
      return live.length === this.cameraIds.length && new Set(live.map(({ camera }) => camera)).size === live.length;
    });
  }

  /** Waits until cameras are also shared out fairly between the nodes that run; what delivers to webhooks counts as one more camera. */
  async shared(): Promise<void> {
    const share = Math.floor(this.cameraIds.length / this.nodes.size) - 1;
    const hasShare = async (name: NodeName) => (await this.live([name])).length >= share;
    await this.until(async () => (await Promise.all([...this.nodes.keys()].map(hasShare))).every((has) => has));
    await this.settled();
  }

  /** @returns after how long it is so, ms @throws Error if it takes too long */
  async until(isSo: () => Promise<boolean>): Promise<number> {
    for (const fromMs = monotonicMs(); ; await sleep(LOOK_EVERY_MS)) {
      if (await isSo()) return monotonicMs() - fromMs;
      if (monotonicMs() - fromMs > SETTLE_TIMEOUT_MS) {
        const live = (await this.live()).map(({ camera, node }) => `${camera} on ${node}`);
        throw new Error(`Not within ${SETTLE_TIMEOUT_MS} ms; live are ${live.join(', ')}`);
      }
    }
  }

  async close(): Promise<void> {
    for (const node of this.nodes.values()) await node.stop();
    for (const close of this.#closers.reverse()) await close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #secret(): string {
    return join(this.#folder, 'secret');
  }
}

const SECRET = 'the join secret of the nodes of this bench';

function clockAhead(ms: number): Record<string, string> {
  const shift = new URL('../lib/shifted-clock.js', import.meta.url).href;
  return { NODE_OPTIONS: `--import=${shift}`, BENCH_CLOCK_SHIFT_MS: `${ms}` };
}

/** Fills the empty database, by a node on loopback that trusts this machine. @returns a key for the others */
async function prepare(database: string, cameras: StampedCameras, count: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-bench-cluster-'));
  const secret = join(folder, 'secret');
  writeFileSync(secret, SECRET);
  const cluster = { database, node_name: 'first', join_secret_file: secret };
  const server = await startServer([], { workers: 1, cluster });
  try {
    for (const camera of cameras.cameras(count, DETECT)) await server.send('POST', '/api/cameras', camera);
    for (const trigger of TRIGGERS) await server.send('POST', '/api/rules', { rule: { cooldown_s: 0, trigger } });
    const made = await fetch(`${server.url}/api/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'bench', scope: 'admin' }),
    });
    return ((await made.json()) as { key: string }).key;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
