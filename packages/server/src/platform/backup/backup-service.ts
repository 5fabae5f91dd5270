import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LookoutError, type RestorePlan } from '@lookout/protocol';
import type { Storage } from '../storage/index.js';
import { once } from '../threads/later.js';

export interface BackupServiceOptions {
  readonly storage: Pick<Storage, 'backups' | 'directory'>;
  readonly version: string;
  /** Names of the models that are here. */
  models(): Promise<readonly string[]>;
  /** Unix epoch ms. */
  now(): number;
  /** Largest file to restore, bytes. */
  readonly maxBytes?: number;
}

/** A backup on disk. */
export interface MadeBackup {
  readonly path: string;
  readonly bytes: number;
  /** Name for whoever downloads it. */
  readonly name: string;
  /** Removes it. Idempotent. */
  remove(): Promise<void>;
}

/** A database of a million events is a tenth of it. */
export const MAX_BACKUP_BYTES = 4 * 1024 ** 3;
/** Each takes as much disk as the database until it is downloaded. */
const MAX_MADE = 3;
/** Left for everything else while a file is received. */
const SPARE_BYTES = 64 * 1024 ** 2;

/** Backups of this server, and what is to be restored. */
export class BackupService {
  readonly #options: BackupServiceOptions;
  readonly #maxBytes: number;
  #made = 0;
  #isReceiving = false;
  #plan: RestorePlan | undefined;

  constructor(options: BackupServiceOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? MAX_BACKUP_BYTES;
  }

  /** Writes everything into one file, as of one moment. @throws LookoutError `too_many_requests`, `storage_failed`, `unsupported` */
  async make(): Promise<MadeBackup> {
    this.#checkSupport();
    if (this.#made >= MAX_MADE) {
      throw new LookoutError('too_many_requests', `${MAX_MADE} backups are being downloaded`, {
        hint: 'Try again when they are done.',
      });
    }
    this.#made++;
    const { storage, version, models, now } = this.#options;
    const folder = join(storage.directory.path, 'restore');
    const path = join(folder, `backup-${randomUUID()}.db`);
    const remove = once(async () => {
      this.#made--;
      await rm(path, { force: true });
    });
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const manifest = { made_at: now(), version, models: [...(await models())] };
      await storage.backups.write(path, manifest, storage.directory.secret('links'));
      const name = `lookout-${new Date(now()).toISOString().slice(0, 10)}.backup`;
      return { path, bytes: (await stat(path)).size, name, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  /**
   * Receives and checks a backup. Nothing is replaced yet; the one received before is forgotten.
   * @param declaredBytes length as the sender says
   * @throws LookoutError `conflict` while another is received, `payload_too_large`, `storage_failed`, `backup_invalid`,
   *   `unsupported`
   */
  async receive(body: Readable, declaredBytes: number | undefined): Promise<RestorePlan> {
    this.#checkSupport();
    if (this.#isReceiving) {
      throw new LookoutError('conflict', 'Another backup is being restored', { hint: 'Wait until it is done.' });
    }
    this.#isReceiving = true;
    this.#plan = undefined;
    const { backups } = this.#options.storage;
    const path = backups.pending.uploadPath;
    try {
      const room = await this.#room();
      if (declaredBytes !== undefined) this.#checkSize(declaredBytes, room);
      const bytes = await this.#write(body, path, room);
      const { manifest, contains } = await backups.read(path);
      const here = await this.#options.models();
      this.#plan = {
        ...manifest,
        id: randomUUID(),
        bytes,
        contains,
        replaces: await backups.counts(),
        missing_models: manifest.models.filter((name) => !here.includes(name)),
      };
      return this.#plan;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      this.#isReceiving = false;
    }
  }

  /** The next start restores what was received. @throws LookoutError `not_found` if that is no longer here */
  accept(id: string): void {
    this.#find(id);
    this.#options.storage.backups.pending.accept();
    this.#plan = undefined;
  }

  /** Forgets what was received. @throws LookoutError `not_found` */
  async discard(id: string): Promise<void> {
    this.#find(id);
    this.#plan = undefined;
    await rm(this.#options.storage.backups.pending.uploadPath, { force: true });
  }

  #checkSupport(): void {
    const { refusal } = this.#options.storage.backups;
    if (refusal) throw refusal;
  }

  #find(id: string): void {
    if (this.#plan?.id === id && !this.#isReceiving) return;
    throw new LookoutError('not_found', 'This backup is no longer here to be restored', {
      hint: 'Another was chosen since, or the server was restarted: choose it again.',
    });
  }

  async #write(body: Readable, path: string, room: number): Promise<number> {
    let bytes = 0;
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        bytes += chunk.length;
        try {
          this.#checkSize(bytes, room);
          done(null, chunk);
        } catch (error) {
          done(error as Error);
        }
      },
    });
    try {
      await pipeline(body, counted, createWriteStream(path, { mode: 0o600 }));
      return bytes;
    } catch (error) {
      if (error instanceof LookoutError) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOSPC' || code === 'EDQUOT') throw noRoom(error);
      if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'ABORT_ERR') {
        throw new LookoutError('bad_request', 'The upload ended before the file was complete', { cause: error });
      }
      throw new LookoutError('storage_failed', `The backup could not be received: ${message}`, { cause: error });
    }
  }

  #checkSize(bytes: number, room: number): void {
    if (bytes > this.#maxBytes) {
      throw new LookoutError('payload_too_large', `A backup has at most ${Math.floor(this.#maxBytes / 1024 ** 2)} MiB`);
    }
    if (bytes > room) throw noRoom();
  }

  /** Bytes that an upload may take. */
  async #room(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#options.storage.directory.path);
    return bavail * bsize - SPARE_BYTES;
  }
}

function noRoom(cause?: unknown): LookoutError {
  return new LookoutError('storage_failed', 'The disk of the data folder has no room for this backup', {
    hint: 'Free some space and try again. Nothing was changed.',
    cause,
  });
}
