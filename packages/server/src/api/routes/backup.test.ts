import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ApiKey, Camera, Problem, RestorePlan } from '@lookout/protocol';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

let server: WholeServer;
const start = async () => {
  server = await startWholeServer();
};
const stop = () => server.close();

const push = (id: string) => server.call<Camera>('POST', '/api/cameras', { id, name: id, kind: 'push' });
const cameras = async () => (await server.call<Camera[]>('GET', '/api/cameras')).body.map(({ id }) => id);
const folder = (...path: string[]) => join(server.directory, ...path);
const download = async () => Buffer.from(await (await fetch(`${server.url}/api/backup`)).arrayBuffer());

async function upload(body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/api/restore`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as RestorePlan & Problem };
}

/** Changes a backup as a database. */
function changed(backup: Buffer, sql: string): Buffer<ArrayBuffer> {
  const path = folder('changed.db');
  writeFileSync(path, backup);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return readFileSync(path);
}

describe('a backup', () => {
  beforeEach(start);
  afterEach(stop);

  it('brings back what was there, after it was said what it replaces, and keeps what it replaced', async () => {
    const { body: yard } = await push('yard');
    await server.call('PATCH', '/api/settings', { timezone: 'Asia/Tokyo' });
    const response = await fetch(`${server.url}/api/backup`);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="lookout-[\d-]+\.backup"$/);
    const backup = Buffer.from(await response.arrayBuffer());
    await expect.poll(() => readdirSync(folder('restore'))).toEqual([]);

    await push('gate');
    await server.call('DELETE', '/api/cameras/yard');
    await server.call('PATCH', '/api/settings', { timezone: null });
    const { status, body: plan } = await upload(backup);
    expect(status).toBe(200);
    expect(plan).toMatchObject({
      bytes: backup.length,
      contains: { cameras: 1, rules: 0, events: 0 },
      replaces: { cameras: 1 },
      models: ['nanodet-g'],
      missing_models: [],
    });
    expect(await cameras()).toEqual(['gate']);
    const applied = await server.call('POST', `/api/restore/${plan.id}/apply`);
    // Nobody would start this server again.
    expect(applied).toMatchObject({ status: 202, body: { restarting: false } });
    await server.restart();
    expect(await cameras()).toEqual(['yard']);
    const { body: again } = await server.call<Camera>('GET', '/api/cameras/yard');
    expect(again.publish_token).toBe(yard.publish_token);
    expect((await server.call<{ timezone: string }>('GET', '/api/system')).body.timezone).toBe('Asia/Tokyo');
    const [saved = ''] = readdirSync(folder('before-restore'));
    expect(readdirSync(folder('before-restore', saved)).sort()).toEqual(['links.key', 'lookout.db']);
    expect(existsSync(folder('restore', 'on-trial'))).toBe(false);
    await server.restart();
    expect(await cameras()).toEqual(['yard']);
  });

  it('has no sessions of browsers in it', async () => {
    const { body } = await server.call<ApiKey & { key: string }>('POST', '/api/keys', { name: 'me', scope: 'admin' });
    await server.call('POST', '/api/session', { key: body.key });
    writeFileSync(folder('copy.db'), await download());
    const db = new Database(folder('copy.db'));
    expect(db.prepare('SELECT count(*) AS n FROM sessions').get()).toMatchObject({ n: 0 });
    expect(db.prepare('SELECT count(*) AS n FROM api_keys').get()).toMatchObject({ n: 1 });
    db.close();
  });

  it('a start that failed with a restored database puts the old one back', async () => {
    await push('yard');
    const backup = await download();
    await push('gate');
    const { body } = await upload(backup);
    await server.call('POST', `/api/restore/${body.id}/apply`);
    await server.restart();
    expect(await cameras()).toEqual(['yard']);
    // As a start leaves it that ended before it had succeeded.
    const [saved = ''] = readdirSync(folder('before-restore'));
    mkdirSync(folder('restore'), { recursive: true });
    writeFileSync(folder('restore', 'on-trial'), saved);
    await server.restart();
    expect(await cameras()).toEqual(['yard', 'gate']);
    expect(readdirSync(folder('before-restore', saved))).toContain('did-not-start.db');
  });
});

describe('what is no backup', () => {
  beforeAll(async () => {
    await start();
    await push('yard');
  });
  afterAll(stop);

  it.each<[string, (backup: Buffer) => Uint8Array, RegExp]>([
    ['half of one', (backup) => backup.subarray(0, backup.length / 2), /incomplete: it has \d+ of \d+ bytes/],
    ['an empty file', () => Buffer.alloc(0), /not a backup of Lookout/],
    ['a picture', () => Buffer.alloc(10_000, 0xff), /not a backup of Lookout/],
    ['a packed one, however large it would be', () => gzipSync(Buffer.alloc(50_000_000)), /not a backup of Lookout/],
    ['another program’s database', (backup) => changed(backup, 'PRAGMA application_id = 1'), /another program/],
    ['one of a newer Lookout', (backup) => changed(backup, 'PRAGMA user_version = 9999'), /newer Lookout: schema 9999/],
    [
      'one with a trigger that would run later',
      (backup) => changed(backup, 'CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM api_keys; END'),
      /differs at the trigger t/,
    ],
    ['one without a table', (backup) => changed(backup, 'DROP TABLE webhooks'), /differs at the/],
    ['one without its key', (backup) => changed(backup, "DELETE FROM lookout_backup WHERE name = 'links.key'"), /key/],
    [
      'one that does not say what it is',
      (backup) => changed(backup, "UPDATE lookout_backup SET value = x'7b7d' WHERE name = 'manifest'"),
      /does not say what is in it/,
    ],
    [
      'a damaged one',
      (backup) => {
        const damaged = Buffer.from(backup);
        damaged.fill(0x5a, 4096, damaged.length - 4096);
        return damaged;
      },
      /damaged/,
    ],
  ])('is refused with the reason, and leaves nothing: %s', async (_name, make, reason) => {
    const { status, body } = await upload(make(await download()) as Uint8Array<ArrayBuffer>);
    expect([status, body.code]).toEqual([422, 'backup_invalid']);
    expect(body.detail).toMatch(reason);
    expect(readdirSync(folder('restore'))).toEqual([]);
    expect(await cameras()).toEqual(['yard']);
  });

  it('JSON, and ids of nothing', async () => {
    expect((await server.call('POST', '/api/restore', {})).status).toBe(415);
    expect((await server.call('POST', '/api/restore/none/apply')).status).toBe(404);
    expect((await server.call('DELETE', '/api/restore/none')).status).toBe(404);
  });

  it('only the backup that was received last can be restored, and none that was given up', async () => {
    const backup = await download();
    const first = (await upload(backup)).body;
    const second = (await upload(backup)).body;
    expect((await server.call('POST', `/api/restore/${first.id}/apply`)).status).toBe(404);
    expect((await server.call('DELETE', `/api/restore/${second.id}`)).status).toBe(204);
    expect((await server.call('POST', `/api/restore/${second.id}/apply`)).status).toBe(404);
    expect(readdirSync(folder('restore'))).toEqual([]);
  });
});
