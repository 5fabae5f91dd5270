import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { LeaseTable, World } from '../../testing/lease-table.js';
import { seededRandom } from '../../testing/seeded-random.js';
import { LeaseKeeper, type LeaseKeeperOptions } from './lease-keeper.js';

const TTL_MS = 6000;
const NODES = ['a', 'b', 'c'];
const CAMERAS = ['c1', 'c2', 'c3', 'c4'];

/** A node whose way to the database may be slow or cut, and which may be stopped as by SIGSTOP. */
class Node {
  readonly keeper: LeaseKeeper;
  readonly lost: string[] = [];
  heirs: readonly string[] = NODES;
  isCut = false;
  delayMs = () => 1;
  #stoppedUntilMs = 0;

  constructor(
    readonly id: string,
    readonly world: World,
    readonly table: LeaseTable,
  ) {
    this.keeper = new LeaseKeeper({
      store: this.#store(),
      node: id,
      ttlMs: TTL_MS,
      heirs: () => this.heirs,
      onLost: (camera, why) => this.lost.push(`${camera} ${why}`),
      onFault: () => {},
      now: () => world.nowMs,
      later: (run, delayMs) => this.#later(run, delayMs),
    });
    this.keeper.start();
  }

  get isStopped(): boolean {
    return this.world.nowMs < this.#stoppedUntilMs;
  }

  stop(ms: number): void {
    this.#stoppedUntilMs = this.world.nowMs + ms;
  }

  /** Whether it would write for the camera at this moment. */
  believes(camera: string): boolean {
    return !this.isStopped && this.keeper.epochOf(camera) !== undefined;
  }

  /** Tries to have cameras, as all nodes do. */
  grab(cameras: readonly string[]): void {
    for (const camera of cameras) void this.keeper.claim(camera).catch(() => {});
    this.#later(() => this.grab(cameras), TTL_MS / 3);
  }

  /** What would run while the process is stopped runs once it goes on. */
  #later(run: () => void, delayMs: number): () => void {
    let cancel = this.world.at(delayMs, () => {
      if (!this.isStopped) return run();
      cancel = this.#later(run, this.#stoppedUntilMs - this.world.nowMs);
    });
    return () => cancel();
  }

  #store(): LeaseKeeperOptions['store'] {
    const call = <T>(work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        const away = () => reject(new LookoutError('storage_failed', 'away'));
        if (this.isCut) return void this.#later(away, TTL_MS / 4);
        // Done when it arrives, even if its answer does not.
        this.world.at(this.delayMs(), () => {
          const answer = work();
          if (this.isCut) this.#later(away, TTL_MS / 4);
          else this.#later(() => resolve(answer), this.delayMs());
        });
      });
    return {
      claim: (...given) => call(() => this.table.claim(...given)),
      takeOver: (...given) => call(() => this.table.takeOver(...given)),
      renew: (...given) => call(() => this.table.renew(...given)),
      release: (_node, held) => call(() => this.table.release(held)),
    };
  }
}

function clusterOf(...ids: string[]) {
  const world = new World();
  const table = new LeaseTable(world);
  return { world, table, nodes: ids.map((id) => new Node(id, world, table)) };
}

function one(): { world: World; table: LeaseTable; node: Node } {
  const { world, table, nodes } = clusterOf('a');
  return { world, table, node: nodes[0] as Node };
}

async function owning(node: Node, camera: string): Promise<void> {
  void node.keeper.claim(camera);
  await node.world.pass(10);
  expect(node.believes(camera)).toBe(true);
}

describe('LeaseKeeper', () => {
  it('keeps a lease as long as the database answers', async () => {
    const { world, node } = one();
    await owning(node, 'yard');
    await world.pass(10 * TTL_MS);
    expect(node.keeper.held).toEqual(['yard']);
    expect(node.lost).toEqual([]);
  });

  it('lets go by its own clock when the database is away, before the lease ends there', async () => {
    const { world, table, node } = one();
    await owning(node, 'yard');
    node.isCut = true;
    while (node.keeper.held.length > 0) await world.pass(50);
    expect(node.lost).toEqual(['yard silence']);
    expect((table.rows.get('yard')?.untilMs ?? 0) - world.nowMs).toBeGreaterThanOrEqual(0.19 * TTL_MS);
  });

  it('does not write after it was stopped, even before any timer runs', async () => {
    const { world, table, nodes } = clusterOf('a', 'b');
    const [a, b] = nodes as [Node, Node];
    await owning(a, 'yard');
    a.stop(20_000);
    await world.pass(TTL_MS + 1);
    await owning(b, 'yard');
    world.nowMs += 20_000;
    expect(a.keeper.epochOf('yard')).toBeUndefined();
    expect(a.lost).toEqual(['yard silence']);
    expect(table.rows.get('yard')?.node).toBe('b');
  });

  it('stops at once when its lease was removed by hand, or the database refuses a write', async () => {
    const { world, table, node } = one();
    await owning(node, 'yard');
    table.rows.delete('yard');
    await world.pass(TTL_MS / 3 + 10);
    await owning(node, 'door');
    node.keeper.refused('door', -1);
    node.keeper.refused('door', node.keeper.epochOf('door') ?? 0);
    expect(node.lost).toEqual(['yard taken', 'door taken']);
  });

  it('gives back what it was granted too late', async () => {
    const { world, table, node } = one();
    node.delayMs = () => TTL_MS / 2;
    void node.keeper.claim('yard');
    await world.pass(2 * TTL_MS);
    expect(node.keeper.held).toEqual([]);
    expect(table.rows.get('yard')?.untilMs).toBe(Number.NEGATIVE_INFINITY);
  });

  it('gives back what arrives after it has promised to take nothing', async () => {
    const { world, table, node } = one();
    node.delayMs = () => 100;
    void node.keeper.claim('yard');
    await world.pass(150);
    expect(table.rows.get('yard')?.node).toBe('a');
    node.keeper.takeNothingFor(TTL_MS);
    await world.pass(TTL_MS / 2);
    expect(node.keeper.held).toEqual([]);
    expect(table.rows.get('yard')?.node).toBe('');
    expect(await node.keeper.claim('yard')).toBe(false);
  });

  it('knows all nodes that the database may call its heirs, until the database has said otherwise', async () => {
    const { world, node } = one();
    await owning(node, 'yard');
    expect([...node.keeper.heirs()]).toEqual(NODES);
    node.heirs = ['d'];
    node.isCut = true;
    await world.pass(TTL_MS / 2);
    expect([...node.keeper.heirs()]).toEqual([...NODES, 'd']);
    node.isCut = false;
    await world.pass(TTL_MS / 3);
    expect([...node.keeper.heirs()]).toEqual(['d']);
  });

  it('keeps leases that have ended as long as it is told to, and extends them if nobody has taken them', async () => {
    const { world, table, node } = one();
    await owning(node, 'yard');
    node.isCut = true;
    for (let second = 0; second < 30; second++) {
      node.keeper.keepUntil(world.nowMs + TTL_MS / 2);
      await world.pass(1000);
    }
    expect(node.believes('yard')).toBe(true);
    expect(table.rows.get('yard')?.untilMs).toBeLessThan(world.nowMs);
    node.isCut = false;
    await world.pass(TTL_MS);
    expect(node.keeper.held).toEqual(['yard']);
    expect(table.rows.get('yard')?.untilMs).toBeGreaterThan(world.nowMs);
  });

  it('takes over what is handed over, and the one before learns of it', async () => {
    const { world, table, nodes } = clusterOf('a', 'b');
    const [a, b] = nodes as [Node, Node];
    await owning(a, 'yard');
    Object.assign(table.rows.get('yard') ?? {}, { successor: 'b' });
    void b.keeper.takeOver('yard');
    await world.pass(TTL_MS / 3 + 10);
    expect(b.keeper.held).toEqual(['yard']);
    expect(a.lost).toEqual(['yard taken']);
  });

  it('never lets two nodes write for a camera, whatever happens between them and the database', async () => {
    const random = seededRandom(8);
    for (let run = 0; run < 12; run++) {
      const { world, nodes } = clusterOf(...NODES);
      for (const node of nodes) node.grab(CAMERAS);
      const check = () => {
        for (const camera of CAMERAS) {
          const owners = nodes.filter((node) => node.believes(camera));
          if (owners.length > 1) throw new Error(`${camera} has two owners at ${world.nowMs}`);
        }
      };
      for (let step = 0; step < 20; step++) {
        const node = nodes[Math.floor(random() * nodes.length)];
        if (!node) break;
        const what = random();
        const slowMs = random() * TTL_MS;
        if (what < 0.3) node.isCut = !node.isCut;
        else if (what < 0.5) node.stop(random() * 20_000);
        else if (what < 0.8) node.delayMs = () => 1 + random() * slowMs;
        else Object.assign(node, { delayMs: () => 1, isCut: false });
        await world.pass(random() * TTL_MS, check);
      }
      for (const node of nodes) Object.assign(node, { delayMs: () => 1, isCut: false });
      await world.pass(20_000 + 4 * TTL_MS, check);
      expect(nodes.flatMap((node) => node.keeper.held).sort()).toEqual(CAMERAS);
    }
  });
});
