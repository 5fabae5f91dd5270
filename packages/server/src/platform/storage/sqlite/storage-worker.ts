import { parentPort, workerData } from 'node:worker_threads';
import type { BackupManifest } from '@lookout/protocol';
import { setThreadNice } from '../../threads/thread-priority.js';
import { readBackup, writeBackup } from './backup-file.js';
import { LookoutDatabase } from './database.js';
import { type Answer, type Call, type Calls, type FromThread, type SqliteThreadData, toFailure } from './messages.js';
import { sqliteRepositories } from './sqlite-repositories.js';

// The thread of the database: carries out calls one after another, in the order they were sent.

const port = parentPort;
if (port === null) throw new TypeError('storage-worker runs as a worker thread');
// No frame waits for it, so frames go first; nicer than analysis workers.
setThreadNice(5);
const tell = (message: FromThread) => port.postMessage(message);

type Methods = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

function open(): LookoutDatabase | undefined {
  const { path, migrates } = workerData as SqliteThreadData;
  try {
    return LookoutDatabase.open(path, { migrates });
  } catch (error) {
    tell({ opened: false, failure: toFailure(error) });
    return undefined;
  }
}

const db = open();
if (db) {
  const targets = {
    ...sqliteRepositories(db),
    database: {
      check: () => db.check(),
      close: () => db.close(),
      counts: () => db.counts(),
      readBackup,
      writeBackup: (path: string, manifest: BackupManifest, key: Uint8Array) => writeBackup(db, path, manifest, key),
    },
  } as unknown as Readonly<Record<string, Methods>>;
  const answer = ({ id, target, method, given }: Call): Answer => {
    try {
      return { id, ok: true, result: targets[target]?.[method]?.(...given) };
    } catch (error) {
      return { id, ok: false, failure: toFailure(error) };
    }
  };
  port.on('message', (calls: Calls) => {
    tell({ answers: calls.map(answer) });
    if (!db.isOpen) port.close();
  });
  tell({ opened: true });
}
