import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { clipFileSpan } from './clip-file.js';

/** A stretch of a camera's frames on disk. */
export interface Recording {
  readonly camera: string;
  /** Unix epoch ms of the first frame. */
  readonly startMs: number;
  /** Unix epoch ms of the last frame so far. */
  readonly endMs: number;
  readonly bytes: number;
  readonly path: string;
  /** Whether frames are still added. */
  readonly isOpen: boolean;
}

export interface ClipArchiveOptions {
  /** Holds a folder for each camera. Created when needed. */
  directory: string;
  /** Disk space of all recordings. */
  readonly maxBytes: number;
  /** Whether somebody wants to keep what a camera saw in this time. */
  isKept(recording: Recording): boolean;
}

/** An event may be of a frame shortly before the first or after the last one that is recorded, ms. */
const TOLERANCE_MS = 2000;

/** Whether a recording shows what happened at a time. @param timeMs Unix epoch ms */
export function covers({ startMs, endMs }: Pick<Recording, 'startMs' | 'endMs'>, timeMs: number): boolean {
  return startMs - TOLERANCE_MS <= timeMs && timeMs <= endMs + TOLERANCE_MS;
}

/** Of a recording that is not complete. */
const UNFINISHED = '.part';
const FINISHED = /^(\d+)-(\d+)\.frames$/;

interface Entry extends Recording {
  endMs: number;
  bytes: number;
  path: string;
  isOpen: boolean;
}

/**
 * The recordings on disk and how much space they take. The names of the files say what is in them, so that nothing else needs to know:
 * `yard/1700000000000-1700000020000.frames`. The oldest are removed to make room, but for those that are to be kept.
 */
export class ClipArchive {
  readonly #options: ClipArchiveOptions;
  /** Oldest first. */
  readonly #cameras = new Map<string, Entry[]>();
  #bytes = 0;

  private constructor(options: ClipArchiveOptions) {
    this.#options = options;
  }

  /** Reads what is there. Recordings that a killed process left are completed. */
  static async open(options: ClipArchiveOptions): Promise<ClipArchive> {
    const archive = new ClipArchive(options);
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    for (const folder of await readdir(options.directory, { withFileTypes: true })) {
      if (folder.isDirectory()) await archive.#readCamera(folder.name);
    }
    return archive;
  }

  /** Space in use. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins a recording. @returns the file to write, which `grew` and `finish` follow */
  async begin(camera: string, startMs: number): Promise<Recording> {
    const folder = join(this.#options.directory, camera);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${Math.floor(startMs)}-${process.pid}${UNFINISHED}`);
    const entry: Entry = { camera, startMs, endMs: startMs, bytes: 0, path, isOpen: true };
    this.#add(entry);
    return entry;
  }

  /**
   * Makes room for more frames of a recording by removing the oldest ones.
   * @returns false if there is none, as all others are to be kept
   */
  async reserve(recording: Recording, bytes: number): Promise<boolean> {
    if (!(await this.#makeRoom(bytes, recording))) return false;
    this.#bytes += bytes;
    this.#entry(recording).bytes += bytes;
    return true;
  }

  /** Removes the oldest recordings until the others fit into the space, which was changed. */
  async shrink(): Promise<void> {
    await this.#makeRoom(0, undefined);
  }

  async #makeRoom(bytes: number, current: Recording | undefined): Promise<boolean> {
    while (this.#bytes + bytes > this.#options.maxBytes) {
      const oldest = this.#oldestRemovable(current);
      if (!oldest) return false;
      await this.#remove(oldest);
    }
    return true;
  }

  /** Frames were written. @param endMs of the last one */
  grew(recording: Recording, endMs: number): void {
    this.#entry(recording).endMs = endMs;
  }

  /** A recording is complete; without a frame, it is removed. */
  async finish(recording: Recording): Promise<void> {
    const entry = this.#entry(recording);
    entry.isOpen = false;
    if (entry.bytes === 0) return this.#remove(entry);
    await this.#rename(entry);
  }

  /** The recording of a camera at a time: the one that goes on for longest. @param timeMs Unix epoch ms */
  find(camera: string, timeMs: number): Recording | undefined {
    let found: Entry | undefined;
    for (const entry of this.#cameras.get(camera) ?? []) {
      if (covers(entry, timeMs) && entry.endMs >= (found?.endMs ?? 0)) found = entry;
    }
    return found;
  }

  /** Removes recordings that ended before a time, but for those to be kept. */
  async removeBefore(timeMs: number): Promise<void> {
    for (const entries of this.#cameras.values()) {
      for (const entry of [...entries]) {
        if (entry.endMs < timeMs && this.#isRemovable(entry)) await this.#remove(entry);
      }
    }
  }

  /** Removes the recordings of a camera that no event needs any more. */
  async removeUnless(camera: string, isNeeded: (recording: Recording) => boolean): Promise<void> {
    for (const entry of [...(this.#cameras.get(camera) ?? [])]) {
      if (!entry.isOpen && !isNeeded(entry)) await this.#remove(entry);
    }
  }

  /** Removes everything of a camera. */
  async removeCamera(camera: string): Promise<void> {
    for (const { bytes } of this.#cameras.get(camera) ?? []) this.#bytes -= bytes;
    this.#cameras.delete(camera);
    await rm(join(this.#options.directory, camera), { recursive: true, force: true });
  }

  #entry(recording: Recording): Entry {
    return recording as Entry;
  }

  #add(entry: Entry): void {
    const entries = this.#cameras.get(entry.camera) ?? [];
    this.#cameras.set(entry.camera, entries);
    entries.push(entry);
    entries.sort((a, b) => a.startMs - b.startMs);
    this.#bytes += entry.bytes;
  }

  #isRemovable(entry: Entry): boolean {
    return !entry.isOpen && !this.#options.isKept(entry);
  }

  #oldestRemovable(but: Recording | undefined): Entry | undefined {
    let oldest: Entry | undefined;
    for (const entries of this.#cameras.values()) {
      const first = entries.find((entry) => entry !== but && this.#isRemovable(entry));
      if (first && first.startMs < (oldest?.startMs ?? Number.POSITIVE_INFINITY)) oldest = first;
    }
    return oldest;
  }

  async #remove(entry: Entry): Promise<void> {
    const entries = this.#cameras.get(entry.camera) ?? [];
    const index = entries.indexOf(entry);
    if (index === -1) return;
    entries.splice(index, 1);
    this.#bytes -= entry.bytes;
    await rm(entry.path, { force: true });
  }

  async #rename(entry: Entry): Promise<void> {
    const { camera, startMs, endMs } = entry;
    const path = join(this.#options.directory, camera, `${Math.floor(startMs)}-${Math.ceil(endMs)}.frames`);
    await rename(entry.path, path);
    entry.path = path;
  }

  async #readCamera(camera: string): Promise<void> {
    const folder = join(this.#options.directory, camera);
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const { size } = await stat(path);
      const [, startMs, endMs] = FINISHED.exec(name) ?? [];
      if (startMs !== undefined) {
        this.#add({ camera, startMs: Number(startMs), endMs: Number(endMs), bytes: size, path, isOpen: false });
        continue;
      }
      const span = name.endsWith(UNFINISHED) ? await clipFileSpan(path) : undefined;
      if (!span) {
        await rm(path, { recursive: true, force: true });
        continue;
      }
      const entry: Entry = { camera, ...span, bytes: size, path, isOpen: false };
      await this.#rename(entry);
      this.#add(entry);
    }
  }
}
