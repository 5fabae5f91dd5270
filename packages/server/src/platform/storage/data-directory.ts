import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import Database from 'libsql';

const HINT = 'Choose another with --data DIRECTORY.';

/**
 * The directory that holds all a server keeps, locked for one process. The lock is the operating system's (an exclusive
 * SQLite transaction that stays open), so it ends with its process, however that ends; `lookout.pid` only names the holder.
 */
export class DataDirectory {
  readonly path: string;
  readonly #lock: Database.Database;

  private constructor(path: string, lock: Database.Database) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Makes the directory where it is missing, checks it, and takes the lock.
   * @throws LookoutError `storage_failed` when it can't be used; `conflict` when another process holds it.
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

  /** Where downloaded and prepared models are kept. Not made here. */
  get modelsDir(): string {
    return join(this.path, 'models');
  }

  get databasePath(): string {
    return databasePath(this.path);
  }

  /**
   * 32 random bytes of this name, made at the first call and kept in a file for this user alone.
   * @throws LookoutError `storage_failed` when the file can't be read, written, or is not 32 bytes.
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
      hint: 'Restore it from a backup, or remove it: a new one is made, and the links of all cameras change.',
    });
  }

  /** Gives the lock back. Idempotent. */
  close(): void {
    if (!this.#lock.open) return;
    rmSync(join(this.path, 'lookout.pid'), { force: true });
    this.#lock.close();
  }
}

/** Where the database of a data directory is. */
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
 * The directory and those above it that are missing, for this user alone: camera URLs with passwords are kept here. Not by
 * `recursive`, which in Node 20 never returns where the file system answers ENOENT to everything, as /proc does.
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
        hint: 'Stop that server, or give this one a directory of its own with --data DIRECTORY.',
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
    return ''; // The holder is between locking and writing its number: the message is true without it.
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
    ENOENT: 'it can’t be made there',
    SQLITE_FULL: 'the disk is full',
    SQLITE_READONLY: 'this user may not write there',
    SQLITE_NOTADB: 'lookout.lock in it is not ours',
  };
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  return new LookoutError('storage_failed', `Can't use the data folder ${path}: ${reason}`, {
    hint: HINT,
    cause: error,
  });
}
