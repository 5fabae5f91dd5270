import type { PlanePoint } from '@lookout/protocol';

/** Outline to start the editor with, passed by the linking page, in fractions of the picture. */
export interface GivenOutline {
  readonly kind: 'zone' | 'mask';
  readonly points: readonly PlanePoint[];
}

/** Checked, as the browser history may hold the state of another version. */
export function givenOutline(state: unknown): GivenOutline | undefined {
  if (typeof state !== 'object' || state === null || !('kind' in state) || !('points' in state)) return undefined;
  const { kind, points } = state;
  if ((kind !== 'zone' && kind !== 'mask') || !Array.isArray(points)) return undefined;
  return { kind, points: points as readonly PlanePoint[] };
}
