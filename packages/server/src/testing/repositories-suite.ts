/** What every implementation of the repositories does. */
import type { ApiKey, Box, CameraConfig, CameraRegions } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_CODES, type Repositories } from '../platform/storage/index.js';
import { describeAccounts } from './account-repository-suite.js';
import { describeAdmins } from './admin-repository-suite.js';
import { describeEventLists, describeEvents } from './event-repository-suite.js';
import { describePasskeys } from './passkey-repository-suite.js';
import { describePhrases } from './phrase-repository-suite.js';
import type { RepositoriesUnderTest } from './repositories-under-test.js';
import { describeRules, describeWebhooks } from './rule-repository-suite.js';

export const storedCamera: CameraConfig = {
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

const NOW_MS = 1_700_000_000_000;
const bytes = (value: number, length = 32) => new Uint8Array(length).fill(value);
const apiKey = (id: string, more: Partial<ApiKey> = {}): ApiKey => ({
  id,
  name: id,
  scope: 'viewer',
  created_at: NOW_MS,
  ...more,
});

/** Adds the tests of the contract. @param open a new, empty database */
export function describeRepositories(name: string, open: () => Promise<RepositoriesUnderTest>): void {
  describe(`${name} repositories`, () => {
    let tested: RepositoriesUnderTest;
    beforeEach(async () => {
      tested = await open();
    });
    afterEach(() => tested.close());
    const now = () => tested.repositories;

    describeCameras(now, () => tested.reopen());
    describeKeys(now, () => tested);
    describeAccounts(
      now,
      () => tested.reopen(),
      () => tested.limits,
    );
    describeAdmins(now, () => tested.beside());
    describePasskeys(now, () => tested.reopen());
    describeRules(now, () => tested.reopen());
    describePhrases(now, () => tested.reopen());
    describeEvents(
      now,
      () => tested.reopen(),
      () => tested.limits.eventChanges,
    );
    describeEventLists(now);
    describeWebhooks(now, () => tested.reopen());
  });
}

function describeCameras(now: () => Repositories, reopen: () => Promise<void>): void {
  describe('cameras', () => {
    it('survive a restart, oldest first', async () => {
      await now().cameras.insert(storedCamera);
      await now().cameras.insert({ ...storedCamera, id: 'gate' });
      const changed = { ...storedCamera, name: 'Back yard', tls_pin: `sha256/${'A'.repeat(43)}=`, loop: false };
      await now().cameras.update(changed);
      await reopen();
      expect(await now().cameras.list()).toEqual([changed, { ...storedCamera, id: 'gate' }]);
      await now().cameras.remove('yard');
      expect((await now().cameras.list()).map(({ id }) => id)).toEqual(['gate']);
    });

    it('have unique ids, and only a stored one can be changed', async () => {
      const { cameras } = now();
      await cameras.insert(storedCamera);
      await expect(cameras.insert(storedCamera)).rejects.toMatchObject({ code: 'conflict' });
      await expect(cameras.update({ ...storedCamera, id: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    });

    it('take their links and their place in keys along, and no other’s', async () => {
      const { cameras, links, shares, keys, suppressions } = now();
      await cameras.insert(storedCamera);
      for (const id of ['yard', 'gate']) {
        await links.put(id, bytes(1));
        await shares.insert({ id: `to ${id}`, cameraId: id, seed: bytes(2), createdAt: NOW_MS });
        const spot = { event_id: 'e1', class_name: 'person', box: [0, 0, 0.5, 0.5] as Box };
        await suppressions.insert({ ...spot, id: `at ${id}`, camera: id, look: bytes(9), created_at: NOW_MS });
      }
      await keys.insert({ key: apiKey('both', { cameras: ['yard', 'gate'] }), hash: bytes(1) });
      await keys.insert({ key: apiKey('all'), hash: bytes(2) });
      await cameras.remove('yard');
      expect((await keys.list()).map(({ key }) => key.cameras)).toEqual([['gate'], undefined]);
      expect(await links.seed('yard', bytes(7))).toEqual(bytes(7));
      expect(await links.seed('gate', bytes(7))).toEqual(bytes(1));
      expect((await shares.list(NOW_MS)).map(({ id }) => id)).toEqual(['to gate']);
      expect((await suppressions.list()).map(({ id }) => id)).toEqual(['at gate']);
      // A camera that is not stored, as the demo, may have links too.
      await cameras.remove('gate');
      expect(await links.seed('gate', bytes(7))).toEqual(bytes(7));
    });
  });

  it('links have a seed for each camera, until it is replaced', async () => {
    expect(await now().links.seed('yard', bytes(1))).toEqual(bytes(1));
    expect(await now().links.seed('yard', bytes(2))).toEqual(bytes(1));
    await now().links.put('yard', bytes(3));
    await reopen();
    expect(await now().links.seed('yard', bytes(4))).toEqual(bytes(3));
    expect(await now().links.seed('gate', bytes(5))).toEqual(bytes(5));
  });

  it('shares survive a restart, oldest first, until they have ended', async () => {
    const share = (id: string, createdAt: number, expiresAt?: number) => ({
      ...{ id, cameraId: 'yard', seed: bytes(createdAt % 7), createdAt },
      ...(expiresAt !== undefined && { expiresAt }),
    });
    const given = [share('b', 1), share('a', 2, NOW_MS + 1), share('over', 3, NOW_MS), share('c', 4)];
    for (const each of given) await now().shares.insert(each);
    expect((await now().shares.list(NOW_MS - 1)).map(({ id }) => id)).toEqual(['b', 'a', 'over', 'c']);
    await reopen();
    expect(await now().shares.list(NOW_MS)).toEqual([given[0], given[1], given[3]]);
    await now().shares.remove(['b', 'nobody']);
    expect((await now().shares.list(0)).map(({ id }) => id)).toEqual(['a', 'c']);
  });

  it('what is drawn on cameras that are not stored is kept until they are removed', async () => {
    const regions: CameraRegions = {
      zones: [
        {
          name: 'lawn',
          points: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      ],
      lines: [],
      masks: [],
    };
    expect(await now().regions.get('demo')).toBeUndefined();
    await now().regions.put('demo', { ...regions, zones: [] });
    await now().regions.put('demo', regions);
    await reopen();
    expect(await now().regions.get('demo')).toEqual(regions);
    await now().cameras.remove('demo');
    expect(await now().regions.get('demo')).toBeUndefined();
  });

  it('track ids are reserved in blocks that never overlap', async () => {
    const firsts = await Promise.all([50, 50, 50].map((count) => now().trackIds.reserve('yard', count)));
    expect(firsts.sort((a, b) => a - b)).toEqual([1, 51, 101]);
    expect(await now().trackIds.reserve('gate', 10)).toBe(1);
    await reopen();
    expect(await now().trackIds.reserve('yard', 10)).toBe(151);
  });
}

function describeKeys(now: () => Repositories, under: () => RepositoriesUnderTest): void {
  describe('keys', () => {
    it('survive a restart, oldest first', async () => {
      const stored = [
        { key: apiKey('a', { scope: 'admin' }), hash: bytes(1) },
        { key: apiKey('b', { cameras: ['yard'] }), hash: bytes(2) },
      ];
      for (const each of stored) await now().keys.insert(each);
      await under().reopen();
      expect(await now().keys.list()).toEqual(stored);
      await now().keys.remove('b', { mayBeLast: false });
      expect((await now().keys.list()).map(({ key }) => key.id)).toEqual(['a']);
    });

    it('sign in by a code once, in time', async () => {
      const { keys } = now();
      await keys.insert({ key: apiKey('a'), hash: bytes(1) });
      const expiresAt = NOW_MS + 1000;
      await keys.addCode({ hash: bytes(1), keyId: 'a', expiresAt }, NOW_MS);
      await keys.addCode({ hash: bytes(2), expiresAt }, NOW_MS);
      expect(await keys.takeCode(bytes(1), NOW_MS)).toEqual({ keyId: 'a' });
      expect(await keys.takeCode(bytes(1), NOW_MS)).toBeUndefined();
      expect(await keys.takeCode(bytes(2), expiresAt)).toBeUndefined();
      expect(await keys.takeCode(bytes(2), NOW_MS)).toEqual({});
      for (let count = 0; count <= MAX_CODES; count++) {
        await keys.addCode({ hash: bytes(count), expiresAt: expiresAt + count }, NOW_MS);
      }
      expect(await keys.takeCode(bytes(0), NOW_MS)).toBeUndefined();
      expect(await keys.takeCode(bytes(1), NOW_MS)).toEqual({});
    });

    it('tell of changes by another process, and of no others', async () => {
      const { keys } = now();
      const before = await keys.foreignChanges();
      await keys.insert({ key: apiKey('a'), hash: bytes(1) });
      expect(await keys.foreignChanges()).toBe(before);
      const other = await under().beside();
      await other.repositories.keys.insert({ key: apiKey('b'), hash: bytes(2) });
      await other.close();
      expect(await keys.foreignChanges()).not.toBe(before);
      expect((await keys.list()).map(({ key }) => key.id)).toEqual(['a', 'b']);
    });
  });
}
