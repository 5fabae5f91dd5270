import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CameraConfig, CameraRegions, NewCamera } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storedUser } from '../../testing/account-repository-suite.js';
import { keptEvent } from '../../testing/event-repository-suite.js';
import { createTestDatabase } from '../../testing/postgres.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { openClusterStorage } from './cluster-storage.js';
import { MOVED_TABLES, moveDatabase } from './move-database.js';
import { parseAddress } from './postgres/address.js';
import { PostgresDatabase } from './postgres/database.js';
import { postgresRepositories } from './postgres/postgres-repositories.js';
import { LookoutDatabase } from './sqlite/database.js';

const SECRET = 'a secret that all nodes have in common';
const NOW_MS = 1_700_000_000_000;

let data: string;
let database: string;
let count = 0;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'lookout-move-'));
  database = await createTestDatabase(`move_${++count}`);
});
afterEach(() => rmSync(data, { recursive: true }));

const move = () => moveDatabase({ data, database, joinSecret: SECRET });

/** What is stored of each kind that has types of its own: JSON, bytes, truth values, numbers that are not used again. */
async function fill(): Promise<void> {
  const storage = openTestStorage(data);
  for (const id of ['yard', 'attic']) {
    const given = { id, name: `Camera “${id}”`, kind: 'pull', url: 'rtsp://u:p@10.0.0.9/1', enabled: id === 'yard' };
    await storage.cameras.insert(NewCamera.parse(given) as CameraConfig);
    await storage.links.seed(id, new Uint8Array([1, 2, 3, id.length]));
  }
  await storage.regions.put('demo', CameraRegions.parse({}));
  await storage.trackIds.reserve('yard', 64);
  await storage.settings.change({ timezone: '"Europe/Berlin"', mode: '"home"' });
  await storage.shares.insert({ id: 's1', cameraId: 'yard', seed: new Uint8Array(16), createdAt: NOW_MS });
  const key = { id: 'k1', name: 'Door', scope: 'viewer', cameras: ['yard'], created_at: NOW_MS } as never;
  await storage.keys.insert({ key, hash: new Uint8Array([9, 8]) });
  await storage.users.insert(storedUser('ann', { role: 'admin' }, 'hash'));
  const passkey = { id: 'p1', userId: 'ann', name: 'Phone', host: 'cam.lan', credentialId: 'AAEC', counter: 7 };
  const challenge = { nonce: new Uint8Array([4, 5]), expiresAt: NOW_MS + 1 };
  const publicKey = new Uint8Array([0, 255, 1]);
  await storage.passkeys.insert({ ...passkey, publicKey, createdAt: NOW_MS }, challenge, NOW_MS);
  const webhook = { id: 'w1', url: 'http://10.0.0.2/hook', secret: 'whsec_x', min_severity: 'info' } as const;
  await storage.webhooks.insert({ ...webhook, rules: 'all', enabled: false, created_at: NOW_MS });
  const delivery = { webhookId: 'w1', type: 'event.created', body: '{"a":"\\\\ \'"}', nextAt: NOW_MS } as const;
  for (let i = 0; i < 700; i++) {
    const id = `e${String(i).padStart(4, '0')}`;
    await storage.events.insert(keptEvent(id, { seen: i % 2 === 0 }), [{ ...delivery, eventId: id }]);
  }
  // Its number was told to clients, and must not be given to another change.
  await storage.events.remove('e0699');
  await storage.close();
}

describe('a database that moves to a cluster', () => {
  it('has everything there that it had, in the same order, and goes on from the same numbers', async () => {
    await fill();
    const moved = await move();
    expect(Object.fromEntries(moved.map(({ table, rows }) => [table, rows]))).toMatchObject({
      ...{ cameras: 2, camera_links: 2, camera_regions: 1, camera_shares: 1, settings: 2, api_keys: 1 },
      ...{ events: 699, event_changes: 701, webhooks: 1, deliveries: 700 },
    });

    const before = openTestStorage(data);
    const db = await PostgresDatabase.open(parseAddress(database));
    const after = postgresRepositories(db);
    for (const ask of [
      (each: typeof after) => each.cameras.list(),
      (each: typeof after) => each.regions.get('demo'),
      (each: typeof after) => each.links.seed('attic', new Uint8Array(4)),
      (each: typeof after) => each.settings.all(),
      (each: typeof after) => each.shares.list(NOW_MS),
      (each: typeof after) => each.keys.list(),
      (each: typeof after) => each.users.list(),
      (each: typeof after) => each.passkeys.list('ann'),
      (each: typeof after) =>
        each.passkeys.use('p1', 8, { nonce: new Uint8Array([4, 5]), expiresAt: NOW_MS + 1 }, NOW_MS),
      (each: typeof after) => each.webhooks.list(),
      (each: typeof after) => each.webhooks.due(NOW_MS, 1000),
      (each: typeof after) => each.events.page({ limit: 200, class: 'person' }),
      (each: typeof after) => each.events.changesAfter(0, 1000),
      (each: typeof after) => each.events.lastChange(),
      (each: typeof after) => each.trackIds.reserve('yard', 64),
      (each: typeof after) => each.events.insert(keptEvent('new'), []),
    ]) {
      expect(await ask(after)).toEqual(await ask(before));
    }
    await before.close();
    await db.close();
  });

  it('is that of links given away before, whose key is readable with the join secret alone', async () => {
    const alone = openTestStorage(data);
    const key = alone.directory.secret('links');
    await alone.close();
    await move();
    const joined = await openClusterStorage({ data, database, joinSecret: SECRET, ttlMs: 6000 });
    expect(joined.linkKey).toEqual(new Uint8Array(key));
    await joined.close();
    await expect(openClusterStorage({ data, database, joinSecret: `${SECRET}?`, ttlMs: 6000 })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('another join secret'),
    });
  });

  it('moves every table that one server has', () => {
    openTestStorage(data).close();
    const db = LookoutDatabase.open(join(data, 'lookout.db'));
    const tables = db.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    expect(tables.map(({ name }) => name).sort()).toEqual([...MOVED_TABLES].sort());
    db.close();
  });

  it('is refused by a database that has something, and while its server runs; then nothing is changed', async () => {
    const running = openTestStorage(data);
    await expect(move()).rejects.toMatchObject({ code: 'conflict' });
    await running.settings.change({ timezone: '"Europe/Berlin"' });
    await running.close();
    const db = await PostgresDatabase.open(parseAddress(database));
    await postgresRepositories(db).settings.change({ mode: '"away"' });
    await expect(move()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('is not empty: it has settings'),
    });
    expect(await postgresRepositories(db).settings.all()).toEqual({ mode: '"away"' });
    await db.close();
  });
});
