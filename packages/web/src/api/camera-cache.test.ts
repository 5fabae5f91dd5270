import type { CamerasOptions, StreamState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it, type Mock, vi } from 'vitest';
import { feedCameras, newestCamera, newestCameras, removalOf, takeAnswer } from './camera-cache.js';

const camera = (id: string, more: Partial<Camera> = {}) => ({ id, name: id, state: 'live', ...more }) as Camera;
const linked = (id: string) => camera(id, { view_token: `lv_${id}`, publish_token: `lp_${id}` });

let queryClient: QueryClient;
/** What the page follows. */
let feed: CamerasOptions;
let close: Mock<() => void>;
let stop: () => void;
let invalidated: string[];

beforeEach(() => {
  queryClient = new QueryClient();
  close = vi.fn<() => void>();
  invalidated = [];
  vi.spyOn(queryClient, 'invalidateQueries').mockImplementation(async (filters) => {
    invalidated.push(filters?.queryKey?.join(' ') ?? 'all');
  });
  stop = feedCameras({
    queryClient,
    follow: (options) => {
      feed = options;
      return { close, closed: Promise.resolve() };
    },
  });
});

const state = (name: StreamState['state']) => feed.onState?.({ state: name, reason: '' });
const list = () => queryClient.getQueryData<Camera[]>(['cameras']);
const one = (id: string) => queryClient.getQueryData<Camera>(['cameras', id]);
const isAway = () => queryClient.getQueryData(['server away']);

describe('what the server tells of cameras', () => {
  it('changes the list and the camera of a page, and leaves their links', () => {
    queryClient.setQueryData(['cameras'], [linked('yard'), linked('gate')]);
    queryClient.setQueryData(['cameras', 'yard'], linked('yard'));
    feed.onCameras([camera('yard', { state: 'stalled' }), camera('gate')]);
    const stalled = { ...linked('yard'), state: 'stalled' };
    expect(list()).toEqual([stalled, linked('gate')]);
    expect(one('yard')).toEqual(stalled);
    // Nobody asked for that one.
    expect(one('gate')).toBeUndefined();
    expect(invalidated).toEqual([]);
  });

  it('changes the camera of a page that has no list', () => {
    queryClient.setQueryData(['cameras', 'yard'], linked('yard'));
    queryClient.setQueryData(['cameras', 'yard', 'stats'], { viewer_count: 1 });
    feed.onCameras([camera('yard', { state: 'off' })]);
    expect(one('yard')).toEqual({ ...linked('yard'), state: 'off' });
    expect(list()).toBeUndefined();
    feed.onCameras([]);
    expect(invalidated).toEqual(['cameras yard']);
  });

  it('shows a new camera at once, and has its links requested', () => {
    queryClient.setQueryData(['cameras'], [linked('yard')]);
    feed.onCameras([camera('yard'), camera('hall')]);
    expect(list()).toEqual([linked('yard'), camera('hall')]);
    expect(invalidated).toEqual(['cameras']);
  });

  it('lets the page of a camera find out that it was removed, but not the page that removes it', async () => {
    for (const id of ['yard', 'gate']) queryClient.setQueryData(['cameras', id], linked(id));
    queryClient.setQueryData(['cameras'], [linked('yard'), linked('gate')]);
    const removal = queryClient.getMutationCache().build(queryClient, {
      mutationKey: removalOf('gate'),
      mutationFn: () => new Promise<void>(() => undefined),
    });
    void removal.execute(undefined);
    feed.onCameras([]);
    expect(list()).toEqual([]);
    expect(invalidated).toEqual(['cameras yard']);
  });

  it('is newer than the answer to a request that was made before', () => {
    feed.onCameras([camera('yard', { state: 'off' })]);
    expect(list()).toBeUndefined();
    expect(newestCameras(queryClient, [linked('yard'), linked('gate')])).toEqual([{ ...linked('yard'), state: 'off' }]);
    expect(newestCamera(queryClient, linked('yard'))).toEqual({ ...linked('yard'), state: 'off' });
    expect(newestCamera(queryClient, linked('hall'))).toEqual(linked('hall'));
    state('reconnecting');
    // Nothing is told any more, so the answer is all there is.
    expect(newestCameras(queryClient, [linked('yard')])).toEqual([linked('yard')]);
  });

  it('is older than the answer to a change, until it is told', () => {
    queryClient.setQueryData(['cameras'], [linked('yard')]);
    feed.onCameras([camera('yard')]);
    const renamed = { ...linked('yard'), name: 'Back yard' };
    takeAnswer(queryClient, 'yard', renamed);
    expect([list(), one('yard')]).toEqual([[renamed], renamed]);
    expect(newestCameras(queryClient, [linked('yard')])).toEqual([renamed]);
    takeAnswer(queryClient, 'hall', linked('hall'));
    expect(list()).toEqual([renamed, linked('hall')]);
    takeAnswer(queryClient, 'yard', null);
    expect(list()).toEqual([linked('hall')]);
  });

  it('has the list requested again if that failed before', async () => {
    await queryClient
      .fetchQuery({ queryKey: ['cameras'], queryFn: () => Promise.reject(new Error('no answer')), retry: false })
      .catch(() => undefined);
    feed.onCameras([camera('yard')]);
    expect(invalidated).toEqual(['cameras']);
  });
});

describe('the connection', () => {
  it('is lost until it is back, and then everything is requested again', () => {
    for (const name of ['connecting', 'live'] as const) state(name);
    expect([isAway(), invalidated]).toEqual([false, []]);
    state('reconnecting');
    expect(isAway()).toBe(true);
    state('reconnecting');
    state('live');
    expect([isAway(), invalidated]).toEqual([false, ['all']]);
  });

  it('has requests find out why it was refused', () => {
    state('closed');
    expect([isAway(), invalidated]).toEqual([false, ['all']]);
  });

  it('says nothing more once it was stopped', () => {
    state('live');
    feed.onCameras([camera('yard')]);
    stop();
    expect(close).toHaveBeenCalledOnce();
    state('closed');
    expect([isAway(), invalidated]).toEqual([false, []]);
    expect(newestCameras(queryClient, [])).toEqual([]);
  });
});
