import type { EventChangeTold } from '@lookout/client';
import type { EventsPage, EventsQuery, RuleEvent } from '@lookout/protocol';
import type { InfiniteData, QueryClient, QueryFilters } from '@tanstack/react-query';

export const EVENTS = ['events'];
export const EVENT = ['event'];
export const UNSEEN = ['unseen-events'];
/** Whether the database is away; see `StorageState`. */
export const STORAGE = ['storage'];

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
  // Lists can't be requested while the database is away; and once the event is stored, it is told again.
  if (change.kind !== 'deleted' && change.event.unconfirmed) {
    addToLists(queryClient, change.event);
    return;
  }
  if (change.kind === 'created') requestAgain(queryClient, { queryKey: EVENTS });
  if (change.kind === 'changed') {
    requestAgain(queryClient, {
      queryKey: EVENTS,
      predicate: ({ queryKey: [, filter] }) => CHANGEABLE.some((key) => filter && key in (filter as EventsQuery)),
    });
  }
  // Rules include how often their second look has confirmed an event.
  if (change.kind === 'updated' && change.event.verification)
    void queryClient.invalidateQueries({ queryKey: ['rules'] });
  if (change.kind === 'updated' || change.kind === 'ended') return;
  void queryClient.invalidateQueries({ queryKey: UNSEEN });
  void queryClient.invalidateQueries({ queryKey: ['rules'] });
}

/** Requests lists again, also those still in their first request: its answer may predate the change. */
function requestAgain(queryClient: QueryClient, filters: QueryFilters): void {
  const loading = queryClient
    .getQueryCache()
    .findAll(filters)
    .filter(({ state }) => state.data === undefined && state.fetchStatus === 'fetching');
  void queryClient.invalidateQueries(filters);
  for (const { queryKey } of loading) {
    const one = { queryKey, exact: true };
    void queryClient.cancelQueries(one).then(() => queryClient.refetchQueries({ ...one, type: 'active' }));
  }
}

/** Puts an event first in the lists of all events. */
function addToLists(queryClient: QueryClient, event: RuleEvent): void {
  queryClient.setQueryData<Pages>([...EVENTS, {}], (before) => {
    const [first, ...others] = before?.pages ?? [];
    if (!before || !first || before.pages.some(({ events }) => events.some(({ id }) => id === event.id))) return before;
    return { ...before, pages: [{ ...first, events: [event, ...first.events] }, ...others] };
  });
}

/** Lists that are to be requested again stay so: putting data into a query would pass it for fresh. */
function replaceInLists(queryClient: QueryClient, id: string, event: RuleEvent | undefined): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: EVENTS })) {
    const { data, isInvalidated } = query.state;
    const { pages } = (data as Pages | undefined) ?? { pages: [] };
    if (!pages.some(({ events }) => events.some((one) => one.id === id))) continue;
    const replace = (one: RuleEvent) => (one.id === id ? (event ?? []) : one);
    queryClient.setQueryData<Pages>(
      query.queryKey,
      (before) =>
        before && { ...before, pages: pages.map((page) => ({ ...page, events: page.events.flatMap(replace) })) },
    );
    if (isInvalidated) query.invalidate();
  }
}
