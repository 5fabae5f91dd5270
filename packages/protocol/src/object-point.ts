import type { Box } from './detection.js';

/** Classes that do not stand on the ground: the point that counts for them is their middle. */
const OFF_THE_GROUND = new Set(
  'bird,airplane,aeroplane,plane,helicopter,drone,balloon,kite,frisbee,sports ball,traffic light,stop sign,clock,face,head'.split(
    ',',
  ),
);

/** Whether the point that counts for a class is the middle of its bottom edge. */
export function standsOnGround(className: string): boolean {
  return !OFF_THE_GROUND.has(className);
}

/**
 * Where an object is, as far as zones, lines and masks are concerned, in the unit of its box.
 * @example objectPoint('person', [10, 20, 30, 80]) // [20, 80]
 * @example objectPoint('bird', [10, 20, 30, 80]) // [20, 50]
 */
export function objectPoint(className: string, [x1, y1, x2, y2]: Box): [x: number, y: number] {
  return [(x1 + x2) / 2, standsOnGround(className) ? y2 : (y1 + y2) / 2];
}
