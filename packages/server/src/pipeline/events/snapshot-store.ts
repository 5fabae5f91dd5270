import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { Turns } from '../../platform/storage/index.js';
import { type SnapshotDrawing, withDrawing } from './snapshot-file.js';

export interface SnapshotStoreOptions {
  /** Created when needed. */
  directory: string;
  /** Disk space of all snapshots. */
  readonly maxBytes: number;
  /** Whether an event's snapshot is never removed to make room. */
  isKept(id: string): boolean;
  /** A snapshot could not be written. */
  onFault(error: unknown): void;
  onWritten(): void;
  /** Monotonic, ms. */
  now(): number;
}

/** An event's picture, to be written. */
export interface NewSnapshot {
  id: string;
  camera: string;
  /** The camera's own JPEG of the frame. */
  jpeg: Uint8Array | Promise<Uint8Array>;
  drawing: SnapshotDrawing;
}

interface Allowance {
  left: number;
  sinceMs: number;
}

/** Events of a camera in quick succession that have a snapshot each. */
const BURST = 60;
/** So many snapshots per second follow. */
const PER_SECOND = 1;
/** Snapshots being written at once: a disk that hangs must not fill the memory. */
const MAX_WRITING = 100;
/** Ids with the same first letters share a folder: those of some nine hours. */
const FOLDER_LETTERS = 5;
const FILE = /^(\w+)-(\d+)\.jpg$/;

/**
 * The pictures of events on disk, one file each. In a storm of events, the first 60 of a camera have one, and then one a second. The
 * oldest are removed to make room, but for those that are to be kept. What files there are is known in memory.
 */
export class SnapshotStore {
  readonly #options: SnapshotStoreOptions;
  /** Size of each file by event id, oldest first. */
  readonly #files = new Map<string, number>();
  readonly #writing = new Map<string, Promise<void>>();
  readonly #allowances = new Map<string, Allowance>();
  readonly #turns = new Turns();
  #bytes = 0;

  private constructor(options: SnapshotStoreOptions) {
    this.#options = options;
  }

  static async open(options: SnapshotStoreOptions): Promise<SnapshotStore> {
    const store = new SnapshotStore(options);
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const folders = (await readdir(options.directory)).sort();
    for (const folder of folders) await store.#readFolder(folder);
    return store;
  }

  /** Space in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether there is a snapshot, or will be soon. */
  has(id: string): boolean {
    return this.#files.has(id) || this.#writing.has(id);
  }

  /** Writes a snapshot in the background. @returns false if the camera has had too many lately */
  take(snapshot: NewSnapshot): boolean {
    const { id, camera } = snapshot;
    if (this.#writing.size >= MAX_WRITING || !this.#isAllowed(camera)) return false;
    const writing = this.#write(snapshot)
      .catch((error: unknown) => this.#options.onFault(error))
      .finally(() => this.#writing.delete(id));
    this.#writing.set(id, writing);
    return true;
  }

  /** The file of an event; undefined if there is none. Waits for one that is being written. */
  async read(id: string): Promise<Uint8Array | undefined> {
    await this.#writing.get(id);
    const bytes = this.#files.get(id);
    if (bytes === undefined) return undefined;
    try {
      return await readFile(this.#path(id, bytes));
    } catch (error) {
      // Removed by hand.
      this.#forget(id);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async remove(id: string): Promise<void> {
    await this.#writing.get(id);
    await this.#removeFile(id);
  }

  /** A camera is gone. */
  forgetCamera(camera: string): void {
    this.#allowances.delete(camera);
  }

  /** Resolves when all are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing.values());
  }

  #isAllowed(camera: string): boolean {
    const nowMs = this.#options.now();
    const { left, sinceMs } = this.#allowances.get(camera) ?? { left: BURST, sinceMs: nowMs };
    const now = Math.min(BURST, left + (PER_SECOND * (nowMs - sinceMs)) / 1000);
    const isAllowed = now >= 1;
    this.#allowances.set(camera, { left: isAllowed ? now - 1 : now, sinceMs: nowMs });
    return isAllowed;
  }

  async #write({ id, jpeg, drawing }: NewSnapshot): Promise<void> {
    const file = withDrawing(await jpeg, drawing);
    // One at a time, so that no two take the same room.
    await this.#turns.take(() => this.#writeFile(id, file));
  }

  async #writeFile(id: string, file: Uint8Array): Promise<void> {
    await this.#makeRoom(file.byteLength);
    const path = this.#path(id, file.byteLength);
    await mkdir(join(this.#options.directory, folderOf(id)), { recursive: true, mode: 0o700 });
    this.#bytes += file.byteLength;
    try {
      await writeFile(`${path}.part`, file, { mode: 0o600 });
      await rename(`${path}.part`, path);
    } catch (error) {
      this.#bytes -= file.byteLength;
      await rm(`${path}.part`, { force: true }).catch(() => undefined);
      throw error;
    }
    this.#files.set(id, file.byteLength);
    this.#options.onWritten();
  }

  /** Removes the oldest snapshots until the others fit into the space, which was changed. */
  shrink(): Promise<void> {
    return this.#turns.take(() => this.#removeOldest(this.#options.maxBytes));
  }

  async #makeRoom(bytes: number): Promise<void> {
    const limit = this.#options.maxBytes - bytes;
    await this.#removeOldest(limit);
    if (this.#bytes <= limit) return;
    throw new LookoutError('storage_failed', 'Events that are to be kept fill the space for snapshots', {
      hint: 'Keep fewer events, or raise events.max_bytes.',
    });
  }

  async #removeOldest(limit: number): Promise<void> {
    for (const id of this.#files.keys()) {
      if (this.#bytes <= limit) return;
      if (!this.#options.isKept(id)) await this.#removeFile(id);
    }
  }

  async #removeFile(id: string): Promise<void> {
    const bytes = this.#files.get(id);
    if (bytes === undefined) return;
    this.#forget(id);
    await rm(this.#path(id, bytes), { force: true });
  }

  #forget(id: string): void {
    this.#bytes -= this.#files.get(id) ?? 0;
    this.#files.delete(id);
  }

  #path(id: string, bytes: number): string {
    return join(this.#options.directory, folderOf(id), `${id}-${bytes}.jpg`);
  }

  async #readFolder(folder: string): Promise<void> {
    const path = join(this.#options.directory, folder);
    const names = (await readdir(path)).sort();
    if (names.length === 0) await rm(path, { recursive: true });
    for (const name of names) {
      const [, id, size] = FILE.exec(name) ?? [];
      if (id === undefined) {
        await rm(join(path, name), { recursive: true, force: true });
        continue;
      }
      this.#files.set(id, Number(size));
      this.#bytes += Number(size);
    }
  }
}

function folderOf(id: string): string {
  return id.slice(0, FOLDER_LETTERS);
}
