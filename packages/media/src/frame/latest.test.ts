import { describe, expect, it } from 'vitest';
import { Latest } from './latest.js';

describe('Latest', () => {
  it('holds the newest value and hands the replaced one back to be counted', () => {
    const replaced: number[] = [];
    const slot = new Latest<number>((value) => replaced.push(value));
    slot.put(1);
    slot.put(2);
    slot.put(3);
    expect(replaced).toEqual([1, 2]);
    expect(slot.take()).toBe(3);
    expect(slot.take()).toBeUndefined();
    expect(replaced).toEqual([1, 2]);
  });
});
