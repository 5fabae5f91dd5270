import type { Mode, StoredRule, Suppression } from '@lookout/protocol';

/** A rule without what is counted from its events or checked against cameras. */
export type KeptRule = Omit<StoredRule, 'last_event_at' | 'events_24h' | 'wrong_24h' | 'warning'>;

/** Rules, and the mode that they depend on. */
export interface RuleRepository {
  /** Oldest first. */
  list(): Promise<KeptRule[]>;
  /** Stores all of them, or none. */
  insert(rules: readonly KeptRule[]): Promise<void>;
  /** @throws LookoutError `not_found` */
  update(rule: KeptRule): Promise<void>;
  /** Its events stay. */
  remove(id: string): Promise<void>;
  /** Undefined if none was ever set. */
  mode(): Promise<Mode | undefined>;
  setMode(mode: Mode): Promise<void>;
}

/** With what the place looked like, for comparison. */
export interface KeptSuppression extends Suppression {
  look: Uint8Array;
}

/** What cameras ignore. Removed with their camera. */
export interface SuppressionRepository {
  /** Of all cameras, oldest first. */
  list(): Promise<KeptSuppression[]>;
  insert(suppression: KeptSuppression): Promise<void>;
  /** @returns whether it existed */
  remove(id: string): Promise<boolean>;
}
