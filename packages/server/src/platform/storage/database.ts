import { accessSync, chmodSync, constants, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import Database from 'libsql';
import { MIGRATIONS } from './migrations.js';

/**
 * What may be bound. Handed to the driver as one array, never spread: it takes a lone blob for named parameters. What it does
 * not know (a boolean, an object) makes it end the process.
 */
type Parameter = string | number | bigint | Uint8Array | null;

/** How long a statement waits for another process's lock (a backup, say) before it fails, ms. */
const BUSY_TIMEOUT_MS = 2000;
/** What SQLite wants at once for the index of its log (https://sqlite.org/walformat.html), and a page beside it. */
const SIDE_FILE_BYTES = 32_768 + 4096;

/**
 * The server's SQLite file: opened, checked and brought to the newest schema, or refused as it was found. Calls are
 * synchronous; rows are few and small. Every failure is a LookoutError `storage_failed`, but for `isDuplicate`.
 */
export class LookoutDatabase {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #inode: number;
  /** Prepared once: the statements are few and written in this package. */
  readonly #statements = new Map<string, Database.Statement>();

  private constructor(path: string, db: Database.Database) {
    this.path = path;
    this.#db = db;
    this.#inode = statSync(path).ino;
  }

  /** @param migrates false: another process has it open, so its schema must be this version's already. */
  static open(path: string, { migrates = true } = {}): LookoutDatabase {
    const db = guard(path, () => new Database(path, { timeout: BUSY_TIMEOUT_MS }));
    try {
      guard(path, () => {
        chmodSync(path, 0o600);
        // With a log that is written at each commit, a power cut costs at most the last changes, never the file.
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

  /** All rows of a query. */
  all(sql: string, ...parameters: Parameter[]): Record<string, unknown>[] {
    return guard(this.path, () => this.#prepare(sql).all(parameters) as Record<string, unknown>[]);
  }

  /** Runs a statement; returns how many rows it changed. */
  run(sql: string, ...parameters: Parameter[]): number {
    this.#checkPlace();
    return guard(this.path, () => this.#prepare(sql).run(parameters).changes);
  }

  /** All of `work` or nothing of it. */
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

  /** `'ok'`, or why the database does not answer. */
  check(): string {
    try {
      this.#checkPlace();
      this.all('SELECT 1');
      return 'ok';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Moves the log into the file, so that the file alone is a whole backup. Idempotent. */
  close(): void {
    if (!this.#db.open) return;
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // A full disk, say: the log stays, and the next start reads it.
    }
    this.#statements.clear();
    this.#db.close();
  }

  /** SQLite goes on in a file that was deleted or moved away, and all that is written there is lost. */
  #checkPlace(): void {
    const now = statSync(this.path, { throwIfNoEntry: false });
    if (now?.ino === this.#inode) return;
    throw new LookoutError('storage_failed', `The database ${this.path} was deleted or replaced while it was in use`, {
      hint: 'Restart the server; changes would be lost.',
    });
  }

  #prepare(sql: string): Database.Statement {
    const prepared = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

/** Whether a write failed because the row is there already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof LookoutError && /^SQLITE_CONSTRAINT_(PRIMARYKEY|UNIQUE)$/.test(sqliteCode(error.cause));
}

function migrate(db: Database.Database, path: string, migrates: boolean): void {
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    throw new LookoutError(
      'storage_failed',
      `${path} was written by a newer Lookout (schema ${version}, known: ${MIGRATIONS.length})`,
      {
        hint: 'Run that version, or restore the backup made before it.',
      },
    );
  }
  if (version === MIGRATIONS.length) return;
  if (!migrates) {
    throw new LookoutError('storage_failed', `The server that uses ${path} is of an older version than this program`, {
      hint: 'Restart the server, or use the program that it was started from.',
    });
  }
  // One transaction for all steps: a step that fails leaves the file as it was.
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
    [/^SQLITE_FULL$|^full$/, 'the disk is full', 'Free some space; nothing was changed.'],
    [/^SQLITE_READONLY|^read-only$/, 'it is read-only', 'Check the permissions of the file and its directory.'],
    [/^SQLITE_BUSY/, 'another process holds it', 'Stop what else has the database open.'],
    [/^SQLITE_(IOERR|CANTOPEN)/, 'the disk can’t be read or written', 'Check the disk and the permissions.'],
  ];
  const known = reasons.find(([pattern]) => pattern.test(failed ?? code));
  const reason = known?.[1] ?? (error instanceof Error ? error.message : String(error));
  return new LookoutError('storage_failed', `Can't use the database ${path}: ${reason}`, {
    hint: known?.[2],
    cause: error,
  });
}

/** Why a file could not be read or written: SQLite says only that it couldn't where its own side files found no room. */
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
