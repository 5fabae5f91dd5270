import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CameraConfig, LookoutError } from '@lookout/protocol';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStorage } from './index.js';

const camera: CameraConfig = {
  id: 'yard',
  name: 'Yard',
  kind: 'pull',
  url: 'rtsp://u:p@10.0.0.5/a',
  enabled: true,
  detect: { enabled: true, fps: 10, idle_fps: 5, inference_size: 'auto', confidence: 0.4, cross_class_iou: 0.8 },
  zones: [],
  lines: [],
  masks: [],
};

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-storage-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function refusal(path: string): LookoutError {
  try {
    openStorage(path).close();
  } catch (error) {
    expect(error).toBeInstanceOf(LookoutError);
    return error as LookoutError;
  }
  throw new Error('expected a refusal');
}

describe('openStorage', () => {
  it('keeps cameras over a restart, oldest first', () => {
    const first = openStorage(directory);
    first.cameras.insert(camera);
    first.cameras.insert({ ...camera, id: 'gate' });
    const changed = { ...camera, name: 'Back yard', tls_pin: `sha256/${'A'.repeat(43)}=`, loop: false };
    first.cameras.update(changed);
    first.close();
    const second = openStorage(directory);
    expect(second.cameras.list()).toEqual([changed, { ...camera, id: 'gate' }]);
    second.cameras.remove('yard');
    expect(second.cameras.list().map(({ id }) => id)).toEqual(['gate']);
    expect(second.check()).toBe('ok');
    second.close();
  });

  it('refuses a taken id and an unknown one', () => {
    const storage = openStorage(directory);
    storage.cameras.insert(camera);
    expect(() => storage.cameras.insert(camera)).toThrow(expect.objectContaining({ code: 'conflict' }));
    expect(() => storage.cameras.update({ ...camera, id: 'x' })).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
    expect(() => storage.cameras.remove('x')).toThrow(expect.objectContaining({ code: 'not_found' }));
    storage.close();
  });

  it('makes missing directories for this user alone', () => {
    const path = join(directory, 'a', 'b');
    openStorage(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(path, 'lookout.db')).mode & 0o777).toBe(0o600);
  });

  it('is for one server: the second is told who has it', () => {
    const storage = openStorage(directory);
    const error = refusal(directory);
    expect(error.code).toBe('conflict');
    expect(error.message).toContain(`(process ${process.pid})`);
    // The refused one left everything as it was.
    storage.cameras.insert(camera);
    storage.close();
    openStorage(directory).close();
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
      expect(refusal(directory).message).toContain(`(process ${child.pid})`);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(readFileSync(files[1]!, 'utf8')).toBe(String(child.pid));
    openStorage(directory).close();
  });

  it.each([
    ['a file', () => join(directory, 'file'), 'not a directory'],
    ['below a file', () => join(directory, 'file', 'data'), 'not a directory'],
    ['where nothing can be made', () => '/proc/lookout/data', 'it can’t be created there'],
  ])('says why it can’t use a directory that is %s', (_what, path, reason) => {
    writeFileSync(join(directory, 'file'), '');
    const error = refusal(path());
    expect(error.code).toBe('storage_failed');
    expect(error.message).toContain(reason);
    expect(error.hint).toContain('--data');
  });

  it('refuses a database that is none, as it is, and lets the lock go', () => {
    const path = join(directory, 'lookout.db');
    const bytes = 'this is no database'.repeat(300);
    writeFileSync(path, bytes);
    expect(refusal(directory).message).toContain('is damaged');
    expect(readFileSync(path, 'utf8')).toBe(bytes);
    expect(refusal(directory).code).toBe('storage_failed');
  });

  it('finds damage inside a database', () => {
    const storage = openStorage(directory);
    for (let n = 0; n < 200; n++) storage.cameras.insert({ ...camera, id: `c${n}`, name: 'x'.repeat(90) });
    storage.close();
    const path = join(directory, 'lookout.db');
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 2, 4096 * 12);
    writeFileSync(path, bytes);
    expect(refusal(directory).message).toContain('is damaged');
  });

  it('takes no change into a file that was deleted while it was in use', () => {
    const storage = openStorage(directory);
    storage.cameras.insert(camera);
    rmSync(join(directory, 'lookout.db'));
    const gone = /was deleted or replaced while it was in use/;
    expect(() => storage.cameras.update({ ...camera, name: 'Back yard' })).toThrow(gone);
    expect(storage.check()).toMatch(gone);
    writeFileSync(join(directory, 'lookout.db'), 'another');
    expect(() => storage.cameras.remove('yard')).toThrow(gone);
    storage.close();
  });

  it('refuses the database of a newer version, untouched', () => {
    openStorage(directory).close();
    const db = new Database(join(directory, 'lookout.db'));
    db.exec('PRAGMA user_version = 999');
    db.close();
    expect(refusal(directory).message).toContain('newer Lookout (schema 999');
  });

  it('names the stored camera that it can’t read', () => {
    openStorage(directory).close();
    const db = new Database(join(directory, 'lookout.db'));
    db.exec(`INSERT INTO cameras VALUES ('odd', '{"id":"odd"}', 1)`);
    db.close();
    const storage = openStorage(directory);
    expect(() => storage.cameras.list()).toThrow(/"odd" can't be read: name/);
    storage.close();
  });

  it('leaves the whole database in its file when it is closed, and no process number', () => {
    const storage = openStorage(directory);
    storage.cameras.insert(camera);
    storage.close();
    const names = readdirSync(directory);
    expect(names).not.toContain('lookout.pid');
    if (names.includes('lookout.db-wal')) expect(statSync(join(directory, 'lookout.db-wal')).size).toBe(0);
  });
});
