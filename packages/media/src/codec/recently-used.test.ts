import { describe, expect, it } from 'vitest';
import { RecentlyUsed } from './recently-used.js';

function recently(most: number) {
  const freed: string[] = [];
  const things = new RecentlyUsed<string>({ most, free: (value) => freed.push(value) });
  let made = 0;
  const take = (key: string) => things.take(key, () => `${key}${++made}`);
  return { things, take, freed };
}

describe('RecentlyUsed', () => {
  it('makes a thing once', () => {
    const { take } = recently(2);
    expect([take('a'), take('b'), take('a')]).toEqual(['a1', 'b2', 'a1']);
  });

  it('frees the one used longest ago', () => {
    const { take, freed } = recently(2);
    for (const key of ['a', 'b', 'a', 'c']) take(key);
    expect(freed).toEqual(['b2']);
    expect(take('b')).toBe('b4');
    expect(freed).toEqual(['b2', 'a1']);
  });

  it('keeps nothing of what could not be made', () => {
    const { things, take, freed } = recently(2);
    const fail = () => {
      throw new Error('no memory');
    };
    expect(() => things.take('a', fail)).toThrow('no memory');
    expect(take('a')).toBe('a1');
    expect(freed).toEqual([]);
  });

  it('frees all at its end', () => {
    const { things, take, freed } = recently(2);
    take('a');
    take('b');
    things.free();
    expect(freed).toEqual(['a1', 'b2']);
    things.free();
    expect(freed).toHaveLength(2);
  });
});
