import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ViewToken } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStorage } from '../../testing/test-storage.js';
import type { Storage } from '../storage/index.js';
import { CameraShares, MAX_SHARES } from './camera-shares.js';
import { CameraTokens } from './camera-tokens.js';

const HOUR_S = 3600;
let nowMs: number;
let directory: string;
let storage: Storage;
beforeEach(() => {
  nowMs = 1_700_000_000_000;
  directory = mkdtempSync(join(tmpdir(), 'lookout-shares-'));
  storage = openTestStorage(directory);
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const key = () => storage.directory.secret('links');
const open = () => CameraShares.open({ store: storage.shares, key: key(), now: () => nowMs });
const by = (address: string, program = 'browser') => ({ peer: `${address} ${program}`, address });

describe('a link for a time', () => {
  it('lets its holder watch its camera until then, and not a moment longer', async () => {
    const shares = await open();
    const { view_token, expires_at } = await shares.create('yard', { expires_in_s: HOUR_S });
    expect(ViewToken.safeParse(view_token).success).toBe(true);
    expect(expires_at).toBe(nowMs + HOUR_S * 1000);
    nowMs += HOUR_S * 1000 - 1;
    expect(shares.find(view_token)).toMatchObject({ cameraId: 'yard', kind: 'view' });
    nowMs += 1;
    expect(shares.find(view_token)).toBeUndefined();
    expect(shares.of('yard')).toEqual([]);
  });

  it('ends those who watch when its time is over, and no others', async () => {
    const shares = await open();
    const [hour, day, endless] = await Promise.all(
      [HOUR_S, 24 * HOUR_S, null].map((expires_in_s) => shares.create('yard', { expires_in_s })),
    );
    const ended: string[] = [];
    for (const [name, share] of Object.entries({ hour, day, endless })) {
      shares.find(share?.view_token ?? '')?.hold(() => ended.push(name));
    }
    await shares.endExpired();
    expect(ended).toEqual([]);
    nowMs += HOUR_S * 1000;
    await shares.endExpired();
    expect(ended).toEqual(['hour']);
    nowMs += 23 * HOUR_S * 1000;
    await shares.endExpired();
    nowMs += 400 * 24 * HOUR_S * 1000;
    await shares.endExpired();
    expect(ended).toEqual(['hour', 'day']);
    expect(shares.of('yard').map(({ id }) => id)).toEqual([endless?.id]);
    expect(await storage.shares.list(0)).toHaveLength(1);
  });

  it('is the same after a restart, and not in the database', async () => {
    const made = await (await open()).create('yard', { expires_in_s: null });
    await storage.close();
    expect(readFileSync(join(directory, 'lookout.db')).includes(made.view_token)).toBe(false);
    storage = openTestStorage(directory);
    expect((await open()).of('yard')).toEqual([made]);
  });

  it('is none of the camera’s own links, and unlike any other', async () => {
    const shares = await open();
    const tokens = new CameraTokens({ store: storage.links, key: key() });
    await tokens.add('yard', ['view']);
    const made = await Promise.all([1, 2].map(() => shares.create('yard', { expires_in_s: null })));
    const all = [...made.map(({ view_token }) => view_token), tokens.of('yard').view_token];
    expect(new Set(all).size).toBe(3);
    await tokens.renew('yard');
    expect(shares.find(all[0] ?? '')).toBeDefined();
  });
});

describe('a link that is ended', () => {
  it('disconnects those who watch, once each, and whoever comes after', async () => {
    const shares = await open();
    const { id, view_token } = await shares.create('yard', { expires_in_s: HOUR_S });
    const grant = shares.find(view_token);
    let ends = 0;
    grant?.hold(() => ends++);
    const gone = grant?.hold(() => expect.unreachable());
    gone?.();
    await expect(shares.end('gate', id)).rejects.toMatchObject({ code: 'not_found' });
    expect(ends).toBe(0);
    await shares.end('yard', id);
    // Admitted before, and only now about to watch.
    grant?.hold(() => ends++);
    expect([ends, shares.find(view_token)]).toEqual([2, undefined]);
    await expect(shares.end('yard', id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('ends with its camera', async () => {
    const shares = await open();
    const [yard, gate] = await Promise.all(['yard', 'gate'].map((id) => shares.create(id, { expires_in_s: null })));
    let ended = false;
    shares.find(yard?.view_token ?? '')?.hold(() => (ended = true));
    shares.forgetCamera('yard');
    expect([ended, shares.of('yard')]).toEqual([true, []]);
    expect(shares.find(gate?.view_token ?? '')).toBeDefined();
  });
});

describe('who watches', () => {
  it('is told by browser and address, since when and by how many connections', async () => {
    const shares = await open();
    const { view_token } = await shares.create('yard', { expires_in_s: null });
    const grant = shares.find(view_token);
    const startMs = nowMs;
    grant?.hold(() => undefined, by('192.168.1.7'));
    const brief = grant?.hold(() => undefined, by('10.0.0.1'));
    // A request is over before it counts.
    expect(shares.of('yard')).toMatchObject([{ watching: 0, watchers: [] }]);
    brief?.();
    nowMs += 5000;
    const second = grant?.hold(() => undefined, by('192.168.1.7'));
    grant?.hold(() => undefined, by('192.168.1.7', 'another'));
    grant?.hold(() => undefined, by('fe80::1'));
    nowMs += 1000;
    expect(shares.of('yard')).toMatchObject([
      {
        watching: 3,
        watchers: [
          { since: startMs, address_family: 'ipv4', connections: 2 },
          { since: startMs + 5000, address_family: 'ipv4', connections: 1 },
          { since: startMs + 5000, address_family: 'ipv6', connections: 1 },
        ],
      },
    ]);
    second?.();
    expect(shares.of('yard')[0]?.watchers[0]?.connections).toBe(1);
    expect(JSON.stringify(shares.of('yard'))).not.toContain('192.168');
  });

  it('is listed up to a limit, and counted beyond it', async () => {
    const shares = await open();
    const { view_token } = await shares.create('yard', { expires_in_s: null });
    for (let n = 0; n < 120; n++) shares.find(view_token)?.hold(() => undefined, by(`10.0.0.${n}`));
    nowMs += 1000;
    const [share] = shares.of('yard');
    expect([share?.watching, share?.watchers.length]).toEqual([120, 100]);
  });
});

it('a camera has so many links at most; one that ends makes room', async () => {
  const shares = await open();
  for (let n = 0; n < MAX_SHARES; n++) await shares.create('yard', { expires_in_s: n === 0 ? 60 : null });
  await expect(shares.create('yard', { expires_in_s: null })).rejects.toMatchObject({ code: 'conflict' });
  await shares.create('gate', { expires_in_s: null });
  nowMs += 60_000;
  await shares.create('yard', { expires_in_s: null });
  expect(shares.of('yard')).toHaveLength(MAX_SHARES);
});
