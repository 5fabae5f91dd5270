import type { CameraActivity } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { lookout } from '../api/client.js';
import { MINUTE_MS } from './model/hour.js';

/** What a camera saw in the last hour, minute by minute. @param isWanted its tile can be seen: others are not asked for */
export function useHour(cameraId: string, isWanted: boolean): CameraActivity | undefined {
  return useQuery({
    queryKey: ['cameras', cameraId, 'activity', 'hour'],
    queryFn: ({ signal }) => lookout.cameras.activity(cameraId, { step: MINUTE_MS / 1000 }, { signal }),
    enabled: isWanted,
    refetchInterval: MINUTE_MS,
    staleTime: MINUTE_MS,
  }).data;
}
