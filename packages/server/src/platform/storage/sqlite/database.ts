import { accessSync, chmodSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoredCounts } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import Database from 'libsql';
import { countRows } from './count-rows.js';
import { MIGRATIONS } from './migrations.js';

/**
 * Bindable values. Passed to the driver as one array, never spread: it takes a lone blob for named parameters. Other types (a
 * boolean, an object) make it abort the process.
 */
type Parameter = string | number | bigint | Uint8Array | null;

/** How long a statement waits for another process's lock (e.g. a backup) before it fails, ms. */
const BUSY_TIMEOUT_MS = 2000;
/** Size SQLite needs at once for the index of its log (https://sqlite.org/walformat.html), plus a page. */
const SIDE_FILE_BYTES = 32_768 + 4096;

/**
 * The server's SQLite file: opened, checked and migrated to the newest schema, or rejected unchanged. Calls are synchronous,
 * since rows are few and small. All failures are LookoutErrors `storage_failed`, except for `isDuplicate`.
 */
export class LookoutDatabase {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #inode: number;
  /** Statements are prepared once: they are few and written in this package. */
  readonly #statements = new Map<string, Database.Statement>();

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.#db = db;
    this.#inode = statSync(path).ino;
  }

  /** @param migrates false if another process has the file open, so that its schema must already be this version's */
  static open(path: string, { migrates = true } = {}): LookoutDatabase {
    const db = guard(path, () => new Database(path, { timeout: BUSY_TIMEOUT_MS }));
    try {
      guard(path, () => {
        chmodSync(path, 0o600);
        // With a log written at each commit, a power failure costs at most the last changes, never the file.
        db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
        const health = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
        if (health.quick_check !== 'ok') throw damaged(path, health.quick_check);
      });
      guard(path, () => migrate(db, path, migrates));
    } catch (error) {
      db.close();
      throw error;
    }
    return new LookoutDatabase(path, db);
  }

  get isOpen(): boolean {
    return this.#db.open;
  }

  /** All rows of a query. */
  all(sql: string, ...parameters: Parameter[]): Record<string, unknown>[] {
    return guard(this.path, () => this.#prepare(sql).all(parameters) as Record<string, unknown>[]);
  }

  /** Runs a statement. @returns number of changed rows */
  run(sql: string, ...parameters: Parameter[]): number {
    // A transaction has checked it.
    if (!this.#db.inTransaction) this.#checkPlace();
    return guard(this.path, () => this.#prepare(sql).run(parameters).changes);
  }

  /** Runs `work` completely or not at all. */
  transaction<T>(work: () => T): T {
    this.#checkPlace();
    return guard(this.path, () => {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        this.#db.exec('COMMIT');
        return result;
      } catch (error) {
        if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  /** Copies everything of this moment into a new file. */
  copyTo(path: string): void {
    guard(this.path, () => this.#db.prepare('VACUUM INTO ?').run([path]));
  }

  /** How many there are of what a backup has. */
  counts(): StoredCounts {
    return guard(this.path, () => countRows(this.#db));
  }

  /** `'ok'`, or why the database is not available. */
  check(): string {
    try {
      this.#checkPlace();
      this.all('SELECT 1');
      return 'ok';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Merges the log into the file, so that the file alone is a complete backup. Idempotent. */
  close(): void {
    if (!this.#db.open) return;
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // E.g. a full disk: the log remains, and the next start reads it.
    }
    this.#statements.clear();
    this.#db.close();
  }

  /** SQLite keeps writing to a file that was deleted or moved away, and all of that would be lost. */
  #checkPlace(): void {
    const now = statSync(this.path, { throwIfNoEntry: false });
    if (now?.ino === this.#inode) return;
    throw new LookoutError('storage_failed', `The database ${this.path} was deleted or replaced while it was in use`, {
      hint: 'Restart the server. Changes are refused, since they would be lost.',
    });
  }

  #prepare(sql: string): Database.Statement {
    const prepared = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** The bytes of a blob, which the driver returns as an `ArrayBuffer`. */
export function bytesOf(blob: unknown): Uint8Array {
  return new Uint8Array(blob as ArrayBuffer);
}

/** Whether a write failed because the row already exists. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof LookoutError && /^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE)$/.test(sqliteCode(error.cause));
}

function migrate(db: Database.Database, path: string, migrates: boolean): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    throw new LookoutError(
      'storage_failed',
      `${path} was written by a newer Lookout (schema ${version}; this version knows ${MIGRATIONS.length})`,
      {
        hint: 'Run that version, or restore a backup made before the upgrade.',
      },
    );
  }
  if (version === MIGRATIONS.length) return;
  if (!migrates) {
    throw new LookoutError('storage_failed', `The server that uses ${path} is older than this program`, {
      hint: 'Restart the server, or use the program of its version.',
    });
  }
  // One transaction for all steps, so that a failing step leaves the file unchanged.
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function guard<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LookoutError) throw error;
    throw describe(path, error);
  }
}

function describe(path: string, error: unknown): LookoutError {
  const code = sqliteCode(error);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return damaged(path, code, error);
  const failed = /^SQLITE_(IOERR|CANTOPEN)/.test(code) ? stateOfDisk(path) : undefined;
  const reasons: [RegExp, string, string][] = [
    [/^SQLITE_FULL$|^full$/, 'the disk is full', 'Free some space. Nothing was changed.'],
    [/^SQLITE_READONLY|^read-only$/, 'it is read-only', 'Check the permissions of the file and its directory.'],
    [/^SQLITE_BUSY/, 'another process has locked it', 'Stop the other program that has the database open.'],
    [/^SQLITE_(IOERR|CANTOPEN)/, 'the disk can’t be read or written', 'Check the disk and the permissions.'],
  ];
  const known = reasons.find(([pattern]) => pattern.test(failed ?? code));
  const reason = known?.[1] ?? (error instanceof Error ? error.message : String(error));
  return new LookoutError('storage_failed', `Can't use the database ${path}: ${reason}`, {
    hint: known?.[2],
    cause: error,
  });
}

/** Why a file could not be read or written: SQLite only reports a generic error if its side files did not fit. */
function stateOfDisk(path: string): 'full' | 'read-only' | undefined {
  try {
    const { bavail, bsize, ffree, files } = statfsSync(dirname(path));
    if (bavail * bsize < SIDE_FILE_BYTES || (files > 0 && ffree === 0)) return 'full';
    accessSync(dirname(path), constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS' ? 'read-only' : undefined;
  }
}

function damaged(path: string, what: string, cause?: unknown): LookoutError {
  return new LookoutError('storage_failed', `The database ${path} is damaged (${what})`, {
    hint: `Restore a backup, or move ${path} away: the server then starts with an empty one.`,
    cause,
  });
}

function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
