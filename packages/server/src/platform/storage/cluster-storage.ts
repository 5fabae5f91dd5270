import { LookoutError } from '@lookout/protocol';
import { DataDirectory } from './data-directory.js';
import type { KeyStorage, Storage } from './index.js';
import { checkJoinSecret, linkKeyFor } from './join-secret.js';
import { PendingRestore } from './pending-restore.js';
import { parseAddress } from './postgres/address.js';
import { PostgresDatabase } from './postgres/database.js';
import { PostgresLeases, PostgresNodes } from './postgres/leases.js';
import { PostgresChanges } from './postgres/postgres-changes.js';
import { postgresRepositories } from './postgres/postgres-repositories.js';
import type { ClusterStorage } from './repositories/index.js';

/** What `lookout keys` and `lookout users` need of the database that nodes share. @throws LookoutError `storage_failed` */
export async function openSharedKeys(database: string): Promise<KeyStorage> {
  const db = await PostgresDatabase.open(parseAddress(database));
  return { ...postgresRepositories(db), close: () => db.close() };
}

export interface ClusterStorageOptions {
  /** The data folder of this node. */
  readonly data: string;
  readonly database: string;
  readonly joinSecret: string;
  /** How long a lease lasts after it was extended, ms. */
  readonly ttlMs: number;
}

const CHECK_DEADLINE_MS = 1000;
/** Connections for leases alone, so that they are not extended late because others wait for the database. */
const LEASE_CONNECTIONS = 2;

/**
 * Opens the database that nodes share, and the data folder of this one.
 * @throws LookoutError `storage_failed`; `conflict` if another server uses the folder, or other nodes have another join secret
 */
export async function openClusterStorage(
  options: ClusterStorageOptions,
): Promise<Omit<Storage, 'ownSettings'> & { cluster: ClusterStorage; linkKey: Uint8Array }> {
  const { data, database, joinSecret, ttlMs } = options;
  const address = parseAddress(database);
  const directory = DataDirectory.open(data);
  const closers: (() => unknown)[] = [() => directory.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const db = await PostgresDatabase.open(address);
    closers.push(() => db.close());
    await checkJoinSecret(db, address.name, joinSecret);
    const linkKey = await linkKeyFor(db, joinSecret);
    const answerMs = ttlMs / 4;
    const leases = await PostgresDatabase.open(address, {
      max: LEASE_CONNECTIONS,
      connectionTimeoutMillis: answerMs,
      statement_timeout: answerMs,
      query_timeout: answerMs,
    });
    closers.push(() => leases.close());
    const changes = new PostgresChanges(address);
    closers.push(() => changes.close());
    const refusal = new LookoutError('unsupported', 'A database that several nodes share is not backed up by Lookout', {
      hint: 'Back Postgres up, for example with pg_dump.',
    });
    const refuse = () => Promise.reject(refusal);
    return {
      ...postgresRepositories(db),
      cluster: { leases: new PostgresLeases(leases), nodes: new PostgresNodes(leases), changes },
      linkKey,
      directory,
      backups: {
        refusal,
        outcome: undefined,
        pending: new PendingRestore(data),
        write: refuse,
        read: refuse,
        counts: refuse,
      },
      check: () => db.check(CHECK_DEADLINE_MS),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
