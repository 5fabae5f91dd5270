import type { RuleEvent } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../strings/index.js';

const LOOK_AGAIN_MS = 5000;

/**
 * Why a picture or clip of an event can't be loaded, in words; undefined while there is no trouble. It is asked for again until it can.
 * @param gone what is said of one that is no longer there
 * @returns it, and what to call with the address of one that could not be loaded
 */
export function usePictureTrouble(
  { node }: Pick<RuleEvent, 'node'>,
  gone = t.events.one.noPicture,
): [string | undefined, (url: string) => void] {
  const [broken, setBroken] = useState<string>();
  const { data: status = 200 } = useQuery({
    queryKey: ['picture', broken],
    queryFn: async ({ signal }) => (await fetch(broken ?? '', { method: 'HEAD', signal })).status,
    enabled: broken !== undefined,
    refetchInterval: ({ state }) => state.data === 503 && LOOK_AGAIN_MS,
  });
  if (status === 503 && node !== undefined) return [t.events.one.away(node), setBroken];
  return [status >= 400 ? gone : undefined, setBroken];
}
