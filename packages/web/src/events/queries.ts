import type { EventPatch, EventsQuery, StorageState, Verdict, WebhookInput, WebhookPatch } from '@lookout/client';
import { skipToken, useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';
import { nextDay, QUARTER_MS } from './model/day-activity.js';
import { EVENT, EVENTS, STORAGE, takeChange, UNSEEN } from './model/event-cache.js';

const PAGE = 48;
/** More are counted as this many. */
const MAX_UNSEEN = 100;
/** Steps of activity are minutes long at least. */
const ACTIVITY_REFRESH_MS = 60_000;
const WEBHOOKS = ['webhooks'];
const WEBHOOKS_REFRESH_MS = 10_000;

export type EventFilter = Pick<
  EventsQuery,
  'camera' | 'rule' | 'class' | 'verdict' | 'seen' | 'kept' | 'since' | 'until'
>;

/** Events, newest first, page by page; kept up to date by `useEventFeed`. */
export function useEvents(filter: Partial<EventFilter>) {
  return useInfiniteQuery({
    queryKey: [...EVENTS, filter],
    queryFn: ({ pageParam: cursor, signal }) =>
      lookout.events.list({ ...filter, limit: PAGE, ...(cursor !== undefined && { cursor }) }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
}

export function useEvent(id: string) {
  return useQuery({
    queryKey: [...EVENT, id],
    queryFn: ({ signal }) => lookout.events.get(id, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Whether the database is away, as `useEventFeed` has heard. */
export function useStorageAway(): boolean {
  const { data } = useQuery<StorageState>({ queryKey: STORAGE, queryFn: skipToken });
  return data?.away ?? false;
}

/** How many events nobody has seen, at most 100. */
export function useUnseenCount(): number {
  const { data } = useQuery({
    queryKey: UNSEEN,
    queryFn: async ({ signal }) =>
      (await lookout.events.list({ seen: false, limit: MAX_UNSEEN }, { signal })).events.length,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? 0;
}

/** What cameras saw on one day, by quarters of an hour, as far as it is remembered. */
export function useDayActivity(cameras: readonly string[], dayMs: number) {
  const query = { since: dayMs, until: nextDay(dayMs), step: QUARTER_MS / 1000 };
  return useQueries({
    queries: cameras.map((id) => ({
      queryKey: ['cameras', id, 'activity', dayMs],
      queryFn: ({ signal }: { signal: AbortSignal }) => lookout.cameras.activity(id, query, { signal }),
      refetchInterval: ACTIVITY_REFRESH_MS,
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
}

export function useChangeEvent(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: EventPatch) => lookout.events.update(id, patch),
    onSuccess: (event) => takeChange(queryClient, { kind: 'changed', event }),
  });
}

export function useRemoveEvent(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => lookout.events.remove(id),
    onSuccess: () => takeChange(queryClient, { kind: 'deleted', id }),
  });
}

export function useMarkAllSeen() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => lookout.events.markSeen(Date.now()),
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: EVENTS });
      void queryClient.invalidateQueries({ queryKey: UNSEEN });
    },
  });
}

export function useJudge(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (verdict: Verdict) => lookout.events.judge(id, verdict),
    onSuccess: ({ event }) => {
      takeChange(queryClient, { kind: 'changed', event });
      void queryClient.invalidateQueries({ queryKey: ['cameras', event.camera, 'suppressions'] });
    },
  });
}

/** Takes a verdict back, and with it what is ignored because of it. */
export function useWithdrawVerdict(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => lookout.events.withdrawVerdict(id),
    onSuccess: (event) => {
      takeChange(queryClient, { kind: 'changed', event });
      void queryClient.invalidateQueries({ queryKey: ['cameras', event.camera, 'suppressions'] });
    },
  });
}

/** @param isAllowed only administrators may see where events are sent */
export function useWebhooks(isAllowed: boolean) {
  return useQuery({
    queryKey: WEBHOOKS,
    queryFn: ({ signal }) => lookout.webhooks.list({ signal }),
    enabled: isAllowed,
    refetchInterval: WEBHOOKS_REFRESH_MS,
  });
}

export function useCreateWebhook() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (webhook: WebhookInput) => lookout.webhooks.create(webhook),
    onSettled: () => queryClient.invalidateQueries({ queryKey: WEBHOOKS }),
  });
}

export function useChangeWebhook(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: WebhookPatch) => lookout.webhooks.update(id, patch),
    onSettled: () => queryClient.invalidateQueries({ queryKey: WEBHOOKS }),
  });
}

export function useRemoveWebhook(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => lookout.webhooks.remove(id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: WEBHOOKS }),
  });
}

export function useTestWebhook(id: string) {
  return useMutation({ mutationFn: () => lookout.webhooks.test(id) });
}
