/** What every implementation of the repositories of users and sessions does. */
import type { ApiKey } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { AUDIT_LIMITS, type Repositories, type StoredSession, type StoredUser } from '../platform/storage/index.js';
import type { RepositoriesUnderTest } from './repositories-under-test.js';

const NOW_MS = 1_700_000_000_000;
const bytes = (value: number) => new Uint8Array(32).fill(value);
const apiKey = (id: string): ApiKey => ({ id, name: id, scope: 'viewer', created_at: NOW_MS });

export function storedUser(id: string, more: Partial<StoredUser['user']> = {}, password?: string): StoredUser {
  const user = { id, name: id, display_name: id.toUpperCase(), role: 'viewer' as const, disabled: false };
  return { user: { ...user, created_at: NOW_MS, ...more }, ...(password !== undefined && { password }) };
}

function storedSession(id: string, more: Partial<StoredSession>): StoredSession {
  const times = { createdAt: NOW_MS, lastSeenAt: NOW_MS, expiresAt: NOW_MS + 1000 };
  return { id, hash: new TextEncoder().encode(id), browser: 'Firefox', system: 'Linux', ...times, ...more };
}

export function describeAccounts(
  now: () => Repositories,
  reopen: () => Promise<void>,
  limits: () => RepositoriesUnderTest['limits'],
): void {
  describe('users', () => {
    it('survive a restart, oldest first, and change', async () => {
      const ann = storedUser('ann', { role: 'admin' }, '$argon2id$…');
      const bob = storedUser('bob', { cameras: ['yard'], identity: { issuer: 'proxy', subject: 'Bob' } });
      for (const each of [ann, bob]) await now().users.insert(each);
      await reopen();
      expect(await now().users.list()).toEqual([ann, bob]);
      const { identity } = bob.user;
      const changed = storedUser('bob', { name: 'robert', disabled: true, role: 'operator', identity }, 'other');
      await now().users.update(changed);
      expect(await now().users.list()).toEqual([ann, changed]);
      await now().users.remove('bob');
      await now().users.remove('nobody');
      expect(await now().users.list()).toEqual([ann]);
    });

    it('change without being taken for a change by another process', async () => {
      const { keys, users, sessions } = now();
      const before = await keys.foreignChanges();
      await users.insert(storedUser('ann'));
      await sessions.open(storedSession('a', { userId: 'ann' }), NOW_MS);
      await sessions.seen([{ id: 'a', atMs: NOW_MS + 1 }]);
      await users.update(storedUser('ann', { display_name: 'Ann' }));
      await sessions.remove(['a']);
      expect(await keys.foreignChanges()).toBe(before);
    });

    it('have unique names, and only a stored one can be changed', async () => {
      const { users } = now();
      await users.insert(storedUser('ann'));
      await users.insert(storedUser('bob'));
      const named = (id: string) => storedUser(id, { name: 'ann' });
      await expect(users.insert(named('new'))).rejects.toMatchObject({ code: 'conflict' });
      await expect(users.update(named('bob'))).rejects.toMatchObject({ code: 'conflict' });
      const identity = { issuer: 'proxy', subject: 'Ann' };
      await users.insert(storedUser('outside', { identity }));
      await expect(users.insert(storedUser('twin', { identity }))).rejects.toMatchObject({ code: 'conflict' });
      await users.insert(storedUser('other', { identity: { ...identity, issuer: 'https://id.example' } }));
      await expect(users.update(storedUser('x'))).rejects.toMatchObject({ code: 'not_found' });
    });

    it('lose a camera that is removed', async () => {
      await now().users.insert(storedUser('bob', { cameras: ['yard', 'gate'] }));
      await now().users.insert(storedUser('ann'));
      await now().cameras.remove('yard');
      expect((await now().users.list()).map(({ user }) => user.cameras)).toEqual([['gate'], undefined]);
    });
  });

  describe('sessions', () => {
    it('survive a restart until they expire, and go with their key or user', async () => {
      const { keys, users, sessions } = now();
      await keys.insert({ key: apiKey('k'), hash: bytes(1) });
      await users.insert(storedUser('ann'));
      const ofKey = storedSession('a', { keyId: 'k' });
      const ofUser = storedSession('b', { userId: 'ann', expiresAt: NOW_MS + 2000 });
      for (const each of [ofUser, ofKey]) await sessions.open(each, NOW_MS);
      await sessions.seen([
        { id: 'a', atMs: NOW_MS + 5 },
        { id: 'nobody', atMs: NOW_MS },
      ]);
      await reopen();
      const seen = { ...ofKey, lastSeenAt: NOW_MS + 5 };
      expect(await now().sessions.list(NOW_MS)).toEqual([seen, ofUser]);
      expect(await now().sessions.list(NOW_MS + 1000)).toEqual([ofUser]);
      await now().users.remove('ann');
      expect(await now().sessions.list(NOW_MS)).toEqual([seen]);
      await now().sessions.open(storedSession('c', { keyId: 'k' }), NOW_MS);
      await now().sessions.remove(['a', 'nobody']);
      expect((await now().sessions.list(NOW_MS)).map(({ id }) => id)).toEqual(['c']);
      await now().keys.remove('k', { mayBeLast: false });
      expect(await now().sessions.list(NOW_MS)).toEqual([]);
    });

    it('are limited in number: the newest stay', async () => {
      const { keys, sessions } = now();
      await keys.insert({ key: apiKey('k'), hash: bytes(1) });
      const open = (index: number) =>
        sessions.open(storedSession(String(index), { keyId: 'k', expiresAt: NOW_MS + index }), 0);
      await Promise.all(Array.from({ length: limits().sessions + 2 }, (_, index) => open(index)));
      const kept = await sessions.list(0);
      expect(kept).toHaveLength(limits().sessions);
      expect(kept[0]?.id).toBe('2');
    });

    it('are opened by a code for a user too', async () => {
      const { keys, users } = now();
      await users.insert(storedUser('ann'));
      await keys.addCode({ hash: bytes(1), userId: 'ann', expiresAt: NOW_MS + 1 }, NOW_MS);
      await keys.addCode({ hash: bytes(2), userId: 'ann', expiresAt: NOW_MS + 1 }, NOW_MS);
      expect(await keys.takeCode(bytes(1), NOW_MS)).toEqual({ userId: 'ann' });
      await users.remove('ann');
      expect(await keys.takeCode(bytes(2), NOW_MS)).toBeUndefined();
    });
  });

  describe('audit', () => {
    const entry = (at: number, refused = false) => ({
      ...{ at, refused, actor: { kind: 'user' as const, id: 'ann', name: 'ann' } },
      ...{ action: 'camera.change', target: { id: 'yard' }, fields: ['name'] },
    });

    it('survives a restart, newest first, page by page', async () => {
      for (let n = 0; n < 5; n++) await now().audit.append(entry(NOW_MS + n));
      await reopen();
      const [first, second] = await now().audit.list(2);
      expect(first).toEqual({ ...entry(NOW_MS + 4), id: expect.any(Number) });
      const rest = await now().audit.list(10, second?.id);
      expect(rest.map(({ at }) => at - NOW_MS)).toEqual([2, 1, 0]);
    });

    it('forgets what is too old', async () => {
      await now().audit.append(entry(NOW_MS - AUDIT_LIMITS.ageMs - 1));
      await now().audit.append(entry(NOW_MS));
      expect(await now().audit.list(10)).toHaveLength(1);
    });

    it('is limited in rows: the oldest go, and refused sign-ins push out no more than their share', async () => {
      const { audit } = now();
      const { entries, refused } = limits().audit;
      await audit.append(entry(NOW_MS));
      for (let n = 1; n <= refused + 3; n++) await audit.append(entry(NOW_MS + n, true));
      const noted = await audit.list(1000);
      expect(noted.filter((each) => each.refused)).toHaveLength(refused);
      expect(noted.at(-1)).toMatchObject({ at: NOW_MS, refused: false });
      for (let n = 1; n <= entries + 3; n++) await audit.append(entry(NOW_MS + 100 + n));
      const kept = await audit.list(1000);
      expect(kept).toHaveLength(entries);
      expect([kept.at(0)?.at, kept.at(-1)?.at]).toEqual([NOW_MS + 103 + entries, NOW_MS + 104]);
    });
  });
}
