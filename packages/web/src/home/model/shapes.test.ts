import { expect, it } from 'vitest';
import { shapesOf } from './shapes.js';

it('takes the shape that a picture has, else the one that it had, else the usual one', () => {
  const before = new Map([
    ['yard', 2],
    ['hall', 4 / 3],
  ]);
  const cameras = [{ id: 'yard', width: 100, height: 100 }, { id: 'hall' }, { id: 'gate' }];
  expect([...shapesOf(cameras, before).values()]).toEqual([1, 4 / 3, 16 / 9]);
});

it('believes in no shape that breaks the page', () => {
  expect(shapesOf([{ id: 'strip', width: 1000, height: 1 }], new Map()).get('strip')).toBe(5);
});
