import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../testing/postgres.js';
import { storedCamera } from '../../testing/repositories-suite.js';
import { openClusterStorage } from './cluster-storage.js';
import { type ChangeNotice, type NodeReport, STRANGER_WAIT_TTLS } from './index.js';

const TTL_MS = 6000;
const SECRET = 'a secret that all nodes have in common';

let database: string;
let folder: string;
let a: Awaited<ReturnType<typeof open>>;
let b: Awaited<ReturnType<typeof open>>;

function open(name: string, joinSecret = SECRET) {
  return openClusterStorage({ data: join(folder, name), database, joinSecret, ttlMs: TTL_MS });
}

async function sql(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query(text).finally(() => client.end());
}

beforeAll(async () => {
  database = await createTestDatabase('cluster');
  folder = mkdtempSync(join(tmpdir(), 'lookout-nodes-'));
  a = await open('a');
  b = await open('b');
});
afterAll(async () => {
  await a?.close();
  await b?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => sql('TRUNCATE leases, nodes, cameras'));

const leaseOf = async (camera: string) => (await b.cluster.leases.list()).find((lease) => lease.camera === camera);

function node(given: Partial<NodeReport> = {}): NodeReport {
  const report = { id: 'n1', name: 'n1', url: 'http://n1', version: '1.0.0', labels: ['yard'], cores: 4, load: 0.5 };
  return { ...report, since: 1, ...given };
}

describe('leases in Postgres', () => {
  it('are of one node, until it gives them back', async () => {
    const { leases } = a.cluster;
    const epoch = await leases.claim('yard', 'n1', TTL_MS);
    expect(await b.cluster.leases.claim('yard', 'n2', TTL_MS)).toBeUndefined();
    expect(await leases.renew('n1', [{ camera: 'yard', epoch: epoch ?? 0 }], TTL_MS)).toEqual(['yard']);
    await leases.release('n1', [{ camera: 'yard', epoch: epoch ?? 0 }]);
    expect(await leaseOf('yard')).toMatchObject({ node: '', epoch });
    expect(await b.cluster.leases.claim('yard', 'n2', TTL_MS)).toBeGreaterThan(epoch ?? 0);
  });

  it('pass to the node that they are offered to, in one step and with a larger epoch', async () => {
    const epoch = (await a.cluster.leases.claim('yard', 'n1', TTL_MS)) ?? 0;
    expect(await b.cluster.leases.takeOver('yard', 'n2', TTL_MS)).toBeUndefined();
    expect(await a.cluster.leases.offer({ camera: 'yard', epoch, successor: 'n2' })).toBe(true);
    expect(await leaseOf('yard')).toMatchObject({ node: 'n1', successor: 'n2' });
    expect(await b.cluster.leases.takeOver('yard', 'n2', TTL_MS)).toBeGreaterThan(epoch);
    expect(await leaseOf('yard')).toMatchObject({ node: 'n2', successor: undefined });
    expect(await a.cluster.leases.renew('n1', [{ camera: 'yard', epoch }], TTL_MS)).toEqual([]);
    expect(await a.cluster.leases.offer({ camera: 'yard', epoch, successor: 'n3' })).toBe(false);
  });

  it('are lost with their row, and the next epoch is larger all the same', async () => {
    const epoch = (await a.cluster.leases.claim('yard', 'n1', TTL_MS)) ?? 0;
    await sql('DELETE FROM leases');
    expect(await a.cluster.leases.renew('n1', [{ camera: 'yard', epoch }], TTL_MS)).toEqual([]);
    expect(await b.cluster.leases.claim('yard', 'n2', TTL_MS)).toBeGreaterThan(epoch);
  });
});

describe('leases that have ended', () => {
  const ended = "UPDATE leases SET until = clock_timestamp() - interval '1 ms'";
  const heirs = (version: number, ...nodes: string[]) => ({ version, nodes });

  it('go at once to those whom their owner has named, and to others once it can have the camera no more', async () => {
    const { leases } = a.cluster;
    await leases.claim('yard', 'n1', TTL_MS, heirs(1, 'n2'));
    await sql(ended);
    expect(await leases.claim('yard', 'n3', TTL_MS)).toBeUndefined();
    expect(await leases.claim('yard', 'n2', TTL_MS, heirs(1, 'n1'))).toBeDefined();
    await sql(ended);
    expect(await leaseOf('yard')).toMatchObject({ node: 'n2', heirs: ['n1'] });
    expect(await leases.claim('yard', 'n2', TTL_MS, heirs(1)), 'a node that starts again').toBeDefined();
    await sql(`UPDATE leases SET until = clock_timestamp() - interval '${STRANGER_WAIT_TTLS * TTL_MS + 1} ms'`);
    expect(await leases.claim('yard', 'n3', TTL_MS)).toBeDefined();
  });

  it('are extended if nobody has taken the camera, with the newest word on who may', async () => {
    const { leases } = a.cluster;
    const epoch = (await leases.claim('yard', 'n1', TTL_MS, heirs(3, 'n2'))) ?? 0;
    await sql(ended);
    expect(await leases.renew('n1', [{ camera: 'yard', epoch }], TTL_MS, heirs(5, 'n3'))).toEqual(['yard']);
    expect((await leaseOf('yard'))?.leftMs).toBeGreaterThan(0);
    // One that was sent earlier and arrives later.
    expect(await leases.renew('n1', [{ camera: 'yard', epoch }], TTL_MS, heirs(4, 'n2'))).toEqual(['yard']);
    expect(await leaseOf('yard')).toMatchObject({ heirs: ['n3'] });
    await leases.offer({ camera: 'yard', epoch, successor: 'n2' });
    expect(await leases.takeOver('yard', 'n2', TTL_MS)).toBeUndefined();
    await leases.offer({ camera: 'yard', epoch, successor: 'n3' });
    expect(await leases.takeOver('yard', 'n3', TTL_MS)).toBeGreaterThan(epoch);
  });
});

describe('nodes in Postgres', () => {
  it('have a name of their own while they are alive', async () => {
    const { nodes } = a.cluster;
    expect(await nodes.report(node(), TTL_MS)).toBe(true);
    expect(await nodes.report(node({ since: 2 }), TTL_MS)).toBe(false);
    expect(await nodes.list()).toMatchObject([{ id: 'n1', labels: ['yard'], cores: 4, isAlive: true, since: 1 }]);
    expect(await nodes.report(node(), 0)).toBe(true);
    expect(await nodes.report(node({ since: 2 }), TTL_MS)).toBe(true);
  });

  it('are as old as the process that reports', async () => {
    const { nodes } = a.cluster;
    const age = async () => (await nodes.list())[0]?.upMs ?? Number.NaN;
    await nodes.report(node(), 0);
    await sql("UPDATE nodes SET joined = joined - interval '1 minute'");
    await nodes.report(node(), 0);
    expect(await age()).toBeGreaterThanOrEqual(60_000);
    await nodes.report(node({ since: 2 }), TTL_MS);
    expect(await age()).toBeLessThan(30_000);
  });
});

describe('what nodes share', () => {
  it('is told to the others at once', async () => {
    const notices: ChangeNotice[] = [];
    const end = b.cluster.changes.listen((notice) => notices.push(notice));
    await expect.poll(() => notices).toContainEqual({ type: 'back' });
    await a.cameras.insert(storedCamera);
    await expect.poll(() => notices).toContainEqual({ type: 'changed', table: 'cameras', id: 'yard', kind: 'insert' });
    await sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN%' OR query = 'SELECT 1'`);
    await expect.poll(() => notices.slice(2).map(({ type }) => type)).toEqual(['lost', 'back']);
    end();
  });

  it('is refused to nodes with another secret, and to older ones', async () => {
    await expect(open('c', 'another secret that the others do not have')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('have another join secret'),
    });
    await sql('UPDATE lookout_schema SET version = version + 1');
    await expect(open('c')).rejects.toThrow('was written by a newer Lookout');
    await sql('UPDATE lookout_schema SET version = version - 1');
  });

  it('is not backed up by Lookout', async () => {
    await expect(a.backups.counts()).rejects.toMatchObject({ code: 'unsupported' });
  });
});
