import type { WatchState } from '@lookout/client';
import { useEffect, useState } from 'react';
import { useCameraLink } from '../api/queries.js';

/** The camera that a link leads to, while it is watched. */
export function useOpenLink(token: string) {
  const [{ state }, setState] = useState<WatchState>({ state: 'connecting', reason: '' });
  const { data: camera, error, refetch } = useCameraLink(token, state === 'live');
  useEffect(() => {
    // Disconnected: if the link was revoked, nothing more is tried.
    if (state === 'reconnecting' || state === 'refused') void refetch();
  }, [state, refetch]);
  return { camera, error, refetch, state, setState };
}
