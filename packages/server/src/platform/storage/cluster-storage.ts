import { createHash, hkdfSync } from 'node:crypto';
import { LookoutError } from '@lookout/protocol';
import { DataDirectory } from './data-directory.js';
import type { Storage } from './index.js';
import { PendingRestore } from './pending-restore.js';
import { parseAddress } from './postgres/address.js';
import { PostgresDatabase } from './postgres/database.js';
import { PostgresLeases, PostgresNodes } from './postgres/leases.js';
import { PostgresChanges } from './postgres/postgres-changes.js';
import { postgresRepositories } from './postgres/postgres-repositories.js';
import type { ClusterStorage } from './repositories/index.js';

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
): Promise<Storage & { cluster: ClusterStorage }> {
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
    await checkSecret(db, joinSecret);
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
    const unsupported = () => {
      throw new LookoutError('unsupported', 'A database that several nodes share is not backed up by Lookout', {
        hint: 'Back Postgres up, for example with pg_dump.',
      });
    };
    return {
      ...postgresRepositories(db),
      cluster: { leases: new PostgresLeases(leases), nodes: new PostgresNodes(leases), changes },
      directory,
      backups: {
        outcome: undefined,
        pending: new PendingRestore(data),
        write: async () => unsupported(),
        read: async () => unsupported(),
        counts: async () => unsupported(),
      },
      check: () => db.check(CHECK_DEADLINE_MS),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The key of links, which every node makes for itself. */
export function linkKeyOf(joinSecret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', joinSecret, '', 'lookout links', 32));
}

/** The first node decides; of the secret, only a hash of a hash is stored. */
async function checkSecret(db: PostgresDatabase, joinSecret: string): Promise<void> {
  const derived = new Uint8Array(hkdfSync('sha256', joinSecret, '', 'lookout fingerprint', 32));
  const fingerprint = new Uint8Array(createHash('sha256').update(derived).digest());
  await db.run(
    "INSERT INTO shared_secrets (name, fingerprint) VALUES ('join', $1) ON CONFLICT (name) DO NOTHING",
    fingerprint,
  );
  const same = await db.all("SELECT 1 FROM shared_secrets WHERE name = 'join' AND fingerprint = $1", fingerprint);
  if (same.length > 0) return;
  throw new LookoutError('conflict', 'The nodes of this database have another join secret', {
    hint: 'Give all nodes the same file with --join-secret-file.',
  });
}
