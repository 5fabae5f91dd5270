/** What several nodes rely on, beyond the contract of the repositories. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptEvent } from '../../../testing/event-repository-suite.js';
import { createTestDatabase } from '../../../testing/postgres.js';
import type { Repositories } from '../repositories/index.js';
import { parseAddress } from './address.js';
import { connectionOptions, PostgresDatabase } from './database.js';
import { PostgresLeases } from './leases.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations.js';
import { postgresRepositories } from './postgres-repositories.js';

const TTL_MS = 60_000;

let url: string;
let first: PostgresDatabase;
let second: PostgresDatabase;
/** A connection outside of Lookout, for transactions that are left open. */
let outside: pg.Client;
let repositories: Repositories;

beforeAll(async () => {
  url = await createTestDatabase('guarantees');
  // Both migrate the empty database: one of them does, and the other waits for it.
  [first, second] = await Promise.all([
    PostgresDatabase.open(parseAddress(url)),
    PostgresDatabase.open(parseAddress(url)),
  ]);
  outside = new pg.Client({ connectionString: url });
  await outside.connect();
  repositories = postgresRepositories(first);
});
afterAll(async () => {
  await outside.end();
  await Promise.all([first.close(), second.close()]);
});

/** Until a statement waits for a lock that `outside` has. */
const someoneWaits = () =>
  expect
    .poll(() =>
      second.all("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"),
    )
    .not.toEqual([]);

describe('a lease', () => {
  it('goes to one of those who claim it at once, also when it has just ended', async () => {
    const nodes = [first, second].map((db) => new PostgresLeases(db));
    const claimAll = async () => {
      const claims = Array.from({ length: 12 }, (_, i) => nodes[i % 2]!.claim('hall', `n${i}`, TTL_MS));
      return (await Promise.all(claims)).filter((epoch) => epoch !== undefined);
    };
    const [before, ...others] = await claimAll();
    expect(others).toEqual([]);
    await outside.query("UPDATE leases SET until = clock_timestamp() WHERE camera = 'hall'");
    const [after, ...more] = await claimAll();
    expect(more).toEqual([]);
    expect(after).toBeGreaterThan(before ?? 0);
  });

  it('that was taken over lets the former owner write nothing more', async () => {
    const { events, trackIds } = repositories;
    const leases = new PostgresLeases(second);
    const old = (await leases.claim('yard', 'n1', 0)) ?? 0;
    await events.insert(keptEvent('a1'), [], old);
    const fresh = (await leases.claim('yard', 'n2', TTL_MS)) ?? 0;
    const lost = { code: 'lease_lost' };
    await expect(events.insert(keptEvent('a2'), [], old)).rejects.toMatchObject(lost);
    await expect(events.update(keptEvent('a1'), 'ended', [], old)).rejects.toMatchObject(lost);
    await expect(events.amend('a1', { hasSnapshot: true }, old)).rejects.toMatchObject(lost);
    await expect(trackIds.reserve('yard', 10, old)).rejects.toMatchObject(lost);
    expect((await events.changesAfter(0, 9)).changes.map(({ kind }) => kind)).toEqual(['created']);

    await events.update(keptEvent('a1'), 'ended', [], fresh);
    await expect(events.update(keptEvent('a9'), 'ended', [], fresh)).rejects.toMatchObject({ code: 'not_found' });
    expect(await trackIds.reserve('yard', 10, fresh)).toBe(1);
    // Users own no camera.
    await events.amend('a1', { seen: true });
    await outside.query('DELETE FROM leases');
    await expect(events.insert(keptEvent('a2'), [], fresh)).rejects.toMatchObject(lost);
  });

  it('that is being taken over makes a write wait for the outcome', async () => {
    const epoch = (await new PostgresLeases(first).claim('yard', 'n1', TTL_MS)) ?? 0;
    await outside.query('BEGIN');
    await outside.query("UPDATE leases SET epoch = nextval('lease_epochs') WHERE camera = 'yard'");
    const writing = repositories.events.insert(keptEvent('b1'), [], epoch).catch(({ code }) => code);
    await someoneWaits();
    await outside.query('COMMIT');
    expect(await writing).toBe('lease_lost');
    expect(await repositories.events.get('b1')).toBeUndefined();
  });
});

it('changes of events are numbered in the order in which readers can see them', async () => {
  const { events } = repositories;
  const before = await events.lastChange();
  await outside.query('BEGIN');
  const { rows } = await outside.query<{ seq: string }>(
    "INSERT INTO event_changes (event_id, camera, kind) VALUES ('slow', 'yard', 'created') RETURNING seq",
  );
  const later = events.insert(keptEvent('fast'), []);
  await someoneWaits();
  // A reader that saw the fast one now would never look for the slow one again.
  expect((await events.changesAfter(before, 9)).changes).toEqual([]);
  await outside.query('COMMIT');
  expect(await later).toBeGreaterThan(Number(rows[0]?.seq));
  expect((await events.changesAfter(before, 9)).changes.map(({ eventId }) => eventId)).toEqual(['slow', 'fast']);
});

describe('a database', () => {
  it('that a newer Lookout migrates is closed to those that run', async () => {
    const address = parseAddress(await createTestDatabase('migrated'));
    const old = await PostgresDatabase.open(address);
    const { cameras } = postgresRepositories(old);
    expect(await cameras.list()).toEqual([]);
    await migrate(connectionOptions(address), address.name, [
      ...MIGRATIONS,
      'ALTER TABLE cameras ADD COLUMN later text',
    ]);
    const refused = { code: 'storage_failed', message: expect.stringContaining('was written by a newer Lookout') };
    // The first call may notice that its connection has ended.
    await expect.poll(() => cameras.list().catch(({ code, message }) => ({ code, message }))).toEqual(refused);
    await expect(PostgresDatabase.open(address)).rejects.toMatchObject(refused);
    await old.close();
  });

  it('is as it was if a step of a migration fails', async () => {
    const address = parseAddress(await createTestDatabase('half'));
    const broken = migrate(connectionOptions(address), address.name, ['CREATE TABLE cameras ()', 'no SQL']);
    await expect(broken).rejects.toThrow('syntax error');
    await (await PostgresDatabase.open(address)).close();
  });

  it.each([
    ['there is no database of that name', () => url.replace('/guarantees', '/nowhere')],
    ['nothing answers there', () => 'postgres:///x?host=/nowhere'],
    ['nothing answers there', () => 'postgres://lookout:hunter2@127.0.0.1:1/x'],
  ])('that can’t be used is refused with the reason: %s', async (reason, address) => {
    const error = await PostgresDatabase.open(parseAddress(address())).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'storage_failed', message: expect.stringContaining(reason) });
    expect(error).toHaveProperty('hint', expect.any(String));
    expect(JSON.stringify([error, String((error as Error).message)])).not.toContain('hunter2');
  });

  it('has an address whose password is not repeated', () => {
    expect(parseAddress('postgres://me:hunter2@db:5433/cams').name).toBe('postgres://me@db:5433/cams');
    for (const wrong of ['mysql://me:hunter2@db/cams', 'postgres://me:hunter2@db:99999999/cams']) {
      expect(() => parseAddress(wrong)).toThrow(/^The address of the database is not valid$/);
    }
  });
});
