import type { RuleEvent } from '@lookout/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { lookout } from '../api/client.js';
import { EVENTS, takeChange, UNSEEN } from './model/event-cache.js';

/**
 * Follows events on one connection, also while the page is hidden: that is when a warning matters most.
 * @param onCreated a new event
 */
export function useEventFeed(onCreated: (event: RuleEvent) => void): void {
  const queryClient = useQueryClient();
  const created = useEffectEvent(onCreated);
  useEffect(() => {
    const subscription = lookout.events.follow({
      onChange: (change) => {
        takeChange(queryClient, change);
        if (change.kind === 'created') created(change.event);
      },
      onMissed: () => {
        void queryClient.invalidateQueries({ queryKey: EVENTS });
        void queryClient.invalidateQueries({ queryKey: UNSEEN });
      },
    });
    return () => subscription.close();
  }, [queryClient]);
}
