import { type Admins, COUNT_ADMINS } from '../repositories/index.js';
import type { LookoutDatabase } from './database.js';

/** Runs a change in a transaction, and undoes it if `check` throws. Other transactions, also of other processes, wait meanwhile. */
export function checkAdmins<T>(
  db: LookoutDatabase,
  check: (before: Admins, after: Admins) => void,
  change: () => T,
): T {
  return db.transaction(() => {
    const before = countAdmins(db);
    const result = change();
    check(before, countAdmins(db));
    return result;
  });
}

function countAdmins(db: LookoutDatabase): Admins {
  return db.all(COUNT_ADMINS)[0] as unknown as Admins;
}
