import { standsOnGround } from '@lookout/protocol';
import type { SceneObject } from './scene-object.js';

/**
 * Distance between two objects in body heights, from the horizontal gap between their boxes and the vertical distance of their bottom edges.
 * The body height is a person's if either is a person, else that of `object`.
 */
export function bodyDistance(object: SceneObject, other: SceneObject): number {
  const a = object.steadyBox;
  const b = other.steadyBox;
  const across = Math.max(0, a.left - b.right, b.left - a.right);
  const bothStand = standsOnGround(object.className) && standsOnGround(other.className);
  const down = bothStand ? Math.abs(a.bottom - b.bottom) : Math.max(0, a.top - b.bottom, b.top - a.bottom);
  return Math.hypot(across, down) / bodyHeight(object, other);
}

function bodyHeight(object: SceneObject, other: SceneObject): number {
  const body = object.className !== 'person' && other.className === 'person' ? other : object;
  return Math.max(1e-6, body.steadyBox.bottom - body.steadyBox.top);
}
