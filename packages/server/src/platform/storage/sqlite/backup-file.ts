import { chmodSync, closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { BackupManifest, LookoutError, type StoredCounts } from '@lookout/protocol';
import Database from 'libsql';
import { countRows } from './count-rows.js';
import type { LookoutDatabase } from './database.js';
import { MIGRATIONS } from './migrations.js';

/** A backup and what it says of itself. */
export interface BackupContents {
  readonly manifest: BackupManifest;
  readonly contains: StoredCounts;
  /** The key of all links. */
  readonly linksKey: Uint8Array;
}

/** Marks the file as ours (https://sqlite.org/pragma.html#pragma_application_id): "LkBk". */
const APPLICATION_ID = 0x4c6b426b;
const HEADER = 'SQLite format 3\0';
const KEY_BYTES = 32;
/** Beside the tables of the server; none of theirs has this name. */
const TABLE = 'CREATE TABLE lookout_backup (name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT';
const NOT_OURS = 'This file is not a backup of Lookout';

/**
 * Copies a database that is in use into one file: all of one moment. `VACUUM INTO`, since the driver has no binding for SQLite's backup
 * calls; either reads a snapshot. Browser sessions stay behind.
 * @param path of a file that does not exist; removed again if it can't be written completely
 * @throws LookoutError `storage_failed`
 */
export function writeBackup(db: LookoutDatabase, path: string, manifest: BackupManifest, linksKey: Uint8Array): void {
  try {
    db.copyTo(path);
    chmodSync(path, 0o600);
    withDatabase(path, {}, (copy) => {
      copy.exec(`DELETE FROM sessions; DELETE FROM sign_in_codes; ${TABLE}; PRAGMA application_id = ${APPLICATION_ID}`);
      const insert = copy.prepare('INSERT INTO lookout_backup (name, value) VALUES (?, ?)');
      insert.run(['manifest', Buffer.from(JSON.stringify(manifest))]);
      insert.run(['links.key', Buffer.from(linksKey)]);
    });
  } catch (error) {
    rmSync(path, { force: true });
    if (error instanceof LookoutError) throw error;
    throw new LookoutError('storage_failed', `The backup could not be written: ${(error as Error).message}`, {
      hint: 'Check that the disk of the data folder has room for it.',
      cause: error,
    });
  }
}

/**
 * Reads and checks a backup: that it is one, complete, of a version this one knows, and has exactly the tables of that version, with no
 * triggers or views that would run later.
 * @throws LookoutError `backup_invalid` with the reason
 */
export function readBackup(path: string): BackupContents {
  checkHeader(path);
  try {
    return withDatabase(path, { readonly: true }, (db) => {
      // A schema of others must not call functions while it is read.
      db.exec('PRAGMA trusted_schema = OFF');
      const version = checkIdentity(db);
      const { quick_check: health } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
      if (health !== 'ok') throw refusal('This backup is damaged', health);
      checkSchema(db, version);
      return { ...readParts(db), contains: countRows(db) };
    });
  } catch (error) {
    if (error instanceof LookoutError) throw error;
    throw refusal('This backup is damaged or incomplete', (error as Error).message, error);
  }
}

/** Turns a checked backup into the database of a server. */
export function stripBackup(path: string): void {
  withDatabase(path, {}, (db) => void db.exec('DROP TABLE lookout_backup; PRAGMA application_id = 0'));
}

/** Before SQLite opens it, which takes an empty or a very short file for a new database. */
function checkHeader(path: string): void {
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header) < header.length || header.toString('latin1', 0, 16) !== HEADER) throw refusal(NOT_OURS);
  } finally {
    closeSync(file);
  }
  // https://sqlite.org/fileformat.html#the_database_header: a page size of 1 means 65536.
  const pageSize = header.readUInt16BE(16);
  const expected = (pageSize === 1 ? 65_536 : pageSize) * header.readUInt32BE(28);
  const { size } = statSync(path);
  if (size === expected) return;
  throw refusal('This backup is incomplete', `it has ${size} of ${expected} bytes`);
}

function checkIdentity(db: Database.Database): number {
  const { application_id: id } = db.prepare('PRAGMA application_id').get() as { application_id: number };
  if (id !== APPLICATION_ID) throw refusal(NOT_OURS, 'it is a database of another program');
  const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > MIGRATIONS.length) {
    const what = `schema ${version}; this version knows ${MIGRATIONS.length}`;
    throw refusal('This backup was made by a newer Lookout', what, undefined, 'Update Lookout first, then restore.');
  }
  if (version < 1) throw refusal(NOT_OURS, `schema ${version}`);
  return version;
}

function checkSchema(db: Database.Database, version: number): void {
  const expected = new Database(':memory:');
  try {
    for (const step of MIGRATIONS.slice(0, version)) expected.exec(step);
    expected.exec(TABLE);
    const [have, want] = [objectsOf(db), objectsOf(expected)];
    const odd = have.find((object) => !want.includes(object)) ?? want.find((object) => !have.includes(object));
    if (odd !== undefined)
      throw refusal('This backup is not as Lookout makes it', `its schema differs at ${nameIn(odd)}`);
  } finally {
    expected.close();
  }
}

/** Everything in a database that has a definition, each as one text. */
function objectsOf(db: Database.Database): string[] {
  const rows = db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema').all() as Record<string, unknown>[];
  return rows.map(({ type, name, tbl_name, sql }) => JSON.stringify([type, name, tbl_name, sql]));
}

function nameIn(object: string): string {
  const [type, name] = JSON.parse(object) as string[];
  return `the ${type} ${String(name).slice(0, 100)}`;
}

function readParts(db: Database.Database): Omit<BackupContents, 'contains'> {
  const rows = db.prepare('SELECT name, value FROM lookout_backup').all() as { name: string; value: ArrayBuffer }[];
  const part = (name: string) => Buffer.from(rows.find((row) => row.name === name)?.value ?? new ArrayBuffer(0));
  const linksKey = new Uint8Array(part('links.key'));
  if (linksKey.length !== KEY_BYTES) throw refusal('This backup is incomplete', 'the key of the links is missing');
  const manifest = BackupManifest.safeParse(JSON.parse(part('manifest').toString() || 'null'));
  if (!manifest.success) throw refusal('This backup is incomplete', 'it does not say what is in it');
  return { manifest: manifest.data, linksKey };
}

function withDatabase<T>(path: string, options: Database.Options, work: (db: Database.Database) => T): T {
  const db = new Database(path, options);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

function refusal(message: string, detail?: string, cause?: unknown, hint?: string): LookoutError {
  return new LookoutError('backup_invalid', detail === undefined ? message : `${message}: ${detail}`, {
    hint: hint ?? 'Choose a file that was downloaded from Settings, Backup. Nothing was changed.',
    cause,
  });
}
