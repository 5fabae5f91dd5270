import type { EventChangeTold } from '@lookout/client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { lookout } from '../api/client.js';
import { MODE, RULES } from '../rules/queries.js';
import { EVENTS, STORAGE, takeChange, UNSEEN } from './model/event-cache.js';

/** Follows events, rules and the mode on one connection, also while the page is hidden: that is when a warning matters most. */
export function useEventFeed(onChange: (change: EventChangeTold) => void): void {
  const queryClient = useQueryClient();
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    const subscription = lookout.events.follow({
      onChange: (change) => {
        takeChange(queryClient, change);
        changed(change);
      },
      onMissed: () => {
        void queryClient.invalidateQueries({ queryKey: EVENTS });
        void queryClient.invalidateQueries({ queryKey: UNSEEN });
      },
      onRules: () => void queryClient.invalidateQueries({ queryKey: RULES }),
      onMode: (state) => queryClient.setQueryData(MODE, state),
      onStorage: (state) => {
        queryClient.setQueryData(STORAGE, state);
        if (!state.away) void queryClient.invalidateQueries({ queryKey: EVENTS });
      },
      // Unlike events, changes of rules during a lost connection are not repeated.
      onState: ({ state }) => {
        if (state !== 'live') return;
        queryClient.setQueryData(STORAGE, { away: false });
        void queryClient.invalidateQueries({ queryKey: RULES });
        void queryClient.invalidateQueries({ queryKey: MODE });
      },
    });
    return () => subscription.close();
  }, [queryClient]);
}
