import { LookoutError } from '@lookout/protocol';
import { CameraStore, LinkStore, TrackIdStore } from './camera-store.js';
import { DataDirectory, databasePath } from './data-directory.js';
import { LookoutDatabase } from './database.js';
import { KeyStore } from './key-store.js';

export type { CameraStore, LinkStore, TrackIdStore } from './camera-store.js';
export type { KeyStore } from './key-store.js';

/** Everything the server stores. */
export interface Storage {
  readonly directory: DataDirectory;
  readonly cameras: CameraStore;
  readonly keys: KeyStore;
  readonly links: LinkStore;
  readonly trackIds: TrackIdStore;
  /** `'ok'`, or why the database is not available; for `/readyz`. */
  check(): string;
  close(): void;
}

/**
 * Opens the data directory, its lock and its database, or none of them.
 * @throws LookoutError `storage_failed`, or `conflict` if another server uses the directory
 */
export function openStorage(path: string): Storage {
  const directory = DataDirectory.open(path);
  try {
    const db = LookoutDatabase.open(directory.databasePath);
    return {
      directory,
      cameras: new CameraStore(db),
      keys: new KeyStore(db),
      links: new LinkStore(db),
      trackIds: new TrackIdStore(db),
      check: () => db.check(),
      close() {
        db.close();
        directory.close();
      },
    };
  } catch (error) {
    directory.close();
    throw error;
  }
}

/**
 * Opens the API keys of a data directory and the cameras they may be limited to, even while a server uses it: for `lookout
 * keys`.
 * @throws LookoutError `storage_failed`, also if a server of another version is running
 */
export function openKeys(path: string): Pick<Storage, 'keys' | 'cameras' | 'close'> {
  const directory = lockUnlessUsed(path);
  try {
    const db = LookoutDatabase.open(databasePath(path), { migrates: directory !== undefined });
    return {
      keys: new KeyStore(db),
      cameras: new CameraStore(db),
      close() {
        db.close();
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
