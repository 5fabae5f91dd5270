import { LookoutError } from '@lookout/protocol/core';

/** How many could manage the server at one moment of a transaction. */
export interface Admins {
  /** Users who are admins and not disabled; without those who are admins only as long as somebody outside says so. */
  readonly users: number;
  /** Of these, users with a password. */
  readonly passwords: number;
  /** Admin keys that never expire. */
  readonly keys: number;
}

/** Counts `Admins`, in SQLite and in Postgres. */
export const COUNT_ADMINS = `SELECT
  (SELECT count(*) FROM users WHERE role = 'admin' AND NOT disabled AND issuer IS NULL) AS users,
  (SELECT count(*) FROM users WHERE role = 'admin' AND NOT disabled AND issuer IS NULL AND password IS NOT NULL) AS passwords,
  (SELECT count(*) FROM api_keys WHERE scope = 'admin' AND expires_at IS NULL) AS keys`;

/**
 * Checks a change of a user in the transaction that has made it, which no other may overlap.
 * @throws LookoutError `conflict` if it took the last admin away
 */
export function checkUserChange(before: Admins, after: Admins): void {
  if (after.users === 0 && before.users > 0) {
    throw new LookoutError('conflict', 'This is the last user who is an admin', {
      hint: 'Make somebody else an admin first.',
    });
  }
  if (after.passwords === 0 && before.passwords > 0 && after.keys === 0) {
    throw new LookoutError('conflict', 'This is the last admin who can sign in with a password', {
      hint: 'Set a password for another admin first.',
    });
  }
}

/** As `checkUserChange`, for the removal of a key. @throws LookoutError `conflict` */
export function checkKeyRemoval(before: Admins, after: Admins): void {
  if (after.keys > 0 || before.keys === 0 || after.passwords > 0) return;
  throw new LookoutError('conflict', 'This is the last admin key: without it nobody could manage the server', {
    hint: 'Create another admin key first.',
  });
}
