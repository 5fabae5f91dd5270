import { describe, expect, it } from 'vitest';
import { around, cropAround, type Part } from './crop.js';

const near = ({ x, y, width, height }: Part) => [x, y, width, height].map((value) => Number(value.toFixed(3)));

describe('the part of a picture around something', () => {
  it.each<[string, Part, number, number, number[]]>([
    ['in the middle', { x: 0.4, y: 0.4, width: 0.1, height: 0.2 }, 1, 1, [0.25, 0.3, 0.4, 0.4]],
    ['at an edge stays inside', { x: 0, y: 0.8, width: 0.1, height: 0.2 }, 1, 1, [0, 0.6, 0.4, 0.4]],
    ['that is large shows all', { x: 0, y: 0, width: 1, height: 1 }, 1.6, 1.6, [0, 0, 1, 1]],
    ['that is wide has room beside it', { x: 0.1, y: 0.45, width: 0.8, height: 0.1 }, 1, 1, [0, 0, 1, 1]],
    ['that is tiny is not blown up', { x: 0.5, y: 0.5, width: 0.01, height: 0.01 }, 1, 1, [0.395, 0.395, 0.22, 0.22]],
    ['has the shape of a wide view', { x: 0.4, y: 0.4, width: 0.2, height: 0.2 }, 4 / 3, 1.6, [0.26, 0.3, 0.48, 0.4]],
    ['in a high picture', { x: 0, y: 0, width: 1, height: 1 }, 0.5, 1.6, [0, 0.344, 1, 0.313]],
  ])('%s', (_name, target, pictureAspect, viewAspect, expected) => {
    expect(near(cropAround(target, pictureAspect, viewAspect, 0.5))).toEqual(expected);
  });

  it('is found from the points of an area', () => {
    expect(near(around([[0.2, 0.5], [0.6, 0.4], [0.5, 0.9]]))).toEqual([0.2, 0.4, 0.4, 0.5]); // biome-ignore format: points
  });
});
