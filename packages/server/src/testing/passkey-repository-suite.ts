/** What every implementation of the repository of passkeys does. */
import { MAX_PASSKEYS } from '@lookout/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Repositories, StoredPasskey } from '../platform/storage/index.js';
import { storedUser } from './account-repository-suite.js';

const NOW_MS = 1_700_000_000_000;

const passkey = (id: string, more: Partial<StoredPasskey> = {}): StoredPasskey => ({
  ...{ id, userId: 'ann', name: id.toUpperCase(), host: 'cam.lan', credentialId: `credential ${id}` },
  ...{ publicKey: new Uint8Array([0, 255, 7]), counter: 0, createdAt: NOW_MS },
  ...more,
});
const challenge = (value: number, expiresAt = NOW_MS + 1000) => ({ nonce: new Uint8Array(16).fill(value), expiresAt });

export function describePasskeys(now: () => Repositories, reopen: () => Promise<void>): void {
  describe('passkeys', () => {
    beforeEach(async () => {
      for (const id of ['ann', 'bob']) await now().users.insert(storedUser(id));
    });

    it('survive a restart, oldest first, and go with their user', async () => {
      const [first, second] = [passkey('a'), passkey('b', { counter: 2 ** 32 - 1 })];
      await now().passkeys.insert(first, challenge(1), NOW_MS);
      await now().passkeys.insert(second, challenge(2), NOW_MS);
      await now().passkeys.insert(passkey('c', { userId: 'bob' }), challenge(3), NOW_MS);
      await reopen();
      const { passkeys, users } = now();
      expect(await passkeys.list('ann')).toEqual([first, second]);
      expect(await passkeys.byCredential('credential b')).toEqual(second);
      await passkeys.remove('bob', 'a');
      await passkeys.remove('ann', 'b');
      expect(await passkeys.list('ann')).toEqual([first]);
      await users.remove('bob');
      expect(await passkeys.byCredential('credential c')).toBeUndefined();
      await passkeys.remove('ann');
      expect(await passkeys.list('ann')).toEqual([]);
    });

    it('are added once, for a challenge that was not used, to a user, and not without end', async () => {
      const { passkeys } = now();
      await passkeys.insert(passkey('a'), challenge(1), NOW_MS);
      const conflict = { code: 'conflict' };
      await expect(passkeys.insert(passkey('b'), challenge(1), NOW_MS)).rejects.toMatchObject(conflict);
      const known = passkey('b', { credentialId: 'credential a' });
      await expect(passkeys.insert(known, challenge(2), NOW_MS)).rejects.toMatchObject(conflict);
      const nobody = passkey('b', { userId: 'nobody' });
      await expect(passkeys.insert(nobody, challenge(3), NOW_MS)).rejects.toMatchObject({ code: 'not_found' });
      for (let n = 1; n < MAX_PASSKEYS; n++) await passkeys.insert(passkey(`n${n}`), challenge(10 + n), NOW_MS);
      await expect(passkeys.insert(passkey('b'), challenge(4), NOW_MS)).rejects.toMatchObject(conflict);
    });

    it('are used once for a challenge, with a counter that grows or stays 0', async () => {
      const { passkeys } = now();
      await passkeys.insert(passkey('a'), challenge(1), NOW_MS);
      expect(await passkeys.use('a', 0, challenge(1), NOW_MS)).toBe(false);
      expect(await passkeys.use('a', 0, challenge(2), NOW_MS + 5)).toBe(true);
      expect(await passkeys.list('ann')).toEqual([passkey('a', { lastUsedAt: NOW_MS + 5 })]);
      const both = await Promise.all([3, 3].map((value) => passkeys.use('a', 0, challenge(value), NOW_MS)));
      expect(both.sort()).toEqual([false, true]);
      expect(await passkeys.use('a', 9, challenge(4), NOW_MS)).toBe(true);
      expect(await passkeys.use('a', 9, challenge(5), NOW_MS)).toBe(false);
      expect(await passkeys.use('a', 0, challenge(6), NOW_MS)).toBe(false);
      expect(await passkeys.use('gone', 0, challenge(7), NOW_MS)).toBe(false);
      // Challenges are forgotten once they are too old to be answered.
      expect(await passkeys.use('a', 10, challenge(4), NOW_MS + 1000)).toBe(true);
    });
  });
}
