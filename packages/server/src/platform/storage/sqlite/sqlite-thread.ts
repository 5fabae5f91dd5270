import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BackupManifest, StoredCounts } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import type { Repositories } from '../repositories/index.js';
import type { BackupContents } from './backup-file.js';
import { type Answer, type Call, type FromThread, fromFailure, type SqliteThreadData } from './messages.js';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/**
 * Maximum number of unanswered calls. A disk that takes longer than they do is failing, and each call holds what it is to write.
 */
const MAX_WAITING_CALLS = 10_000;

/** The thread runs the built file, even when this module is loaded from source. */
const threadUrl = new URL(
  import.meta.url.replace('/src/', '/dist/').replace(/sqlite-thread\.[jt]s$/, 'storage-worker.js'),
);

/**
 * The SQLite database in a thread of its own, since its driver is synchronous and a disk may take long. Calls are carried out in
 * order, one after another.
 */
export class SqliteThread {
  readonly repositories: Repositories;
  readonly #path: string;
  readonly #thread: Worker;
  readonly #gone: Promise<unknown>;
  readonly #waiting = new Map<number, Waiting>();
  /** Calls made in this turn of the event loop, which travel in one message. */
  #unsent: Call[] = [];
  #lastId = 0;
  #closing: Promise<void> | undefined;
  /** Why calls are refused, once the thread has ended. */
  #ended: LookoutError | undefined;

  private constructor(path: string, thread: Worker, gone: Promise<unknown>) {
    this.#path = path;
    this.#thread = thread;
    this.#gone = gone;
    this.repositories = {
      cameras: this.#repository('cameras'),
      keys: this.#repository('keys'),
      users: this.#repository('users'),
      passkeys: this.#repository('passkeys'),
      sessions: this.#repository('sessions'),
      audit: this.#repository('audit'),
      regions: this.#repository('regions'),
      links: this.#repository('links'),
      shares: this.#repository('shares'),
      trackIds: this.#repository('trackIds'),
      rules: this.#repository('rules'),
      suppressions: this.#repository('suppressions'),
      phrases: this.#repository('phrases'),
      events: this.#repository('events'),
      settings: this.#repository('settings'),
      webhooks: this.#repository('webhooks'),
    };
    thread.on('message', (message: FromThread) => {
      if ('answers' in message) for (const answer of message.answers) this.#settle(answer);
    });
    thread.on('error', (error) => this.#end(error));
    thread.on('messageerror', (error) => this.#end(error));
    void gone.then(() => this.#end(undefined));
  }

  /**
   * Opens the database, checked and migrated to the newest schema.
   * @param data `migrates`: false if another process has the file open, so that its schema must already be this version's
   * @throws LookoutError `storage_failed`
   */
  static async open(data: SqliteThreadData): Promise<SqliteThread> {
    const thread = new Worker(threadUrl, { workerData: data, name: 'storage' });
    const gone = new Promise((resolve) => thread.once('exit', resolve));
    const [first] = (await once(thread, 'message').catch((cause: unknown) => {
      throw new LookoutError('storage_failed', `The thread of the database ${data.path} could not start`, { cause });
    })) as [FromThread];
    if (!('failure' in first)) return new SqliteThread(data.path, thread, gone);
    await gone;
    throw fromFailure(first.failure);
  }

  /** `'ok'`, or why the database is not available, also if it does not say so within `deadlineMs`. */
  async check(deadlineMs: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      const message = `The database ${this.#path} did not answer within ${deadlineMs / 1000} s`;
      timer = setTimeout(() => resolve(message), deadlineMs);
    });
    const answer = this.#call('database', 'check', []).then(String, (error: LookoutError) => error.message);
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  /** See `backup-file.ts`. All other calls wait meanwhile. */
  async writeBackup(path: string, manifest: BackupManifest, linksKey: Uint8Array): Promise<void> {
    await this.#call('database', 'writeBackup', [path, manifest, linksKey]);
  }

  async readBackup(path: string): Promise<BackupContents> {
    return (await this.#call('database', 'readBackup', [path])) as BackupContents;
  }

  async counts(): Promise<StoredCounts> {
    return (await this.#call('database', 'counts', [])) as StoredCounts;
  }

  /** Carries out all calls made before, closes the database and ends the thread. Idempotent; later calls are refused. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // What fails to close has ended already, and the callers of what it lost have been told.
    await this.#call('database', 'close', []).catch(() => undefined);
    await this.#gone;
  }

  #repository<Name extends keyof Repositories>(name: Name): Repositories[Name] {
    const forward = (_target: object, method: string | symbol) =>
      // A promise that resolves to a repository asks it for `then`.
      typeof method === 'symbol' || method === 'then'
        ? undefined
        : (...given: unknown[]) => this.#call(name, method, given);
    return new Proxy({}, { get: forward }) as Repositories[Name];
  }

  #call(target: string, method: string, given: readonly unknown[]): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (this.#closing) return Promise.reject(new LookoutError('storage_failed', 'The database is closed'));
    if (this.#waiting.size >= MAX_WAITING_CALLS) {
      const message = `The database ${this.#path} is too slow: ${MAX_WAITING_CALLS} calls wait for it`;
      return Promise.reject(new LookoutError('storage_failed', message, { hint: 'Check the disk it is on.' }));
    }
    const id = ++this.#lastId;
    const answered = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    if (this.#unsent.push({ id, target, method, given }) === 1) queueMicrotask(() => this.#send());
    return answered;
  }

  #send(): void {
    const calls = this.#unsent;
    this.#unsent = [];
    try {
      this.#thread.postMessage(calls);
    } catch (error) {
      // A programming mistake: something that can't be cloned was passed to a repository.
      for (const { id } of calls) this.#settle({ id, ok: false, failure: { kind: 'mistake', error } });
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.ok) waiting?.resolve(answer.result);
    else waiting?.reject(fromFailure(answer.failure));
  }

  #end(cause: unknown): void {
    this.#ended ??= this.#closing
      ? new LookoutError('storage_failed', 'The database is closed')
      : new LookoutError('storage_failed', `The thread of the database ${this.#path} ended unexpectedly`, {
          hint: 'Restart the server. Changes are refused, since they would be lost.',
          cause,
        });
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
