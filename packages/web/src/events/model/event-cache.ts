import type { EventChangeTold } from '@lookout/client';
import type { EventsPage, EventsQuery, RuleEvent } from '@lookout/protocol';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';

export const EVENTS = ['events'];
export const EVENT = ['event'];
export const UNSEEN = ['unseen-events'];

type Pages = InfiniteData<EventsPage, string | undefined>;

/** Filters by what users change of an event. */
const CHANGEABLE: ReadonlyArray<keyof EventsQuery> = ['seen', 'kept', 'verdict'];

/** Puts a change into what pages know of events. Lists are requested again where it may add or remove an event. */
export function takeChange(queryClient: QueryClient, change: EventChangeTold): void {
  const id = change.kind === 'deleted' ? change.id : change.event.id;
  if (change.kind === 'deleted') {
    queryClient.removeQueries({ queryKey: [...EVENT, id] });
    replaceInLists(queryClient, id, undefined);
  } else {
    queryClient.setQueryData([...EVENT, id], change.event);
    replaceInLists(queryClient, id, change.event);
  }
  if (change.kind === 'created') void queryClient.invalidateQueries({ queryKey: EVENTS });
  if (change.kind === 'changed') {
    void queryClient.invalidateQueries({
      queryKey: EVENTS,
      predicate: ({ queryKey: [, filter] }) => CHANGEABLE.some((key) => filter && key in (filter as EventsQuery)),
    });
  }
  if (change.kind === 'updated' || change.kind === 'ended') return;
  void queryClient.invalidateQueries({ queryKey: UNSEEN });
  void queryClient.invalidateQueries({ queryKey: ['rules'] });
}

function replaceInLists(queryClient: QueryClient, id: string, event: RuleEvent | undefined): void {
  queryClient.setQueriesData<Pages>({ queryKey: EVENTS }, (data) =>
    data === undefined
      ? undefined
      : {
          ...data,
          pages: data.pages.map((page) => ({
            ...page,
            events: page.events.flatMap((one) => (one.id === id ? (event ?? []) : one)),
          })),
        },
  );
}
