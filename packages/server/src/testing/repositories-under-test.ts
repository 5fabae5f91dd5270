import type { AuditRows, Repositories } from '../platform/storage/index.js';

/** An empty database of an implementation. */
export interface RepositoriesUnderTest {
  readonly repositories: Repositories;
  readonly limits: { eventChanges: number; sessions: number; audit: AuditRows };
  /** Closes the database and opens it again, as a restart of the server does. */
  reopen(): Promise<void>;
  /** A second process on the same database, while the first has it open. */
  beside(): Promise<{ repositories: Pick<Repositories, 'keys' | 'users'>; close(): Promise<void> }>;
  close(): Promise<void>;
}
