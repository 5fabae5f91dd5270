import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LookoutError } from '@lookout/protocol';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storedCamera as camera, describeRepositories } from '../../testing/repositories-suite.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { MAX_EVENT_CHANGES, MAX_SESSIONS, openKeys, openStorage, type Storage } from './index.js';
import { MIGRATIONS } from './sqlite/migrations.js';

/** What takes thousands of transactions to reach takes too long here. */
const SMALL_AUDIT = { entries: 20, refused: 5 };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-storage-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

// Without the thread, which forwards all calls alike: `sqlite-thread.test.ts` is about that.
describeRepositories('SQLite', async () => {
  let storage: Storage = openTestStorage(directory, SMALL_AUDIT);
  return {
    limits: { eventChanges: MAX_EVENT_CHANGES, sessions: MAX_SESSIONS, audit: SMALL_AUDIT },
    get repositories() {
      return storage;
    },
    async reopen() {
      await storage.close();
      storage = openTestStorage(directory, SMALL_AUDIT);
    },
    async beside() {
      const repositories = await openKeys(directory);
      return { repositories, close: () => repositories.close() };
    },
    close: () => storage.close(),
  };
});

async function refusal(path: string): Promise<LookoutError> {
  try {
    await (await openStorage(path)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(LookoutError);
    return error as LookoutError;
  }
  throw new Error('expected a refusal');
}

describe('openStorage', () => {
  it('makes missing directories for this user alone', async () => {
    const path = join(directory, 'a', 'b');
    await (await openStorage(path)).close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'lookout.db')).mode & 0o777).toBe(0o600);
  });

  it('is for one server: the second is told who has it', async () => {
    const storage = await openStorage(directory);
    const error = await refusal(directory);
    expect(error.code).toBe('conflict');
    expect(error.message).toContain(`(process ${process.pid})`);
    // The refused one left everything as it was.
    await storage.cameras.insert(camera);
    await storage.close();
    await (await openStorage(directory)).close();
  });

  it('is refused while another process has it, and free at once when that one is killed', async () => {
    // The lock file is what two processes meet in; the child holds it as the server does.
    const script = `
      const Database = require(${JSON.stringify(fileURLToPath(import.meta.resolve('libsql')))});
      const lock = new Database(process.argv[1]); lock.exec('BEGIN EXCLUSIVE');
      require('fs').writeFileSync(process.argv[2], String(process.pid));
      console.log('locked'); setInterval(() => lock, 1000);`;
    const files = [join(directory, 'lookout.lock'), join(directory, 'lookout.pid')];
    const child = spawn(process.execPath, ['-e', script, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(child.stdout, 'data');
      expect((await refusal(directory)).message).toContain(`(process ${child.pid})`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(readFileSync(files[1]!, 'utf8')).toBe(String(child.pid));
    await (await openStorage(directory)).close();
  });

  it.each([
    ['a file', () => join(directory, 'file'), 'not a directory'],
    ['below a file', () => join(directory, 'file', 'data'), 'not a directory'],
    ['where nothing can be made', () => '/proc/lookout/data', 'it can’t be created there'],
  ])('says why it can’t use a directory that is %s', async (_what, path, reason) => {
    writeFileSync(join(directory, 'file'), '');
    const error = await refusal(path());
    expect(error.code).toBe('storage_failed');
    expect(error.message).toContain(reason);
    expect(error.hint).toContain('--data');
  });

  it('refuses a database that is none, as it is, and lets the lock go', async () => {
    const path = join(directory, 'lookout.db');
    const bytes = 'this is no database'.repeat(300);
    writeFileSync(path, bytes);
    expect((await refusal(directory)).message).toContain('is damaged');
    expect(readFileSync(path, 'utf8')).toBe(bytes);
    expect((await refusal(directory)).code).toBe('storage_failed');
  });

  it('finds damage inside a database', async () => {
    const storage = await openStorage(directory);
    for (let n = 0; n < 200; n++) await storage.cameras.insert({ ...camera, id: `c${n}`, name: 'x'.repeat(90) });
    await storage.close();
    const path = join(directory, 'lookout.db');
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 2, 4096 * 12);
    writeFileSync(path, bytes);
    expect((await refusal(directory)).message).toContain('is damaged');
  });

  it('takes no change into a file that was deleted while it was in use', async () => {
    const storage = await openStorage(directory);
    await storage.cameras.insert(camera);
    rmSync(join(directory, 'lookout.db'));
    const gone = /was deleted or replaced while it was in use/;
    await expect(storage.cameras.update({ ...camera, name: 'Back yard' })).rejects.toThrow(gone);
    expect(await storage.check()).toMatch(gone);
    writeFileSync(join(directory, 'lookout.db'), 'another');
    await expect(storage.cameras.remove('yard')).rejects.toThrow(gone);
    await storage.close();
  });

  it('refuses the database of a newer version, untouched', async () => {
    await (await openStorage(directory)).close();
    const db = new Database(join(directory, 'lookout.db'));
    db.exec('PRAGMA user_version = 999');
    db.close();
    expect((await refusal(directory)).message).toContain('newer Lookout (schema 999');
  });

  it.each(MIGRATIONS.slice(0, -1).map((_, index) => [index + 1]))('opens a database of schema %d', async (version) => {
    const db = new Database(join(directory, 'lookout.db'));
    for (const step of MIGRATIONS.slice(0, version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${version}`);
    const { zones: _, lines: __, masks: ___, ...old } = camera;
    db.prepare('INSERT INTO cameras VALUES (?, ?, 1)').run([old.id, JSON.stringify(old)]);
    db.prepare(`INSERT INTO api_keys (id, name, scope, hash, created_at) VALUES ('k', 'k', 'admin', ?, 1)`).run([
      Buffer.alloc(32, 7),
    ]);
    db.close();
    const storage = await openStorage(directory);
    expect(await storage.cameras.list()).toEqual([camera]);
    expect(await storage.keys.list()).toEqual([
      { key: { id: 'k', name: 'k', scope: 'admin', created_at: 1 }, hash: new Uint8Array(32).fill(7) },
    ]);
    expect(await storage.events.open()).toEqual([]);
    await storage.close();
  });

  it('splits what a session of before says of its device', async () => {
    const db = new Database(join(directory, 'lookout.db'));
    for (const step of MIGRATIONS.slice(0, 10)) db.exec(step);
    db.exec('PRAGMA user_version = 10');
    const insert = db.prepare(`INSERT INTO sessions VALUES (?, ?, NULL, NULL, ?, 1, 1, 9)`);
    for (const device of ['Firefox on Chrome OS', 'Windows', '']) insert.run([device, Buffer.from(device), device]);
    db.close();
    const storage = await openStorage(directory);
    expect((await storage.sessions.list(1)).map(({ browser, system }) => [browser, system])).toEqual([
      ['Firefox', 'Chrome OS'],
      ['Windows', ''],
      ['', ''],
    ]);
    await storage.close();
  });

  it('names the stored camera that it can’t read', async () => {
    await (await openStorage(directory)).close();
    const db = new Database(join(directory, 'lookout.db'));
    db.exec(`INSERT INTO cameras VALUES ('odd', '{"id":"odd"}', 1)`);
    db.close();
    const storage = await openStorage(directory);
    await expect(storage.cameras.list()).rejects.toThrow(/"odd" can't be read: name/);
    await storage.close();
  });

  it('leaves the whole database in its file when it is closed, and no process number', async () => {
    const storage = await openStorage(directory);
    await storage.cameras.insert(camera);
    await storage.close();
    const names = readdirSync(directory);
    expect(names).not.toContain('lookout.pid');
    if (names.includes('lookout.db-wal')) expect(statSync(join(directory, 'lookout.db-wal')).size).toBe(0);
  });
});
