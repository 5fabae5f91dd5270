import { type Camera, MOVING_REASON } from '@lookout/protocol';

/**
 * The reason of a camera's state for clients that may not know its address, which the error of a pulled camera may reveal.
 */
export function publicReason({ kind, state, state_reason }: Pick<Camera, 'kind' | 'state' | 'state_reason'>): string {
  const isHarmless = kind === 'push' || state === 'live' || state_reason === MOVING_REASON;
  return isHarmless ? state_reason : `The camera is ${state}`;
}
