import { LookoutError, MAX_PASSKEYS } from '@lookout/protocol';

/** What is stored of a passkey: nothing that could sign in. All times: Unix epoch ms. */
export interface StoredPasskey {
  id: string;
  userId: string;
  name: string;
  /** The server's name for which it was made. */
  host: string;
  /** As the authenticator names it, base64url; unique. */
  credentialId: string;
  /** COSE. */
  publicKey: Uint8Array;
  /** Of its signatures; 0 for authenticators that do not count. */
  counter: number;
  createdAt: number;
  lastUsedAt?: number;
}

/** A challenge that was answered, which must not be answered again. */
export interface UsedChallenge {
  nonce: Uint8Array;
  /** From then on it is refused for its age. Unix epoch ms. */
  expiresAt: number;
}

/** Passkeys of users. Those of a removed user are removed with it. */
export interface PasskeyRepository {
  /** Those of a user, oldest first. */
  list(userId: string): Promise<StoredPasskey[]>;
  byCredential(credentialId: string): Promise<StoredPasskey | undefined>;
  /** @throws LookoutError `not_found` without the user; `conflict` if the challenge was used, the passkey is known, or there are too many */
  insert(passkey: StoredPasskey, challenge: UsedChallenge, nowMs: number): Promise<void>;
  /**
   * Notes a sign-in, and that its challenge was used.
   * @returns false if that was used before, the passkey is gone, or its counter has not grown
   */
  use(id: string, counter: number, challenge: UsedChallenge, nowMs: number): Promise<boolean>;
  /** Idempotent. @param id undefined: all of the user */
  remove(userId: string, id?: string): Promise<void>;
}

/** Refuses one more to a user who has so many. @throws LookoutError `conflict` */
export function refuseTooManyPasskeys(count: number): void {
  if (count < MAX_PASSKEYS) return;
  throw new LookoutError('conflict', `You already have ${MAX_PASSKEYS} passkeys, the maximum`, {
    hint: 'Remove those that are no longer used.',
  });
}
