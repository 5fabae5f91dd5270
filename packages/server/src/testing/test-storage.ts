import { DataDirectory } from '../platform/storage/data-directory.js';
import type { AuditRows, Repositories, Storage } from '../platform/storage/index.js';
import { PendingRestore } from '../platform/storage/pending-restore.js';
import { readBackup, writeBackup } from '../platform/storage/sqlite/backup-file.js';
import { LookoutDatabase } from '../platform/storage/sqlite/database.js';
import { sqliteRepositories } from '../platform/storage/sqlite/sqlite-repositories.js';

type Methods = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

/**
 * The product's storage without its thread, whose start takes longer than most tests. Calls are answered asynchronously, and what they are
 * given and answer is cloned, as it would be between threads.
 * @param audit less than its audit log keeps
 */
export function openTestStorage(path: string, audit?: AuditRows): Storage {
  const directory = DataDirectory.open(path);
  const db = LookoutDatabase.open(directory.databasePath, { migrates: true });
  const repositories = Object.entries(sqliteRepositories(db, audit)).map(([name, repository]) => {
    const methods = repository as unknown as Methods;
    const forward = (_target: object, method: string | symbol) =>
      typeof method === 'symbol' || method === 'then'
        ? undefined
        : async (...given: unknown[]) => structuredClone(methods[method]?.(...structuredClone(given)));
    return [name, new Proxy({}, { get: forward })];
  });
  const all = Object.fromEntries(repositories) as Repositories;
  return {
    ...all,
    ownSettings: all.settings,
    directory,
    backups: {
      outcome: undefined,
      pending: new PendingRestore(path),
      write: async (file, manifest, linksKey) => writeBackup(db, file, manifest, linksKey),
      read: async (file) => readBackup(file),
      counts: async () => db.counts(),
    },
    check: async () => db.check(),
    async close() {
      if (db.isOpen) db.close();
      directory.close();
    },
  };
}
