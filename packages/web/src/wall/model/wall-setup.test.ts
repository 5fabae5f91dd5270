import { describe, expect, it } from 'vitest';
import { afterMove, groupProblem, MAX_GROUPS, ordered, readSetup, type WallGroup, withGroup } from './wall-setup.js';

const group = (name: string, ...cameras: string[]): WallGroup => ({ name, cameras });

describe('what is kept of the wall', () => {
  it('is read as it was written', () => {
    const setup = { order: ['a', 'b'], groups: [group('Outside', 'a')], size: 'large' as const, wake: false };
    expect(readSetup(JSON.stringify(setup))).toEqual(setup);
  });

  it.each([null, '', 'nonsense', 'null', '7', '[]'])('is the usual for %j', (stored) => {
    expect(readSetup(stored)).toEqual({ order: [], groups: [], size: 'medium', wake: true });
  });

  it('loses only what makes no sense', () => {
    const stored = {
      order: ['a', 5, 'a', 'b'],
      groups: [7, group('', 'a'), group('x'.repeat(41), 'a'), { name: 'Inside', cameras: 'b' }],
      size: 'huge',
      wake: 1,
    };
    expect(readSetup(JSON.stringify(stored))).toEqual({
      order: ['a', 'b'],
      groups: [group('Inside')],
      size: 'medium',
      wake: true,
    });
  });

  it('has bounds', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `c${index}`);
    const { order, groups } = readSetup(JSON.stringify({ order: many, groups: many.map((name) => group(name, name)) }));
    expect([order.length, groups.length]).toEqual([512, MAX_GROUPS]);
    expect(afterMove(many, many, 'c0', 999)).toHaveLength(512);
  });
});

describe('the order of the wall', () => {
  it('has new cameras at its end, as the server lists them', () => {
    const cameras = ['new1', 'a', 'new2', 'b'].map((id) => ({ id }));
    expect(ordered(cameras, ['b', 'gone', 'a']).map(({ id }) => id)).toEqual(['b', 'a', 'new1', 'new2']);
  });

  it.each([
    ['b', 0, ['b', 'a', 'c']],
    ['a', 1, ['b', 'a', 'c']],
    ['a', 2, ['b', 'c', 'a']],
    ['a', 99, ['b', 'c', 'a']],
    ['c', -1, ['c', 'a', 'b']],
  ])('after %s was moved to %i is %j', (id, to, order) => {
    expect(afterMove(['a', 'b', 'c'], ['a', 'b', 'c'], id, to)).toEqual(order);
  });

  it('leaves cameras of other groups where they are', () => {
    expect(afterMove(['a', 'b', 'c', 'd'], ['a', 'c', 'd'], 'd', 0)).toEqual(['d', 'b', 'a', 'c']);
  });
});

describe('a group', () => {
  const groups = [group('Outside', 'a'), group('Inside', 'b')];

  it.each([
    [group('  ', 'a'), undefined, 'nameMissing'],
    [group(' outside', 'a'), undefined, 'nameTaken'],
    [group('INSIDE', 'b'), 'Outside', 'nameTaken'],
    [group('Garden'), undefined, 'camerasMissing'],
    [group('OUTSIDE', 'a'), 'Outside', undefined],
    [group('Garden', 'a'), undefined, undefined],
  ] as const)('%j in place of %j: %s', (wanted, before, problem) => {
    expect(groupProblem(groups, wanted, before)).toBe(problem);
  });

  it('is refused when there are as many as are kept, a change is not', () => {
    const full = Array.from({ length: MAX_GROUPS }, (_, index) => group(`g${index}`, 'a'));
    expect(groupProblem(full, group('one more', 'a'), undefined)).toBe('tooMany');
    expect(groupProblem(full, group('g0', 'b'), 'g0')).toBeUndefined();
  });

  it('is added, changed and removed', () => {
    const garden = group('Garden', 'c');
    expect(withGroup(groups, undefined, garden)).toEqual([...groups, garden]);
    expect(withGroup(groups, 'Outside', garden)).toEqual([garden, groups[1]]);
    expect(withGroup(groups, 'Outside', undefined)).toEqual([groups[1]]);
  });
});
