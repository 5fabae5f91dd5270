import type { RuleEvent } from '@lookout/protocol';
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import { EVENT, EVENTS, takeChange } from './event-cache.js';

const event = (id: string, more: Partial<RuleEvent> = {}) => ({ id, seen: false, reason: id, ...more }) as RuleEvent;
const FILTERS = [{}, { seen: false }, { kept: true }, { verdict: 'wrong' }, { camera: 'yard' }];

let queryClient: QueryClient;
beforeEach(() => {
  queryClient = new QueryClient();
  for (const filter of FILTERS) {
    queryClient.setQueryData([...EVENTS, filter], { pages: [{ events: [event('b'), event('a')] }], pageParams: [] });
  }
});

/** What a list shows. */
const listed = (filter: object) =>
  queryClient
    .getQueryData<{ pages: Array<{ events: RuleEvent[] }> }>([...EVENTS, filter])
    ?.pages.flatMap(({ events }) => events.map(({ reason }) => reason));
/** The filters of the lists that are requested again. */
const outdated = () => FILTERS.filter((filter) => queryClient.getQueryState([...EVENTS, filter])?.isInvalidated);

describe('takeChange', () => {
  it('requests all lists again for a new event', () => {
    takeChange(queryClient, { kind: 'created', event: event('c') });
    expect(outdated()).toEqual(FILTERS);
  });

  it('shows an event that is not stored yet among all events, and requests no list until it is', () => {
    takeChange(queryClient, { kind: 'created', event: event('c', { unconfirmed: true }) });
    takeChange(queryClient, { kind: 'ended', event: event('c', { unconfirmed: true, reason: 'longer' }) });
    expect(FILTERS.map(listed)).toEqual([['longer', 'b', 'a'], ...FILTERS.slice(1).map(() => ['b', 'a'])]);
    expect(outdated()).toEqual([]);
    takeChange(queryClient, { kind: 'created', event: event('c') });
    expect(outdated()).toEqual(FILTERS);
    expect(listed({})).toEqual(['c', 'b', 'a']);
  });

  it('shows an event as it goes on, and requests no list for it', () => {
    takeChange(queryClient, { kind: 'updated', event: event('a', { reason: 'longer' }) });
    expect(FILTERS.map(listed)).toEqual(FILTERS.map(() => ['b', 'longer']));
    expect(queryClient.getQueryData([...EVENT, 'a'])).toMatchObject({ reason: 'longer' });
    expect(outdated()).toEqual([]);
  });

  it('still requests a list again for a new event when another goes on meanwhile', () => {
    takeChange(queryClient, { kind: 'created', event: event('c') });
    takeChange(queryClient, { kind: 'updated', event: event('c', { reason: 'longer' }) });
    takeChange(queryClient, { kind: 'updated', event: event('a', { reason: 'longer' }) });
    expect(outdated()).toEqual(FILTERS);
    expect(FILTERS.map(listed)).toEqual(FILTERS.map(() => ['b', 'longer']));
  });

  it('requests the lists again to which a change by a user may add an event, or from which it may take one', () => {
    takeChange(queryClient, { kind: 'changed', event: event('a', { seen: true }) });
    expect(outdated()).toEqual([{ seen: false }, { kept: true }, { verdict: 'wrong' }]);
  });

  it('requests a list again during its first request, as that answer may predate the change', async () => {
    const answers: Array<(names: string[]) => void> = [];
    const queryKey = [...EVENTS, { verdict: 'none' }];
    const list = new QueryObserver<string[]>(queryClient, {
      queryKey,
      queryFn: () => new Promise((resolve) => answers.push(resolve)),
    });
    const end = list.subscribe(() => undefined);
    takeChange(queryClient, { kind: 'changed', event: event('a', { seen: true }) });
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.(['after']);
    answers[0]?.(['before']);
    await expect.poll(() => list.getCurrentResult().data).toEqual(['after']);
    end();
  });

  it('removes a deleted event everywhere', () => {
    takeChange(queryClient, { kind: 'deleted', id: 'b' });
    expect(FILTERS.map(listed)).toEqual(FILTERS.map(() => ['a']));
  });
});
