import type { Camera } from '@lookout/protocol';

/** Whether a camera is switched on, and nobody publishes to it at present. */
export function isAway({ kind, enabled, state }: Pick<Camera, 'kind' | 'enabled' | 'state'>): boolean {
  return kind === 'push' && enabled && state === 'off';
}
