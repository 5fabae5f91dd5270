import { describe, expect, it } from 'vitest';
import { NewestFirst } from './newest-first.js';

function harness(concurrency: number) {
  const consumed: number[] = [];
  const replaced: number[] = [];
  const finish = new Map<number, () => void>();
  const slot = new NewestFirst<number>(
    (value) => {
      consumed.push(value);
      return new Promise((resolve) => finish.set(value, resolve));
    },
    (value) => replaced.push(value),
    concurrency,
  );
  const done = async (value: number) => {
    finish.get(value)!();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { slot, consumed, replaced, done };
}

describe('NewestFirst', () => {
  it('skips what a busy consumer had no time for', async () => {
    const { slot, consumed, replaced, done } = harness(1);
    for (const value of [1, 2, 3, 4]) slot.put(value);
    expect(slot.waiting).toBe(1);
    await done(1);
    await done(4);
    expect(consumed).toEqual([1, 4]);
    expect(replaced).toEqual([2, 3]);
    expect(slot.waiting).toBe(0);
  });

  it('lets as many run at once as asked', async () => {
    const { slot, consumed, done } = harness(2);
    for (const value of [1, 2, 3]) slot.put(value);
    expect(consumed).toEqual([1, 2]);
    await done(2);
    expect(consumed).toEqual([1, 2, 3]);
  });

  it('reports what clear() throws away', () => {
    const { slot, replaced } = harness(1);
    slot.put(1);
    slot.put(2);
    slot.clear();
    expect(replaced).toEqual([2]);
    expect(slot.waiting).toBe(0);
  });
});
