/** What every implementation of the repositories does for the last admin. */
import type { ApiKey } from '@lookout/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Repositories, StoredUser } from '../platform/storage/index.js';
import { storedUser } from './account-repository-suite.js';
import type { RepositoriesUnderTest } from './repositories-under-test.js';

/** Of two that change at once. */
const ROUNDS = 5;

const admin = (id: string) => storedUser(id, { role: 'admin' }, 'hash');
const changed = ({ user, ...rest }: StoredUser, change: Partial<StoredUser['user']>) => ({
  ...rest,
  user: { ...user, ...change },
});

export function describeAdmins(now: () => Repositories, beside: RepositoriesUnderTest['beside']): void {
  const addKey = async (id: string, more: Partial<ApiKey> = {}) => {
    const key: ApiKey = { id, name: id, scope: 'admin', created_at: 1, ...more };
    await now().keys.insert({ key, hash: new TextEncoder().encode(id) });
  };
  const revoke = (id: string) => now().keys.remove(id, { mayBeLast: false });
  const lastUser = { code: 'conflict', message: 'This is the last user who is an admin', hint: expect.any(String) };
  const lastKey = {
    code: 'conflict',
    message: expect.stringContaining('the last admin key'),
    hint: expect.any(String),
  };

  describe('the last user who is an admin', () => {
    const ann = admin('ann');
    beforeEach(async () => {
      await now().users.insert(ann);
      await now().users.insert(storedUser('bob'));
    });

    it('is neither removed, disabled nor lowered, but changes otherwise', async () => {
      const { users } = now();
      await expect(users.remove('ann')).rejects.toMatchObject(lastUser);
      await expect(users.update(changed(ann, { disabled: true }))).rejects.toMatchObject(lastUser);
      await expect(users.update(changed(ann, { role: 'operator' }))).rejects.toMatchObject(lastUser);
      expect((await users.list()).map(({ user }) => user.role)).toEqual(['admin', 'viewer']);
      await users.update(changed(ann, { display_name: 'Ann Miller' }));
      await users.remove('bob');
    });

    it('is one who is not disabled, and not an admin by the word of somebody outside', async () => {
      const { users } = now();
      const outside = changed(admin('eve'), { identity: { issuer: 'proxy', subject: 'eve' } });
      await users.insert(changed(admin('off'), { disabled: true }));
      await users.insert(outside);
      await expect(users.remove('ann')).rejects.toMatchObject(lastUser);
      await users.remove('off');
      await users.update(changed(outside, { role: 'viewer' }));
    });

    it('is the last to sign in too, if the others have no password and there is no key', async () => {
      const { users } = now();
      await users.insert(storedUser('code', { role: 'admin' }));
      const message = 'This is the last admin who can sign in with a password';
      await expect(users.remove('ann')).rejects.toMatchObject({ code: 'conflict', message });
      await addKey('k');
      await users.remove('ann');
    });

    it('stays if two are removed at once, by two processes', async () => {
      const other = await beside();
      for (let round = 0; round < ROUNDS; round++) {
        await now().users.insert(admin('zoe'));
        const results = await Promise.allSettled([
          now().users.remove('ann'),
          round % 2 === 0 ? other.repositories.users.remove('zoe') : other.repositories.users.update(storedUser('zoe')),
        ]);
        expect(results.filter(({ status }) => status === 'rejected')).toEqual([
          { status: 'rejected', reason: expect.objectContaining(lastUser) },
        ]);
        const { users } = now();
        const left = (await users.list()).filter(({ user }) => user.role === 'admin');
        expect(left).toHaveLength(1);
        if (left[0]?.user.id === 'zoe') await users.insert(ann);
        await users.remove('zoe');
      }
      await other.close();
    });
  });

  describe('the last admin key', () => {
    it('is revoked only where nobody needs one, or an admin has a password', async () => {
      await addKey('k');
      await addKey('guest', { scope: 'viewer' });
      await addKey('short', { expires_at: 2 });
      await expect(revoke('k')).rejects.toMatchObject(lastKey);
      await revoke('guest');
      await revoke('short');
      await now().users.insert(admin('ann'));
      await revoke('k');
      await addKey('l');
      await now().keys.remove('l', { mayBeLast: true });
      expect(await now().keys.list()).toEqual([]);
    });

    it('stays if two are revoked at once, or it and the last admin with a password', async () => {
      const other = await beside();
      for (let round = 0; round < ROUNDS; round++) {
        for (const id of ['k', 'l']) await addKey(id);
        const results = await Promise.allSettled([
          revoke('k'),
          other.repositories.keys.remove('l', { mayBeLast: false }),
        ]);
        expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        const left = await now().keys.list();
        expect(left).toHaveLength(1);
        await now().keys.remove(left[0]?.key.id ?? '', { mayBeLast: true });
      }
      await now().users.insert(admin('ann'));
      await now().users.insert(storedUser('code', { role: 'admin' }));
      await addKey('k');
      const results = await Promise.allSettled([revoke('k'), other.repositories.users.remove('ann')]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await other.close();
    });
  });
}
