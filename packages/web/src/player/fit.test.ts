import { expect, it } from 'vitest';
import { containRect } from './fit.js';

it('centres the picture', () => {
  expect(containRect(640, 480, 1000, 480)).toEqual({ x: 180, y: 0, width: 640, height: 480 });
  expect(containRect(640, 480, 320, 400)).toEqual({ x: 0, y: 80, width: 320, height: 240 });
});
