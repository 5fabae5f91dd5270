import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 15 000. */
  timeoutMs?: number;
  /** Default 50. */
  everyMs?: number;
  /** Reported on failure: what was there instead. */
  last?: () => unknown;
}

/**
 * Repeats a question until the answer is neither undefined, null nor false. A question that throws counts as "not yet".
 * @returns the answer
 * @throws Error with `what` and the last error when the time is up
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  { timeoutMs = 15_000, everyMs = 50, last }: UntilOptions = {},
): Promise<Exclude<T, undefined | null | false>> {
  const endMs = performance.now() + timeoutMs;
  let refusal: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as Exclude<T, undefined | null | false>;
      refusal = undefined;
    } catch (error) {
      refusal = error;
    }
    if (performance.now() > endMs) break;
    await sleep(everyMs);
  }
  const seen = last === undefined ? '' : `; last: ${JSON.stringify(await last())?.slice(0, 2000)}`;
  throw new Error(`Not within ${timeoutMs} ms: ${what}${seen}`, { cause: refusal });
}
