import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { UsedChallenge } from '../storage/index.js';

/** How long a challenge may be answered. */
export const CHALLENGE_LIFETIME_MS = 5 * 60_000;

const NONCE_BYTES = 16;
/** An unsigned integer of 48 bits: Unix epoch ms. */
const TIME_BYTES = 6;
const SEAL_BYTES = 32;

/**
 * Challenges that carry their own end and a seal: any node that has the key reads them, and nobody fills a table by asking for many. That
 * each is answered once is up to whoever stores what was answered.
 */
export class PasskeyChallenges {
  readonly #key: Uint8Array;
  readonly #now: () => number;

  /** @param key a secret that all nodes have in common @param now Unix epoch ms */
  constructor(key: Uint8Array, now: () => number) {
    this.#key = createHmac('sha256', key).update('passkey challenges').digest();
    this.#now = now;
  }

  /** @param purpose what it may be answered for */
  make(purpose: string): Uint8Array<ArrayBuffer> {
    const body = Buffer.alloc(NONCE_BYTES + TIME_BYTES);
    randomBytes(NONCE_BYTES).copy(body);
    body.writeUIntBE(Math.trunc(this.#now()) + CHALLENGE_LIFETIME_MS, NONCE_BYTES, TIME_BYTES);
    return new Uint8Array(Buffer.concat([body, this.#seal(body, purpose)]));
  }

  /** @param text base64url @returns undefined if it was not made here for this purpose, or is too old */
  read(text: string, purpose: string): UsedChallenge | undefined {
    const bytes = Buffer.from(text, 'base64url');
    // Of several texts with the same bytes one is right, or an answer could be given twice.
    if (bytes.length !== NONCE_BYTES + TIME_BYTES + SEAL_BYTES || bytes.toString('base64url') !== text)
      return undefined;
    const body = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
    if (!timingSafeEqual(bytes.subarray(body.length), this.#seal(body, purpose))) return undefined;
    const expiresAt = body.readUIntBE(NONCE_BYTES, TIME_BYTES);
    return expiresAt > this.#now() ? { nonce: new Uint8Array(body.subarray(0, NONCE_BYTES)), expiresAt } : undefined;
  }

  #seal(body: Uint8Array, purpose: string): Buffer {
    return createHmac('sha256', this.#key).update(body).update(purpose).digest();
  }
}
