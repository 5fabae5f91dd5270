import { type BackupManifest, LookoutError, type StoredCounts } from '@lookout/protocol';
import { DataDirectory, databasePath } from './data-directory.js';
import { PendingRestore, type RestoreOutcome } from './pending-restore.js';
import type { Repositories, SettingRepository } from './repositories/index.js';
import type { BackupContents } from './sqlite/backup-file.js';
import { SqliteThread } from './sqlite/sqlite-thread.js';

export * from './repositories/index.js';

/** Everything the server stores. */
export interface Storage extends Repositories {
  /** Those of this node alone, where several share the others. */
  readonly ownSettings: SettingRepository;
  readonly directory: DataDirectory;
  /** `'ok'`, or why the database is not available; for `/readyz`. Answers within a second. */
  check(): Promise<string>;
  readonly backups: Backups;
  /** Finishes what was asked for before, then releases the directory. Idempotent. */
  close(): Promise<void>;
}

/** The database as one file, and back. */
export interface Backups {
  /** Why there are none; undefined: there are. */
  readonly refusal?: LookoutError;
  /** What the start did about a restore; undefined: there was none. */
  readonly outcome: RestoreOutcome | undefined;
  readonly pending: PendingRestore;
  /** @param path of a new file @throws LookoutError `storage_failed` */
  write(path: string, manifest: BackupManifest, linksKey: Uint8Array): Promise<void>;
  /** @throws LookoutError `backup_invalid` */
  read(path: string): Promise<BackupContents>;
  /** What is in the database now. */
  counts(): Promise<StoredCounts>;
}

/** How long the database may take to answer before it counts as unavailable, ms. */
const CHECK_DEADLINE_MS = 1000;

/**
 * Opens the data directory, its lock and its database, or none of them.
 * @throws LookoutError `storage_failed`, or `conflict` if another server uses the directory
 */
export async function openStorage(path: string): Promise<Storage> {
  const directory = DataDirectory.open(path);
  try {
    const pending = new PendingRestore(path);
    const outcome = pending.begin(Date.now());
    const thread = await SqliteThread.open({ path: directory.databasePath, migrates: true });
    return {
      ...thread.repositories,
      ownSettings: thread.repositories.settings,
      directory,
      backups: {
        outcome,
        pending,
        write: (file, manifest, linksKey) => thread.writeBackup(file, manifest, linksKey),
        read: (file) => thread.readBackup(file),
        counts: () => thread.counts(),
      },
      check: () => thread.check(CHECK_DEADLINE_MS),
      async close() {
        await thread.close();
        directory.close();
      },
    };
  } catch (error) {
    directory.close();
    throw error;
  }
}

/** Who may do what. */
export type KeyStorage = Pick<Storage, 'keys' | 'users' | 'passkeys' | 'sessions' | 'audit' | 'cameras' | 'close'>;

/**
 * Opens the API keys and users of a data directory and the cameras they may be limited to, even while a server uses it: for
 * `lookout keys` and `lookout users`.
 * @throws LookoutError `storage_failed`, also if a server of another version is running
 */
export async function openKeys(path: string): Promise<KeyStorage> {
  const directory = lockUnlessUsed(path);
  try {
    const thread = await SqliteThread.open({ path: databasePath(path), migrates: directory !== undefined });
    return {
      ...thread.repositories,
      async close() {
        await thread.close();
        directory?.close();
      },
    };
  } catch (error) {
    directory?.close();
    throw error;
  }
}

function lockUnlessUsed(path: string): DataDirectory | undefined {
  try {
    return DataDirectory.open(path);
  } catch (error) {
    if (error instanceof LookoutError && error.code === 'conflict') return undefined;
    throw error;
  }
}
