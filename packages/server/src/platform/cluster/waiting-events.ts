import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { KeptEvent } from '../storage/index.js';

/** What happened to an event that is not stored yet. */
export interface WaitingChange {
  readonly kind: 'created' | 'updated' | 'ended';
  readonly event: KeptEvent;
  /** Of the lease by which it was found. */
  readonly epoch: number;
}

/** An event as it was at last. */
export interface WaitingEvent {
  event: KeptEvent;
  epoch: number;
  /** The database has not heard of it. */
  isNew: boolean;
}

/** The file holds no more; further changes wait in memory alone. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const HASH_DIGITS = 16;

/**
 * Events that wait for the database, in memory and in a file: what was found survives the end of the process. Each line has a hash, so that
 * one that was not written to its end is known. The file is empty while nothing waits.
 */
export class WaitingEvents {
  /** What a process before this one has left, oldest first. */
  readonly left: ReadonlyMap<string, WaitingEvent>;
  readonly #file: FileHandle;
  readonly #onTrouble: (error: unknown) => void;
  readonly #waiting = new Map<string, WaitingEvent>();
  #bytes: number;
  #writing = Promise.resolve();

  private constructor(file: FileHandle, text: string, onTrouble: (error: unknown) => void) {
    this.#file = file;
    this.#onTrouble = onTrouble;
    for (const entry of entriesOf(text)) this.#take(entry);
    this.left = new Map(this.#waiting);
    this.#bytes = Buffer.byteLength(text);
  }

  /** @param onTrouble the file can't be written at present */
  static async open(path: string, onTrouble: (error: unknown) => void): Promise<WaitingEvents> {
    const file = await open(path, 'a', 0o600);
    return new WaitingEvents(file, readFileSync(path, 'utf8'), onTrouble);
  }

  get count(): number {
    return this.#waiting.size;
  }

  get(id: string): WaitingEvent | undefined {
    return this.#waiting.get(id);
  }

  add(change: WaitingChange): void {
    this.#take(change);
    this.#write(change);
  }

  /** It is stored, or not to be stored any more. */
  done(id: string): void {
    if (!this.#waiting.delete(id)) return;
    if (this.#waiting.size > 0) this.#write({ done: id });
    else this.#clear();
  }

  /** Writes what was added before. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  #take(entry: Entry): void {
    if ('done' in entry) {
      this.#waiting.delete(entry.done);
      return;
    }
    const { kind, event, epoch } = entry;
    const isNew = kind === 'created' || this.#waiting.get(event.id)?.isNew === true;
    this.#waiting.set(event.id, { event, epoch, isNew });
  }

  #write(entry: Entry): void {
    const json = JSON.stringify(entry);
    const line = `${hashOf(json)} ${json}\n`;
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > MAX_FILE_BYTES) return;
    this.#bytes += bytes;
    this.#then(() => this.#file.appendFile(line));
  }

  #clear(): void {
    this.#bytes = 0;
    this.#then(() => this.#file.truncate());
  }

  #then(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch(this.#onTrouble);
  }
}

type Entry = WaitingChange | { readonly done: string };

/** Up to the first line that is damaged. */
function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    const json = line.slice(HASH_DIGITS + 1);
    if (line.slice(0, HASH_DIGITS) !== hashOf(json)) break;
    entries.push(JSON.parse(json) as Entry);
  }
  return entries;
}

function hashOf(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, HASH_DIGITS);
}
