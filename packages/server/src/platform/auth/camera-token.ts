import { createHash, createHmac } from 'node:crypto';
import type { TokenKind } from './token-grant.js';

const PREFIX = { publish: 'lp_', view: 'lv_' } as const;
/** 192 bits, 32 characters. */
const TOKEN_BYTES = 24;

/** Whether a text has the form of a token. */
export function looksLikeToken(text: string): boolean {
  return /^l[pv]_/.test(text);
}

/** HMAC-SHA256(key, kind, camera, seed), as text. */
export function makeToken(
  key: Uint8Array,
  { kind, cameraId, seed }: { kind: TokenKind; cameraId: string; seed: Uint8Array },
): string {
  // Camera ids contain no NUL, so different inputs never give the same bytes.
  const mac = createHmac('sha256', key).update(`${kind}\0${cameraId}\0`).update(seed).digest();
  return PREFIX[kind] + mac.subarray(0, TOKEN_BYTES).toString('base64url');
}

/** A token as a key of a map: looked up by its hash, timing reveals nothing about a guess. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
