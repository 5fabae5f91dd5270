import type { AuditEntry } from '@lookout/protocol';

/** How much of the audit log is kept; the oldest entries go first. */
export const AUDIT_LIMITS = {
  entries: 10_000,
  /** Of these, refused sign-ins, so that whoever guesses passwords can't push out the rest. */
  refused: 2000,
  /** About half a year. */
  ageMs: 183 * 24 * 3600_000,
} as const;

/** Of these, the numbers of rows. */
export type AuditRows = Record<'entries' | 'refused', number>;

export type NewAuditEntry = Omit<AuditEntry, 'id'>;

/** Who did what. Ids grow. */
export interface AuditRepository {
  /** Adds an entry and drops what is beyond `AUDIT_LIMITS`. */
  append(entry: NewAuditEntry): Promise<void>;
  /** Newest first. @param before only entries with a smaller id */
  list(limit: number, before?: number): Promise<AuditEntry[]>;
}
