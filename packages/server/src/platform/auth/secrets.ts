import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: too many to guess, so SHA-256 protects the stored hash as well as a slow hash would. */
export function newSecret(prefix: 'lk_' | 'ls_' | ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** A hash as a key of a map. */
export function nameOfHash(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}
