import { randomBytes } from 'node:crypto';

/** Crockford's Base32: no letters that look alike, and in the order of their codes. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_DIGITS = 10;
const RANDOM_BYTES = 16;

/**
 * An id that sorts by time, as ULIDs do (https://github.com/ulid/spec): 10 digits of time, 16 random ones.
 * @param timeMs Unix epoch ms
 */
export function createEventId(timeMs: number): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(timeMs)); time.length < TIME_DIGITS; rest = Math.floor(rest / 32)) {
    time = DIGITS.charAt(rest % 32) + time;
  }
  const random = Array.from(randomBytes(RANDOM_BYTES), (byte) => DIGITS.charAt(byte & 31));
  return time + random.join('');
}
