import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { LeaseTable, World } from '../../testing/lease-table.js';
import { seededRandom } from '../../testing/seeded-random.js';
import { type ClusterStorage, MAX_KEPT_TTLS, type NodeReport, STRANGER_WAIT_TTLS } from '../storage/index.js';
import { Membership } from './membership.js';

const TTL_MS = 6000;
const CAMERAS = ['c0', 'c1', 'c2', 'c3'];
/** How long a call to the database or another node may take before it is given up. */
const GIVEN_UP_MS = TTL_MS / 4;

type StoredNode = NodeReport & { isDraining: boolean; untilMs: number };

/** The database, the links and the nodes, with all that can happen to them. */
class Cluster {
  readonly world = new World();
  readonly table = new LeaseTable(this.world);
  readonly nodes = new Map<string, StoredNode>();
  readonly running: TestNode[] = [];
  /** A database that is stopped: what arrives is done once it goes on. */
  isPaused = false;
  readonly #arrived: (() => void)[] = [];
  /** Links that lose what is sent, by `from>to`. */
  readonly cutLinks = new Set<string>();

  arrive(work: () => void): void {
    if (this.isPaused) this.#arrived.push(work);
    else work();
  }

  resume(): void {
    this.isPaused = false;
    for (const work of this.#arrived.splice(0)) work();
  }

  async start(id: string): Promise<TestNode> {
    const node = new TestNode(this, id, this.world.nowMs + 1);
    this.running.push(node);
    await node.start();
    return node;
  }

  node(id: string): TestNode | undefined {
    return this.running.find((one) => one.id === id);
  }

  /** Never two that write for a camera, but while it is handed over; and never another beside one that relies on the others' word. */
  readonly check = () => {
    for (const camera of CAMERAS) {
      const owners = this.running.filter((node) => node.believes(camera));
      if (owners.length < 2) continue;
      const epochs = owners.map(({ membership }) => membership?.keeper.epochOf(camera) ?? 0);
      const isHandedOver = this.table.handedOver.has(Math.max(...epochs));
      const isKept = owners.some(({ membership }) => membership?.agreement.isAgreed);
      const names = owners.map(({ id }, i) => `${id} by ${epochs[i]}`).join(' and ');
      if (isKept || !isHandedOver) throw new Error(`${camera} has ${names} at ${this.world.nowMs}`);
    }
  };

  async pass(ms: number): Promise<void> {
    await this.world.pass(ms, this.check);
  }

  owners(): (string | undefined)[] {
    return CAMERAS.map((camera) => this.running.find((node) => node.believes(camera))?.id);
  }
}

class TestNode {
  membership: Membership | undefined;
  /** Nothing gets to the database; nothing comes back from it. */
  isCut = false;
  isDeaf = false;
  isKilled = false;
  delayMs = () => 1;
  #stoppedUntilMs = 0;

  constructor(
    readonly cluster: Cluster,
    readonly id: string,
    readonly since: number,
  ) {}

  async start(): Promise<void> {
    const { world } = this.cluster;
    const self = () => {
      const report = { id: this.id, name: this.id, url: `http://${this.id}`, version: '1.0.0', labels: [] };
      return { ...report, cores: 2, load: 0, since: this.since };
    };
    void Membership.join({
      ...{ storage: this.#storage(), self, ttlMs: TTL_MS, now: () => world.nowMs },
      ask: ({ id }) => this.#ask(id),
      cameras: {
        all: () => CAMERAS.map((id) => ({ id, needs: [], isLocal: false, isExclusive: false })),
        run: () => {},
        isReady: () => true,
        stop: async () => {},
        acquired: () => {},
      },
      log: { info: () => {}, warn: () => {} },
      later: (run, delayMs) => this.#later(run, delayMs),
    }).then(
      (membership) => {
        this.membership = membership;
        return membership.start();
      },
      // Starts again, as a service does.
      () => this.#later(() => void this.start(), TTL_MS / 6),
    );
    await world.pass(20, this.cluster.check);
  }

  get isStopped(): boolean {
    return this.cluster.world.nowMs < this.#stoppedUntilMs;
  }

  stop(ms: number): void {
    this.#stoppedUntilMs = this.cluster.world.nowMs + ms;
  }

  kill(): void {
    this.isKilled = true;
    this.cluster.running.splice(this.cluster.running.indexOf(this), 1);
  }

  heal(): void {
    Object.assign(this, { isCut: false, isDeaf: false, delayMs: () => 1 });
  }

  /** Whether it would write for the camera at this moment. */
  believes(camera: string): boolean {
    return !this.isStopped && !this.isKilled && this.membership?.keeper.epochOf(camera) !== undefined;
  }

  #later(run: () => void, delayMs: number): () => void {
    const { world } = this.cluster;
    let cancel = world.at(delayMs, () => {
      if (this.isKilled) return;
      if (!this.isStopped) return run();
      cancel = this.#later(run, this.#stoppedUntilMs - world.nowMs);
    });
    return () => cancel();
  }

  /** @param send gets what answers; what it does later may be lost on either way */
  #call<T>(send: (answer: (work: () => T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#later(() => reject(new LookoutError('unavailable', 'no answer')), GIVEN_UP_MS);
      send((work) => {
        try {
          const answer = work();
          this.#later(() => resolve(answer), this.delayMs());
        } catch (error) {
          this.#later(() => reject(error), this.delayMs());
        }
      });
    });
  }

  #query<T>(work: () => T): Promise<T> {
    return this.#call((answer) => {
      if (this.isCut) return;
      // Done when it arrives, even if its answer does not, or the process ends before.
      this.cluster.world.at(this.delayMs(), () => {
        this.cluster.arrive(() => {
          const result = work();
          if (!this.isCut && !this.isDeaf) answer(() => result);
        });
      });
    });
  }

  #ask(id: string) {
    const { cluster } = this;
    return this.#call<ReturnType<Membership['agreement']['answer']>>((answer) => {
      if (cluster.cutLinks.has(`${this.id}>${id}`)) return;
      cluster.world.at(this.delayMs(), () => {
        const other = cluster.node(id);
        if (!other?.membership) return;
        other.#later(() => {
          const said = other.membership?.agreement.answer();
          if (said && !cluster.cutLinks.has(`${id}>${this.id}`)) answer(() => said);
        }, 1);
      });
    });
  }

  #storage(): ClusterStorage {
    const { table, nodes, world } = this.cluster;
    const unused = () => Promise.reject(new Error('unused'));
    return {
      leases: {
        claim: (...given) => this.#query(() => table.claim(...given)),
        takeOver: (...given) => this.#query(() => table.takeOver(...given)),
        renew: (...given) => this.#query(() => table.renew(...given)),
        offer: (given) => this.#query(() => table.offer(given)),
        release: (_node, held) => this.#query(() => table.release(held)),
        list: () => this.#query(() => table.list()),
      },
      nodes: {
        report: (node, ttlMs) =>
          this.#query(() => {
            const known = nodes.get(node.id);
            if (known && known.since !== node.since && known.untilMs > world.nowMs) return false;
            nodes.set(node.id, { ...node, isDraining: false, untilMs: world.nowMs + ttlMs });
            return true;
          }),
        list: () =>
          this.#query(() =>
            [...nodes.values()].map(({ untilMs, ...node }) => ({
              ...node,
              isAlive: untilMs > world.nowMs,
              upMs: world.nowMs,
            })),
          ),
        ...{ setDraining: unused, remove: unused, forgetSilent: unused },
      },
      changes: { listen: () => () => {} },
    };
  }
}

/** Nodes that have shared out the cameras and know each other. */
async function clusterOf(...ids: string[]): Promise<Cluster> {
  const cluster = new Cluster();
  for (const id of ids) await cluster.start(id);
  await cluster.pass(5 * TTL_MS);
  expect(cluster.owners()).not.toContain(undefined);
  return cluster;
}

const nodeOf = (cluster: Cluster, id: string) => {
  const node = cluster.node(id);
  if (!node) throw new Error(`${id} does not run`);
  return node;
};

describe('a database that is away for all nodes', () => {
  it.each(['paused', 'cut'] as const)('leaves every camera where it is for a minute (%s)', async (how) => {
    const cluster = await clusterOf('a', 'b', 'c');
    const before = cluster.owners();
    const set = (isAway: boolean) => {
      if (how === 'cut') for (const node of cluster.running) node.isCut = isAway;
      else if (isAway) cluster.isPaused = true;
      else cluster.resume();
    };
    set(true);
    for (let second = 0; second < 60; second++) {
      await cluster.pass(1000);
      expect(cluster.owners()).toEqual(before);
      for (const camera of CAMERAS)
        for (const { id, membership } of cluster.running) {
          const owner = before[CAMERAS.indexOf(camera)];
          const said = membership?.ownerOf(camera);
          expect(typeof said === 'object' ? said.id : said).toBe(owner === id ? 'here' : owner);
        }
    }
    set(false);
    for (let second = 0; second < 20; second++) {
      await cluster.pass(1000);
      expect(cluster.owners()).toEqual(before);
    }
    for (const { membership } of cluster.running) expect(membership?.silenceMs).toBeUndefined();
  });

  it('does so for a node that is alone, and no longer than for its bound', async () => {
    const cluster = await clusterOf('a');
    cluster.isPaused = true;
    await cluster.pass((MAX_KEPT_TTLS - 1) * TTL_MS);
    expect(cluster.owners()).toEqual(['a', 'a', 'a', 'a']);
    await cluster.pass(TTL_MS);
    expect(cluster.owners()).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('leaves no camera to a node that cannot reach one of the others, either way', async () => {
    for (const link of ['a>c', 'c>a']) {
      const cluster = await clusterOf('a', 'b', 'c');
      const ownersBefore = cluster.owners();
      cluster.cutLinks.add(link);
      cluster.isPaused = true;
      await cluster.pass(2 * TTL_MS);
      // What is lost on its way one way is missed by both: the question or the answer.
      const kept = ownersBefore.map((owner) => (owner === 'b' ? 'b' : undefined));
      expect(cluster.owners()).toEqual(kept);
    }
  });

  it('is no reason to keep cameras while another node has it, which takes them in time', async () => {
    const cluster = await clusterOf('a', 'b', 'c');
    nodeOf(cluster, 'a').isCut = true;
    nodeOf(cluster, 'b').isCut = true;
    await cluster.pass(2 * TTL_MS);
    expect(cluster.owners()).toEqual(['c', 'c', 'c', 'c']);
  });

  it('lets nobody take a camera whose node relies on its word, where it comes back first', async () => {
    const cluster = await clusterOf('a', 'b', 'c');
    const before = cluster.owners();
    for (const node of cluster.running) node.isCut = true;
    await cluster.pass(30_000);
    nodeOf(cluster, 'b').isCut = false;
    await cluster.pass(0.5 * TTL_MS);
    expect(cluster.owners()).toEqual(before);
    for (const node of cluster.running) node.isCut = false;
    await cluster.pass(4 * TTL_MS);
    expect(cluster.owners()).toEqual(before);
  });

  it('gives the cameras of a node that ended meanwhile to the others once it is back', async () => {
    const cluster = await clusterOf('a', 'b');
    cluster.isPaused = true;
    await cluster.pass(20_000);
    nodeOf(cluster, 'b').kill();
    await cluster.pass(5000);
    cluster.resume();
    await cluster.pass(3 * TTL_MS);
    expect(cluster.owners()).toEqual(['a', 'a', 'a', 'a']);
  });

  it('makes a node that the others do not know wait until they have given up', async () => {
    const cluster = await clusterOf('a');
    nodeOf(cluster, 'a').isCut = true;
    await cluster.pass(TTL_MS + 100);
    await cluster.start('z');
    await cluster.pass((MAX_KEPT_TTLS - 3) * TTL_MS);
    expect(cluster.owners()).toEqual(['a', 'a', 'a', 'a']);
    await cluster.pass((STRANGER_WAIT_TTLS - MAX_KEPT_TTLS + 4) * TTL_MS);
    expect(cluster.owners()).toEqual(['z', 'z', 'z', 'z']);
  });
});

describe('whatever happens', () => {
  it.each([1, 5])('never do two nodes write for a camera (seed %i)', async (seed) => {
    const random = seededRandom(seed);
    for (let run = 0; run < 2; run++) {
      const cluster = await clusterOf('a', 'b', 'c');
      for (let step = 0; step < 40; step++) await happen(cluster, random);
      cluster.cutLinks.clear();
      cluster.resume();
      for (const node of cluster.running) node.heal();
      await cluster.pass((STRANGER_WAIT_TTLS + 10) * TTL_MS);
      expect(cluster.owners()).not.toContain(undefined);
    }
  });
});

/** One fault or its end, and time for what follows. */
async function happen(cluster: Cluster, random: () => number): Promise<void> {
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const what = random();
  const node = pick(cluster.running);
  const slowMs = random() * GIVEN_UP_MS;
  // The database is lost by all at once oftener than not: the rest is tested beside it.
  if (what < 0.15) cluster.isPaused = true;
  else if (what < 0.25) cluster.resume();
  else if (what < 0.35) for (const one of cluster.running) one.isCut = true;
  else if (what < 0.45) for (const one of cluster.running) one.isCut = random() < 0.5;
  else if (what < 0.5) node.isDeaf = !node.isDeaf;
  else if (what < 0.6) node.stop(random() * 20_000);
  else if (what < 0.68) node.delayMs = () => 1 + random() * slowMs;
  else if (what < 0.78) {
    const [from, to] = [pick(cluster.running), pick(cluster.running)];
    const link = `${from.id}>${to.id}`;
    if (!cluster.cutLinks.delete(link)) cluster.cutLinks.add(link);
  } else if (what < 0.83) {
    node.kill();
    await cluster.start(node.id);
  } else if (what < 0.86) {
    node.kill();
    await cluster.start(`${node.id[0]}${Math.floor(random() * 1000)}`);
  } else if (what < 0.9) await cluster.start(`d${Math.floor(random() * 1000)}`);
  else {
    cluster.cutLinks.clear();
    cluster.resume();
    for (const one of cluster.running) one.heal();
  }
  await cluster.pass(random() ** 2 * 5 * TTL_MS);
}
