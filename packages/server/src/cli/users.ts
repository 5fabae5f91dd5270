import { randomInt } from 'node:crypto';
import { LookoutError } from '@lookout/protocol';
import { Accounts } from '../platform/auth/accounts.js';
import type { Settings } from '../platform/config/settings.js';
import type { AuditRepository } from '../platform/storage/index.js';
import { noteCommand } from './note-command.js';
import { openKeysOf, placeOfKeys } from './open-keys.js';

type UserSettings = Pick<Settings, 'data' | 'cluster'>;

/** Prints everybody who has an account. */
export async function listUsers(settings: UserSettings, json: boolean): Promise<void> {
  const users = await withAccounts(settings, async ({ users }) => users.list());
  const shown = users.map(({ user, password }) => ({ ...user, has_password: password !== undefined }));
  if (json) return void console.log(JSON.stringify(shown, null, 2));
  if (shown.length === 0) return void console.log(`Nobody has an account in ${placeOfKeys(settings)}.`);
  const width = Math.max(...shown.map(({ name }) => name.length));
  for (const { name, role, cameras, disabled, has_password } of shown) {
    const which = cameras === undefined ? 'all cameras' : cameras.join(', ') || 'deleted cameras';
    const notes = [disabled && 'disabled', !has_password && 'no password'].filter(Boolean).join(', ');
    console.log(`${name.padEnd(width)}  ${role.padEnd(8)}  ${which}${notes && `  (${notes})`}`);
  }
}

/** Sets a new password and prints it, alone on standard output. A running server signs the person out within a second. */
export async function resetPassword(name: string, settings: UserSettings): Promise<void> {
  const password = newPassword();
  const user = await withAccounts(settings, async (accounts, audit) => {
    const found = accounts.users.byName(name)?.user;
    if (!found) {
      throw new LookoutError('not_found', `There is no user "${name}"`, {
        hint: 'List the users with: lookout users list',
      });
    }
    await accounts.changeUser(found.id, { password, disabled: false });
    const target = { id: found.id, name: found.name };
    await noteCommand(audit, { action: 'user.reset', target });
    return found;
  });
  process.stderr.write(`New password of ${user.name} in ${placeOfKeys(settings)}, shown only this once:\n`);
  console.log(password);
}

/** Letters that are not taken for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Four groups of four letters: 80 random bits, to be typed once. */
function newPassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

async function withAccounts<T>(
  settings: UserSettings,
  work: (accounts: Accounts, audit: AuditRepository) => Promise<T>,
): Promise<T> {
  const storage = await openKeysOf(settings);
  try {
    const accounts = await Accounts.open({ store: storage, trustsLocal: true });
    return await work(accounts, storage.audit);
  } finally {
    await storage.close();
  }
}
