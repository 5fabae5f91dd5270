import { RequestError } from '@lookout/client';
import type { Camera, CameraPatch } from '@lookout/protocol';
import {
  MutationCache,
  QueryCache,
  QueryClient,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { CAMERAS, newestCamera, newestCameras, removalOf, takeAnswer } from './camera-cache.js';
import { lookout } from './client.js';

/**
 * Maximum age of figures on pages. They change with every frame, so they are requested by the pages that show them, while they do. So
 * is the camera of a link, whose holder may follow no stream.
 */
const REFRESH_MS = 2000;
const LIVE_REFRESH_MS = 10_000;
/** Several components that need the same within it ask once. */
const STALE_AFTER_MS = 1000;

/** Whether the server requires a sign-in first. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof RequestError && error.httpStatus === 401;
}

/** @param onUnauthorized called when any call is answered with 401: the session is over */
export function createQueryClient(onUnauthorized: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (isUnauthorized(error)) onUnauthorized();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // Errors that a retry can't change are shown at once.
        retry: (failures, error) => failures < 2 && !(error instanceof RequestError && error.httpStatus < 500),
        staleTime: STALE_AFTER_MS,
      },
    },
  });
}

/** All cameras; kept up to date by `useCameraFeed`. */
export function useCameras() {
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: CAMERAS,
    queryFn: async ({ signal }) => newestCameras(queryClient, await lookout.cameras.list({ signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** One camera; kept up to date by `useCameraFeed`. */
export function useCamera(id: string) {
  const queryClient = useQueryClient();
  return useQuery({
    queryKey: [...CAMERAS, id],
    queryFn: async ({ signal }) => newestCamera(queryClient, await lookout.cameras.get(id, { signal })),
    staleTime: Number.POSITIVE_INFINITY,
    // Another camera may get the same id later.
    gcTime: 0,
    // When opened from the dashboard, the page starts with what is already known.
    placeholderData: () => queryClient.getQueryData<Camera[]>(CAMERAS)?.find((camera) => camera.id === id),
  });
}

export function useCameraStats(id: string) {
  return useQuery({
    queryKey: [...CAMERAS, id, 'stats'],
    queryFn: ({ signal }) => lookout.cameras.stats(id, { signal }),
    refetchInterval: REFRESH_MS,
  });
}

/** Whether a link doesn't work: it is wrong, was revoked, or needs a sign-in. The server does not say which. */
export function isClosedLink(error: unknown): boolean {
  return error instanceof RequestError && [400, 401, 403, 404].includes(error.httpStatus);
}

/** The camera that a link leads to, as far as its holder may know. @param live pictures arrive: only its video may change */
export function useCameraLink(token: string, live: boolean) {
  return useQuery({
    queryKey: ['link', token],
    queryFn: ({ signal }) => lookout.link(token, { signal }),
    // A link that doesn't work is not retried: the server counts such attempts.
    refetchInterval: (query) => (isClosedLink(query.state.error) ? false : live ? LIVE_REFRESH_MS : REFRESH_MS),
  });
}

/** Statistics of several cameras, in the order of the ids; undefined until they arrive. */
export function useAllCameraStats(ids: readonly string[]) {
  return useQueries({
    queries: ids.map((id) => ({
      queryKey: [...CAMERAS, id, 'stats'],
      queryFn: ({ signal }: { signal: AbortSignal }) => lookout.cameras.stats(id, { signal }),
      refetchInterval: REFRESH_MS,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
}

export function useCreateCamera() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (camera: Parameters<typeof lookout.cameras.create>[0]) => lookout.cameras.create(camera),
    onSuccess: (camera) => takeAnswer(queryClient, camera.id, camera),
  });
}

export function useUpdateCamera(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: CameraPatch) => lookout.cameras.update(id, patch),
    onSuccess: (camera) => takeAnswer(queryClient, id, camera),
  });
}

/** Creates new links; the old ones stop working. */
export function useRenewTokens(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => lookout.cameras.renewTokens(id),
    onSuccess: (tokens) => {
      const camera = queryClient.getQueryData<Camera>([...CAMERAS, id]);
      if (camera) takeAnswer(queryClient, id, { ...camera, ...tokens });
    },
  });
}

export function useRemoveCamera(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationKey: removalOf(id),
    mutationFn: () => lookout.cameras.remove(id),
    // The camera's page is left at once, before it requests the camera again.
    onSuccess: () => {
      void queryClient.cancelQueries({ queryKey: [...CAMERAS, id] });
      takeAnswer(queryClient, id, null);
    },
  });
}

/** The signed-in user; on loopback no sign-in is needed. */
export function useSession() {
  return useQuery({
    queryKey: ['session'],
    queryFn: ({ signal }) => lookout.session.get({ signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** How other devices reach the server. */
export function useSystemInfo() {
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => lookout.system.info({ signal }),
    // Changes with the machine's network, which a laptop changes now and then.
    staleTime: 60_000,
  });
}

export function useModels() {
  return useQuery({ queryKey: ['models'], queryFn: ({ signal }) => lookout.models.list({ signal }) });
}

/** What the server allows this user. What it would refuse is not offered; until it has answered, everything is. */
export function useMay(): { manage: boolean; operate: boolean; setMode: boolean; detect: boolean } {
  const { data: session } = useSession();
  const scope = session?.scope ?? 'admin';
  const operate = scope === 'admin' || scope === 'operator';
  return {
    manage: scope === 'admin',
    operate,
    // The mode concerns all cameras.
    setMode: operate && session?.cameras === undefined,
    detect: scope !== 'viewer',
  };
}
