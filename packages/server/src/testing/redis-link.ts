import { RedisLink } from '../platform/redis/redis-link.js';
import { later } from '../platform/threads/later.js';
import type { TestRedis } from './redis.js';

/** So that nobody waits a second for the next try to connect: delays are shorter by it. */
const HASTE = 10;
/** Answers are waited for longer than on a busy machine they take. */
const PATIENT_MS = 5000;

/** A connection that tries again soon, and the lines that it logs. */
export async function openTestLink(
  redis: Pick<TestRedis, 'url'>,
  { waitMs = PATIENT_MS, haste = HASTE }: { waitMs?: number; haste?: number } = {},
): Promise<{ link: RedisLink; log: string[] }> {
  const log: string[] = [];
  const note = (details: object, message: string) => void log.push(`${message} ${JSON.stringify(details)}`);
  const link = await RedisLink.open({
    ...{ url: redis.url, waitMs: waitMs * haste, log: { info: note, warn: note } },
    now: () => performance.now(),
    later: (run, delayMs) => later(run, delayMs / haste),
  });
  return { link, log };
}
