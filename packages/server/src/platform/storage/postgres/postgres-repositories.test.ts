import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase } from '../../../testing/postgres.js';
import { describeRepositories } from '../../../testing/repositories-suite.js';
import { type DatabaseAddress, parseAddress } from './address.js';
import { PostgresDatabase } from './database.js';
import { postgresRepositories } from './postgres-repositories.js';

/** What takes thousands of transactions to reach takes too long here. */
const limits = { eventChanges: 200, sessions: 100, audit: { entries: 20, refused: 5 } };

let address: DatabaseAddress;
let db: PostgresDatabase;
beforeAll(async () => {
  address = parseAddress(await createTestDatabase('repositories'));
  db = await PostgresDatabase.open(address);
});
afterAll(() => db.close());

describeRepositories('Postgres', async () => {
  await empty(db);
  let repositories = postgresRepositories(db, limits);
  return {
    limits,
    get repositories() {
      return repositories;
    },
    async reopen() {
      await db.close();
      db = await PostgresDatabase.open(address);
      repositories = postgresRepositories(db, limits);
    },
    async beside() {
      const other = await PostgresDatabase.open(address);
      return { repositories: postgresRepositories(other), close: () => other.close() };
    },
    close: async () => {},
  };
});

/** Removes all rows, which takes less time than a new database. */
async function empty(db: PostgresDatabase): Promise<void> {
  await db.run(`TRUNCATE cameras, camera_regions, camera_links, camera_shares, track_ids, api_keys, users, passkeys, used_challenges, sessions, audit, sign_in_codes, rules,
    settings, suppressions, phrase_calibrations, phrase_examples, events, event_classes, event_changes, webhooks, deliveries, leases, nodes RESTART IDENTITY CASCADE`);
  await db.run('ALTER SEQUENCE event_change_numbers RESTART');
}
