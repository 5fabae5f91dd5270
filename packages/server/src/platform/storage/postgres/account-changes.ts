import { type Admins, COUNT_ADMINS, Turns } from '../repositories/index.js';
import type { PostgresDatabase, Statements } from './database.js';

/** Counts the changes of keys, users, sessions and sign-in codes by other nodes. One per node: its own changes are not counted. */
export class AccountChanges {
  readonly #db: PostgresDatabase;
  /** Own changes and the count of all changes must not overlap, or one by another node could be taken for an own one. */
  readonly #turns = new Turns();
  #own = 0;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  /** A number that grows when another node changes something. */
  byOthers(): Promise<number> {
    return this.#turns.take(async () => (await countChanges(this.#db)) - this.#own);
  }

  /** Runs a change in a transaction, and counts it as this node's own. */
  make<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    return this.#turns.take(async () => {
      let own = 0;
      const result = await this.#db.transaction(async (transaction) => {
        // Locks the count, so that what it grows by are own changes.
        const before = await countChanges(transaction, 'FOR UPDATE');
        const answer = await work(transaction);
        own = (await countChanges(transaction)) - before;
        return answer;
      });
      this.#own += own;
      return result;
    });
  }

  /** As `make`; undoes the change if `check` throws. No account changes meanwhile at any node, since the count is locked. */
  makeChecked<T>(
    check: (before: Admins, after: Admins) => void,
    change: (transaction: Statements) => Promise<T>,
  ): Promise<T> {
    return this.make(async (transaction) => {
      const before = await countAdmins(transaction);
      const result = await change(transaction);
      check(before, await countAdmins(transaction));
      return result;
    });
  }
}

async function countAdmins(statements: Statements): Promise<Admins> {
  return (await statements.all(COUNT_ADMINS))[0] as unknown as Admins;
}

async function countChanges(statements: Statements, lock: 'FOR UPDATE' | '' = ''): Promise<number> {
  const [row] = await statements.all(`SELECT total FROM key_changes ${lock}`);
  return Number(row?.total ?? 0);
}
