import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { LeaseTable, World } from '../../testing/lease-table.js';
import type { ChangeNotice, ClusterStorage, NodeReport } from '../storage/index.js';
import type { PlacedCamera } from './camera-runner.js';
import { Membership } from './membership.js';

const TTL_MS = 6000;

interface CameraOptions {
  needs?: string[];
  isExclusive?: boolean;
}

/** The database and the cameras that all nodes know. */
class Cluster {
  readonly world = new World();
  readonly table = new LeaseTable(this.world);
  readonly nodes = new Map<string, NodeReport & { isDraining: boolean; joinedMs: number; untilMs: number }>();
  readonly listeners = new Set<(notice: ChangeNotice) => void>();
  readonly cameras = new Map<string, PlacedCamera>();
  /** What happened to cameras, in order. */
  readonly log: string[] = [];

  add(count: number, { needs = [], isExclusive = false }: CameraOptions = {}): void {
    for (let i = 0; i < count; i++) {
      const id = `c${this.cameras.size}`;
      this.cameras.set(id, { id, needs, isLocal: false, isExclusive });
    }
  }

  tell(table: string): void {
    for (const listener of this.listeners) listener({ type: 'changed', table, id: '', kind: 'update' });
  }

  async settle(ms = 3 * TTL_MS): Promise<void> {
    await this.world.pass(ms);
  }

  shares(...nodes: TestNode[]): number[] {
    return nodes.map(({ membership }) => membership?.keeper.held.length ?? 0);
  }
}

class TestNode {
  membership: Membership | undefined;
  readonly running = new Set<string>();
  /** Cameras that give no frame here. */
  readonly unreadable = new Set<string>();
  isAway = false;

  constructor(
    readonly cluster: Cluster,
    readonly report: NodeReport,
  ) {}

  async start(): Promise<this> {
    const { world, log, cameras } = this.cluster;
    const joining = Membership.join({
      storage: this.#storage(),
      self: () => this.report,
      cameras: {
        all: () => [...cameras.values()],
        run: (id) => {
          if (!this.running.has(id)) log.push(`${this.report.id} opens ${id}`);
          this.running.add(id);
        },
        isReady: (id) => !this.unreadable.has(id),
        stop: async (id) => {
          if (this.running.delete(id)) log.push(`${this.report.id} closes ${id}`);
        },
        acquired: (id) => log.push(`${this.report.id} has ${id}`),
      },
      ttlMs: TTL_MS,
      ask: () => Promise.reject(new LookoutError('unavailable', 'no link')),
      log: { info: () => {}, warn: () => {} },
      now: () => world.nowMs,
      // A process that was killed does nothing any more.
      later: (run, delayMs) => world.at(delayMs, () => this.isAway || run()),
    });
    let outcome: unknown;
    joining.then(
      (membership) => {
        this.membership = membership;
      },
      (error: unknown) => {
        outcome = error;
      },
    );
    for (let i = 0; !this.membership && i < 20; i++) {
      await world.pass(1000);
      if (outcome !== undefined) throw outcome;
    }
    void this.membership?.start();
    await world.pass(1);
    return this;
  }

  kill(): void {
    this.isAway = true;
    this.running.clear();
  }

  #storage(): ClusterStorage {
    const { table, nodes, world, listeners } = this.cluster;
    const ask = async <T>(work: () => T, changed?: string): Promise<T> => {
      if (this.isAway) throw new LookoutError('storage_failed', 'away');
      const answer = work();
      if (changed !== undefined) this.cluster.tell(changed);
      return answer;
    };
    return {
      leases: {
        claim: (...given) => ask(() => table.claim(...given), 'leases'),
        takeOver: (...given) => ask(() => table.takeOver(...given), 'leases'),
        renew: (...given) => ask(() => table.renew(...given)),
        offer: (given) => ask(() => table.offer(given), 'leases'),
        release: (_node, held) => ask(() => table.release(held), 'leases'),
        list: () => ask(() => table.list()),
      },
      nodes: {
        report: (node, ttlMs) =>
          ask(() => {
            const known = nodes.get(node.id);
            if (known && known.since !== node.since && known.untilMs > world.nowMs) return false;
            const joinedMs = known?.since === node.since ? known.joinedMs : world.nowMs;
            const isDraining = known?.isDraining ?? false;
            nodes.set(node.id, { ...node, isDraining, joinedMs, untilMs: world.nowMs + ttlMs });
            return true;
          }),
        list: () =>
          ask(() =>
            [...nodes.values()].map(({ joinedMs, untilMs, ...node }) => ({
              ...node,
              isAlive: untilMs > world.nowMs,
              upMs: world.nowMs - joinedMs,
            })),
          ),
        setDraining: (id, isDraining) => ask(() => void Object.assign(nodes.get(id) ?? {}, { isDraining }), 'nodes'),
        remove: (id) => ask(() => void nodes.delete(id)),
        forgetSilent: () => ask(() => []),
      },
      changes: {
        listen: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    };
  }
}

function node(cluster: Cluster, id: string, given: Partial<NodeReport> = {}): Promise<TestNode> {
  const report = { id, name: id, url: `http://${id}:8080`, version: '1.0.0', labels: [], cores: 2, load: 0, since: 1 };
  return new TestNode(cluster, { ...report, ...given }).start();
}

describe('Membership', () => {
  it('shares cameras out, and takes those of a node that dies within the bar', async () => {
    const cluster = new Cluster();
    cluster.add(12);
    const [a, b, c] = [await node(cluster, 'a'), await node(cluster, 'b'), await node(cluster, 'c')];
    await cluster.settle(30_000);
    expect(cluster.shares(a, b, c)).toEqual([4, 4, 4]);
    b.kill();
    const orphans = cluster.table.list().filter((lease) => lease.node === 'b');
    await cluster.settle(TTL_MS + 100);
    expect(cluster.shares(a, c)).toEqual([6, 6]);
    for (const { camera } of orphans) expect(a.membership?.ownerOf(camera)).toBeDefined();
    expect(a.membership?.peers().map(({ id }) => id)).toEqual(['c']);
  });

  it('reads a camera on its next node before it is closed on the one before', async () => {
    const cluster = new Cluster();
    cluster.add(1);
    const [a, b] = [await node(cluster, 'a'), await node(cluster, 'b')];
    await a.membership?.setDraining('a', true);
    await cluster.settle();
    expect(cluster.log).toEqual(['a has c0', 'a opens c0', 'b opens c0', 'b has c0', 'a closes c0']);
    expect(b.membership?.ownerOf('c0')).toBe('here');
    expect(a.membership?.ownerOf('c0')).toMatchObject({ id: 'b' });
  });

  it('closes a camera that takes one reader before it is opened elsewhere', async () => {
    const cluster = new Cluster();
    cluster.add(1, { isExclusive: true });
    const [a] = [await node(cluster, 'a'), await node(cluster, 'b')];
    await a.membership?.setDraining('a', true);
    await cluster.settle();
    expect(cluster.log).toEqual(['a has c0', 'a opens c0', 'a closes c0', 'b has c0', 'b opens c0']);
  });

  it('leaves a camera where it is if the other node can’t read it, unless it has to go', async () => {
    const cluster = new Cluster();
    cluster.add(2);
    const a = await node(cluster, 'a');
    const b = new TestNode(cluster, { ...a.report, id: 'b', name: 'b' });
    for (const id of cluster.cameras.keys()) b.unreadable.add(id);
    await b.start();
    await cluster.settle(30_000);
    expect(cluster.shares(a, b)).toEqual([2, 0]);
    expect(b.running.size).toBe(0);
    await b.membership?.setDraining('a', true);
    await cluster.settle(60_000);
    expect(cluster.shares(a, b)).toEqual([0, 2]);
  });

  it('gives a node that joins its share, one camera at a time', async () => {
    const cluster = new Cluster();
    cluster.add(12);
    const [a, b] = [await node(cluster, 'a'), await node(cluster, 'b')];
    await cluster.settle(30_000);
    cluster.log.length = 0;
    const c = await node(cluster, 'c');
    await cluster.settle(35_000);
    expect(cluster.shares(a, b, c)).toEqual([4, 4, 4]);
    expect(cluster.log.filter((line) => line.includes(' has '))).toHaveLength(4);
  });

  it('moves no camera for a node that starts and dies again and again, except for those that only it can have', async () => {
    const cluster = new Cluster();
    cluster.add(6);
    const [a, b] = [await node(cluster, 'a'), await node(cluster, 'b')];
    await cluster.settle(30_000);
    cluster.add(1, { needs: ['yard'] });
    cluster.log.length = 0;
    for (let since = 1; since <= 4; since++) {
      const c = await node(cluster, 'c', { since, labels: ['yard'] });
      await cluster.settle(TTL_MS + 1000);
      expect([cluster.shares(a, b), c.membership?.keeper.held]).toEqual([[3, 3], ['c6']]);
      c.kill();
      await cluster.settle();
    }
    expect(cluster.log.filter((line) => !line.endsWith('c6'))).toEqual([]);
  });

  it('gives everything back when it stops', async () => {
    const cluster = new Cluster();
    cluster.add(3);
    const [a, b] = [await node(cluster, 'a'), await node(cluster, 'b')];
    await cluster.settle();
    await a.membership?.close();
    await cluster.settle(500);
    expect(cluster.shares(b)).toEqual([3]);
    expect(b.membership?.nodes().find(({ id }) => id === 'a')?.isAlive).toBe(false);
  });

  it('lets go of cameras while the database is away and other nodes do not answer, and takes them again', async () => {
    const cluster = new Cluster();
    cluster.add(2);
    const [a, b] = [await node(cluster, 'a'), await node(cluster, 'b')];
    await cluster.settle();
    const storageFails = new Error('away');
    const { list } = cluster.table;
    cluster.table.list = () => {
      throw storageFails;
    };
    const { renew } = cluster.table;
    cluster.table.renew = () => {
      throw storageFails;
    };
    await cluster.settle(TTL_MS);
    expect([a.running.size, b.running.size]).toEqual([0, 0]);
    expect(a.membership?.silenceMs).toBeGreaterThan(TTL_MS / 2);
    Object.assign(cluster.table, { list, renew });
    await cluster.settle();
    expect(a.running.size + b.running.size).toBe(2);
    expect(a.membership?.silenceMs).toBeUndefined();
  });

  it('refuses a name that another living node has, and takes that of one that died', async () => {
    const cluster = new Cluster();
    const first = await node(cluster, 'a');
    await expect(node(cluster, 'a', { since: 2 })).rejects.toMatchObject({
      code: 'conflict',
      message: 'Another node is running as a, at http://a:8080',
    });
    first.kill();
    expect((await node(cluster, 'a', { since: 3 })).membership?.here).toBe('a');
  });
});
