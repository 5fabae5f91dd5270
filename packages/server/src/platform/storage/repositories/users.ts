import type { User } from '@lookout/protocol';

/** What is stored of a user. `password` is an argon2id hash; undefined: no password opens this account. */
export interface StoredUser {
  user: Omit<User, 'has_password' | 'last_seen_at'>;
  password?: string;
}

/** People with an account. Sessions and sign-in codes of a removed one are removed with it. */
export interface UserRepository {
  /** All users, oldest first. */
  list(): Promise<StoredUser[]>;
  /** @throws LookoutError `conflict` if the name is taken */
  insert(stored: StoredUser): Promise<void>;
  /** Replaces the user of this id. @throws LookoutError `not_found`; `conflict` if the name is taken, or for the last admin */
  update(stored: StoredUser): Promise<void>;
  /** Idempotent. @throws LookoutError `conflict` for the last admin */
  remove(id: string): Promise<void>;
}
