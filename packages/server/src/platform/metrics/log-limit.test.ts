import { expect, it } from 'vitest';
import { LogLimit } from './log-limit.js';

it('LogLimit logs the first at once, then one per interval with the number since', () => {
  let nowMs = 0;
  const limit = new LogLimit(() => nowMs);
  const logged: Array<[number, number | undefined]> = [];
  for (; nowMs <= 30_000; nowMs += 100) {
    const count = limit.count();
    if (count !== undefined) logged.push([nowMs, count]);
  }
  expect(logged).toEqual([
    [0, 1],
    [10_000, 100],
    [20_000, 100],
    [30_000, 100],
  ]);
});
