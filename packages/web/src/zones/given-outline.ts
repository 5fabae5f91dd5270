import type { PlanePoint } from '@lookout/protocol';

/** Given to the editor by the page that leads to it: an outline to begin with, in fractions of the picture. */
export interface GivenOutline {
  readonly kind: 'zone' | 'mask';
  readonly points: readonly PlanePoint[];
}

/** What the history of the browser keeps for a page may be of another version. */
export function givenOutline(state: unknown): GivenOutline | undefined {
  if (typeof state !== 'object' || state === null || !('kind' in state) || !('points' in state)) return undefined;
  const { kind, points } = state;
  if ((kind !== 'zone' && kind !== 'mask') || !Array.isArray(points)) return undefined;
  return { kind, points: points as readonly PlanePoint[] };
}
