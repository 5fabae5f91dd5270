import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { AWAY, feedCameras } from './camera-cache.js';
import { lookout } from './client.js';

/**
 * Follows the cameras while the page is visible: browsers allow six connections to a server, and tabs that nobody looks at would
 * take them all.
 */
export function useCameraFeed(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    let stop: (() => void) | undefined;
    const follow = () => {
      if (document.visibilityState === 'hidden') {
        stop?.();
        stop = undefined;
      } else stop ??= feedCameras({ queryClient, follow: lookout.cameras.follow });
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      stop?.();
    };
  }, [queryClient]);
}

/** Whether the connection to the server is lost; it is tried again until it is back. */
export function useServerAway(): boolean {
  return useQuery({ queryKey: AWAY, queryFn: skipToken, initialData: false }).data ?? false;
}
