/** A link to a camera that ends by itself. Its secret is made of `seed` and a key that is stored in a separate file. */
export interface StoredShare {
  id: string;
  cameraId: string;
  seed: Uint8Array;
  /** Unix epoch ms. */
  createdAt: number;
  /** Unix epoch ms; undefined: it lasts until it is ended. */
  expiresAt?: number;
}

/** Links to cameras that end. Those of a removed camera are removed with it. */
export interface ShareRepository {
  /** Oldest first; drops those that have ended. */
  list(nowMs: number): Promise<StoredShare[]>;
  insert(share: StoredShare): Promise<void>;
  /** Idempotent. */
  remove(ids: readonly string[]): Promise<void>;
}
