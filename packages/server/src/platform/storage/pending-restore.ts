import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { readBackup, stripBackup } from './sqlite/backup-file.js';

/** What was found at the start; for the log. */
export type RestoreOutcome =
  | { done: 'restored'; saved: string }
  | { done: 'put back'; saved: string; reason: string }
  | { done: 'failed'; reason: string };

const DATABASE = 'lookout.db';
const LINKS = 'links.key';
const KEPT_COPIES = 3;

/**
 * The steps of a restore that happen between two starts, while no database is open:
 *
 * `restore/upload.db` → (accepted) `restore/accepted.db` → the database, with the old one in `before-restore/TIME/` and
 * `restore/on-trial` naming it until a start succeeds. If that start fails, the next one puts the old database back.
 */
export class PendingRestore {
  readonly #data: string;

  /** @param data folder, locked by this process */
  constructor(data: string) {
    this.#data = data;
  }

  /** Where an upload is written. Its folder exists. */
  get uploadPath(): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return join(this.#folder, 'upload.db');
  }

  /** The next start restores the upload. @throws Error of the file system */
  accept(): void {
    renameSync(this.uploadPath, this.#accepted);
  }

  /** Call before the database is opened. @returns what it did; undefined: there was nothing to do */
  begin(nowMs: number): RestoreOutcome | undefined {
    this.#clear();
    if (existsSync(this.#trial)) return this.#putBack();
    if (!existsSync(this.#accepted)) return undefined;
    try {
      return { done: 'restored', saved: this.#replace(nowMs) };
    } catch (error) {
      // Nothing was replaced yet, or it is put back now; the server starts with what it had.
      rmSync(this.#accepted, { force: true });
      if (existsSync(this.#trial)) this.#putBack();
      return { done: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** The start succeeded: what was restored stays. */
  confirm(): void {
    rmSync(this.#trial, { force: true });
  }

  /** Removes what a killed process left of uploads and downloads. */
  #clear(): void {
    if (!existsSync(this.#folder)) return;
    const left = readdirSync(this.#folder).filter((name) => /^(upload|backup-[\w-]+)\.db/.test(name));
    for (const name of left) rmSync(join(this.#folder, name), { force: true });
  }

  get #folder(): string {
    return join(this.#data, 'restore');
  }

  get #accepted(): string {
    return join(this.#folder, 'accepted.db');
  }

  get #trial(): string {
    return join(this.#folder, 'on-trial');
  }

  #replace(nowMs: number): string {
    // Once more: the file has been on the disk since it was checked.
    const { linksKey } = readBackup(this.#accepted);
    const name = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
    const saved = join(this.#data, 'before-restore', name);
    mkdirSync(saved, { recursive: true, mode: 0o700 });
    const database = join(this.#data, DATABASE);
    stripBackup(this.#accepted);
    if (existsSync(join(this.#data, LINKS))) copyFileSync(join(this.#data, LINKS), join(saved, LINKS));
    writeFileSync(this.#trial, name, { mode: 0o600 });
    // With the log of a server that was killed, if there is one.
    move(database, join(saved, DATABASE));
    writeFileSync(join(this.#data, LINKS), linksKey, { mode: 0o600 });
    renameSync(this.#accepted, database);
    this.#removeOldCopies();
    return saved;
  }

  #putBack(): RestoreOutcome {
    const name = readFileSync(this.#trial, 'utf8').trim();
    const saved = join(this.#data, 'before-restore', name);
    const database = join(this.#data, DATABASE);
    // A name of ours, not of somebody who can write here: it stays within the folder.
    if (!/^[\dTZ-]+$/.test(name)) throw new LookoutError('storage_failed', `${this.#trial} is damaged`);
    if (existsSync(join(saved, DATABASE))) {
      move(database, join(saved, 'did-not-start.db'));
      move(join(saved, DATABASE), database);
    }
    if (existsSync(join(saved, LINKS))) copyFileSync(join(saved, LINKS), join(this.#data, LINKS));
    rmSync(this.#trial);
    rmSync(this.#accepted, { force: true });
    return { done: 'put back', saved, reason: 'the server did not start with the restored database' };
  }

  #removeOldCopies(): void {
    const folder = join(this.#data, 'before-restore');
    const copies = readdirSync(folder).sort();
    for (const name of copies.slice(0, -KEPT_COPIES)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Moves a database with its log. */
function move(from: string, to: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
    else rmSync(to + suffix, { force: true });
  }
}
