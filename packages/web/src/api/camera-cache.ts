import type { CamerasOptions, StreamSubscription } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import type { QueryClient } from '@tanstack/react-query';

// What the server tells of its cameras, in the cache of queries.

export const CAMERAS = ['cameras'] as const;
/** The cameras as told last, without links; undefined while nothing is told. */
const TOLD = ['told cameras'] as const;
/** Whether the connection to the server is lost. */
export const AWAY = ['server away'] as const;

/** Cameras as told, with the links that are known from before: the server does not tell them. */
export function withLinks(before: readonly Camera[], told: readonly Camera[]): Camera[] {
  const known = new Map(before.map((camera) => [camera.id, camera]));
  return told.map((camera) => {
    const { publish_token, view_token } = known.get(camera.id) ?? {};
    return { ...camera, ...(publish_token && { publish_token }), ...(view_token && { view_token }) };
  });
}

/** All cameras: the answer of a request, or what was told, which may be newer. */
export function newestCameras(queryClient: QueryClient, answered: Camera[]): Camera[] {
  const told = queryClient.getQueryData<Camera[]>(TOLD);
  return told ? withLinks(answered, told) : answered;
}

/** The same for one camera. */
export function newestCamera(queryClient: QueryClient, answered: Camera): Camera {
  const told = queryClient.getQueryData<Camera[]>(TOLD)?.filter(({ id }) => id === answered.id) ?? [];
  return withLinks([answered], told)[0] ?? answered;
}

/** A camera as the answer to a change describes it, or null for one that was removed: known before the server tells. */
export function takeAnswer(queryClient: QueryClient, id: string, answer: Camera | null): void {
  const replaced = (cameras: readonly Camera[] | undefined) => {
    if (!cameras) return undefined;
    if (answer === null) return cameras.filter((camera) => camera.id !== id);
    const isKnown = cameras.some((camera) => camera.id === id);
    return isKnown ? cameras.map((camera) => (camera.id === id ? answer : camera)) : [...cameras, answer];
  };
  queryClient.setQueryData<Camera[]>(TOLD, replaced);
  queryClient.setQueryData<Camera[]>(CAMERAS, replaced);
  if (answer) queryClient.setQueryData([...CAMERAS, id], answer);
}

interface FeedOptions {
  queryClient: QueryClient;
  follow(options: CamerasOptions): StreamSubscription;
}

/**
 * Puts what the server tells of its cameras into the cache, until it is stopped.
 * @returns a function that stops it
 */
export function feedCameras({ queryClient, follow }: FeedOptions): () => void {
  let isStopped = false;
  let wasLost = false;
  // Nothing on a page may use them at the time.
  for (const queryKey of [TOLD, AWAY]) queryClient.setQueryDefaults(queryKey, { gcTime: Number.POSITIVE_INFINITY });
  const subscription = follow({
    onCameras: (told) => take(queryClient, told),
    onState: ({ state }) => {
      if (isStopped) return;
      queryClient.setQueryData(AWAY, state === 'reconnecting');
      if (state !== 'live') queryClient.removeQueries({ queryKey: TOLD });
      // Nothing was told of what has changed in the meantime. Why the stream is refused, requests find out too.
      if (state === 'closed' || (state === 'live' && wasLost)) void queryClient.invalidateQueries();
      wasLost = state === 'reconnecting';
    },
  });
  return () => {
    isStopped = true;
    subscription.close();
    queryClient.removeQueries({ queryKey: TOLD });
    queryClient.setQueryData(AWAY, false);
  };
}

function take(queryClient: QueryClient, told: Camera[]): void {
  queryClient.setQueryData<Camera[]>(TOLD, told);
  takeList(queryClient, told);
  const byId = new Map(told.map((camera) => [camera.id, camera]));
  for (const { queryKey, state } of queryClient.getQueryCache().findAll({ queryKey: CAMERAS })) {
    const [, id, ...more] = queryKey as string[];
    if (id === undefined || more.length > 0 || state.data === undefined) continue;
    const camera = byId.get(id);
    if (camera) queryClient.setQueryData<Camera>(queryKey, (before) => before && withLinks([before], [camera])[0]);
    // Its page finds out that it is gone, unless it removes the camera itself.
    else if (queryClient.isMutating({ mutationKey: removalOf(id) }) === 0) {
      void queryClient.invalidateQueries({ queryKey, exact: true });
    }
  }
}

function takeList(queryClient: QueryClient, told: Camera[]): void {
  const { data: before, status } = queryClient.getQueryState<Camera[]>(CAMERAS) ?? {};
  if (before) queryClient.setQueryData<Camera[]>(CAMERAS, withLinks(before, told));
  const known = new Set(before?.map(({ id }) => id));
  const hasNew = before !== undefined && told.some(({ id }) => !known.has(id));
  // A request brings the links of new cameras. If it failed before, the server is there now.
  if (hasNew || status === 'error') void queryClient.invalidateQueries({ queryKey: CAMERAS, exact: true });
}

/** The key of the call that removes a camera. */
export function removalOf(id: string): readonly string[] {
  return [...CAMERAS, id, 'remove'];
}
