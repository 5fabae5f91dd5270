import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import Database from 'libsql';

const HINT = 'Choose another with --data DIRECTORY.';

/**
 * The directory of all server data, locked by one process. The lock belongs to the operating system (an open exclusive SQLite
 * transaction), so it ends with the process, however that ends; `lookout.pid` only names the holder.
 */
export class DataDirectory {
  readonly path: string;
  readonly #lock: Database.Database;

  private constructor(path: string, lock: Database.Database) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Creates the directory if it is missing, checks it, and takes the lock.
   * @throws LookoutError `storage_failed` if it can't be used; `conflict` if another process holds it
   */
  static open(path: string): DataDirectory {
    prepare(path);
    const lock = acquire(path);
    try {
      writeFileSync(join(path, 'lookout.pid'), `${process.pid}\n`, { mode: 0o600 });
    } catch (error) {
      lock.close();
      throw unusable(path, error);
    }
    return new DataDirectory(path, lock);
  }

  /** Folder of downloaded and prepared models. Not created here. */
  get modelsDir(): string {
    return join(this.path, 'models');
  }

  get databasePath(): string {
    return databasePath(this.path);
  }

  /**
   * 32 random bytes of this name, generated at the first call and stored in a file readable by this user only.
   * @throws LookoutError `storage_failed` if the file can't be read or written, or is not 32 bytes
   */
  secret(name: string): Uint8Array {
    const path = join(this.path, `${name}.key`);
    try {
      if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600, flag: 'wx' });
      const secret = readFileSync(path);
      if (secret.length === 32) return secret;
    } catch (error) {
      throw unusable(this.path, error);
    }
    throw new LookoutError('storage_failed', `The key file ${path} is damaged: expected 32 bytes`, {
      hint: 'Restore it from a backup, or remove it: Lookout then creates a new one, and the links of all cameras change.',
    });
  }

  /** Releases the lock. Idempotent. */
  close(): void {
    if (!this.#lock.open) return;
    rmSync(join(this.path, 'lookout.pid'), { force: true });
    this.#lock.close();
  }
}

/** Path of the database in a data directory. */
export function databasePath(directory: string): string {
  return join(directory, 'lookout.db');
}

function prepare(path: string): void {
  try {
    makeDirectories(resolve(path));
    if (!statSync(path).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(path, error);
  }
}

/**
 * Creates the directory and missing parents, for this user only: camera URLs with passwords are stored here. Not by `recursive`,
 * which in Node 20 never returns where the file system answers ENOENT to everything, as /proc does.
 */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent);
  mkdirSync(path, { mode: 0o700 });
}

function acquire(path: string): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(join(path, 'lookout.lock'), { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') {
      throw new LookoutError('conflict', `The data folder ${path} is in use by another Lookout${holder(path)}`, {
        hint: 'Stop that server, or choose another folder with --data DIRECTORY.',
        cause: error,
      });
    }
    throw unusable(path, error);
  }
}

function holder(path: string): string {
  try {
    const pid = Number.parseInt(readFileSync(join(path, 'lookout.pid'), 'utf8'), 10);
    return Number.isInteger(pid) ? ` (process ${pid})` : '';
  } catch {
    return ''; // The holder has not written its pid yet; the message is correct without it.
  }
}

function unusable(path: string, error: unknown): LookoutError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Record<string, string> = {
    EEXIST: 'it is not a directory',
    ENOTDIR: 'it, or a part of its path, is not a directory',
    EACCES: 'this user may not write there',
    EPERM: 'this user may not write there',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk quota is used up',
    ENOENT: 'it can’t be created there',
    SQLITE_FULL: 'the disk is full',
    SQLITE_READONLY: 'this user may not write there',
    SQLITE_NOTADB: 'it contains a lookout.lock of another program',
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new LookoutError('storage_failed', `Can't use the data folder ${path}: ${reason}`, {
    hint: HINT,
    cause: error,
  });
}
