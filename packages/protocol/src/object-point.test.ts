import { expect, it } from 'vitest';
import { objectPoint } from './object-point.js';

it('is where an object stands, or the middle of what flies or hangs', () => {
  expect(objectPoint('person', [10, 20, 30, 80])).toEqual([20, 80]);
  expect(objectPoint('forklift', [10, 20, 30, 80])).toEqual([20, 80]);
  expect(objectPoint('bird', [10, 20, 30, 80])).toEqual([20, 50]);
});
