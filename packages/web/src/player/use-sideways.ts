import { useSyncExternalStore } from 'react';

/** As the `sideways` variant of the stylesheet. */
const SIDEWAYS = '(orientation: landscape) and (max-height: 32rem)';

/** Whether this is a phone held sideways: its picture fills the screen, and controls lie over it. */
export function useSideways(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(SIDEWAYS).matches);
}

function subscribe(onChange: () => void): () => void {
  const query = matchMedia(SIDEWAYS);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}
