import type { CatalogueModel, OtherModelTask, SettingsPatch } from '@lookout/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

const HEALTH_REFRESH_MS = 5000;
const DOWNLOAD_REFRESH_MS = 1000;
const SERVERS_REFRESH_MS = 3000;
const CATALOGUE = ['models', 'catalogue'] as const;
const SETTINGS = ['settings'] as const;

/** Every setting of the server, with where it is set. */
export function useSettings() {
  return useQuery({ queryKey: SETTINGS, queryFn: ({ signal }) => lookout.settings.list({ signal }) });
}

export function useChangeSettings() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: SettingsPatch) => lookout.settings.change(patch),
    onSuccess: (settings) => {
      queryClient.setQueryData(SETTINGS, settings);
      // It tells the time zone.
      void queryClient.invalidateQueries({ queryKey: ['system'] });
    },
  });
}

export type ModelChange = 'load' | 'default' | 'unload' | 'measure' | 'remove';

const MODEL_CALLS: Record<ModelChange, (name: string) => Promise<unknown>> = {
  load: (name) => lookout.models.load(name),
  default: (name) => lookout.models.load(name, { default: true }),
  unload: (name) => lookout.models.unload(name),
  measure: (name) => lookout.models.measure(name),
  remove: (name) => lookout.models.remove(name),
};

/** Does something with a model; then the lists are requested again. */
export function useModelChange() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ name, change }: { name: string; change: ModelChange }) => MODEL_CALLS[change](name),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['models'] }),
  });
}

export function useRollBack() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => lookout.models.rollBack(),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['models'] }),
  });
}

/** The models that can be downloaded, kept up to date while one is. */
export function useCatalogue() {
  return useQuery({
    queryKey: CATALOGUE,
    queryFn: async ({ signal, client }) => {
      const before = client.getQueryData<CatalogueModel[]>(CATALOGUE);
      const now = await lookout.models.catalogue({ signal });
      const isNew = now.some(({ name, state }) => state === 'here' && wasDownloading(before, name));
      // Prefixes match: the key of the models is one of this one.
      if (isNew) {
        void client.invalidateQueries({ queryKey: ['models'], exact: true });
        void client.invalidateQueries({ queryKey: ['models', 'tasks'] });
      }
      return now;
    },
    refetchInterval: ({ state }) => (state.data?.some(isDownloading) ? DOWNLOAD_REFRESH_MS : false),
  });
}

/** The model used for each task other than detection of known classes. @param isAllowed whether the user may see it */
export function useTaskChoices(isAllowed: boolean) {
  return useQuery({
    queryKey: ['models', 'tasks'],
    queryFn: ({ signal }) => lookout.models.tasks({ signal }),
    enabled: isAllowed,
  });
}

/** Sets the model for a task. */
export function useChooseModel() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ task, choice }: { task: OtherModelTask; choice: string }) => lookout.models.choose(task, choice),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['models'] }),
  });
}

/** The other servers that run the default model; none if it runs on this machine. */
export function useModelServers() {
  return useQuery({
    queryKey: ['models', 'servers'],
    queryFn: ({ signal }) => lookout.models.servers({ signal }),
    refetchInterval: ({ state }) => (state.data?.length ? SERVERS_REFRESH_MS : false),
  });
}

interface DownloadChange {
  name: string;
  stop: boolean;
  acceptLicence?: boolean | undefined;
}

export function useDownload() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, stop, acceptLicence = false }: DownloadChange) => {
      await (stop ? lookout.models.stopPull(name) : lookout.models.pull(name, { accept_licence: acceptLicence }));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: CATALOGUE }),
  });
}

export function isDownloading({ state }: CatalogueModel): boolean {
  return state === 'downloading' || state === 'waiting';
}

function wasDownloading(before: readonly CatalogueModel[] | undefined, name: string): boolean {
  return before?.some((model) => model.name === name && isDownloading(model)) ?? false;
}

export function useVersion() {
  return useQuery({ queryKey: ['version'], queryFn: ({ signal }) => lookout.system.version({ signal }) });
}

export function useHealth() {
  return useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => lookout.system.health({ signal }),
    refetchInterval: HEALTH_REFRESH_MS,
  });
}

export function useKeys() {
  return useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => lookout.keys.list({ signal }) });
}

/** Runs a call that changes the keys. */
export function useKeyChange<T, R>(call: (argument: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  });
}

const NODES = ['nodes'] as const;

/** The machines that share the cameras; none for a server that is alone. @param isWanted whether to ask */
export function useNodes(isWanted = true) {
  return useQuery({
    queryKey: NODES,
    queryFn: ({ signal }) => lookout.nodes.list({ signal }),
    enabled: isWanted,
    refetchInterval: ({ state }) => (state.data?.length ? SERVERS_REFRESH_MS : false),
  });
}

/** Runs a call that changes a machine. */
export function useNodeChange<T, R>(call: (argument: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSettled: () => queryClient.invalidateQueries({ queryKey: NODES }),
  });
}

const USERS = ['users'] as const;
const DEVICES = ['devices'] as const;

/** People with an account. */
export function useUsers() {
  return useQuery({ queryKey: USERS, queryFn: ({ signal }) => lookout.users.list({ signal }) });
}

/** The browsers that are signed in: one's own, or all for an admin. */
export function useDevices() {
  return useQuery({ queryKey: DEVICES, queryFn: ({ signal }) => lookout.session.devices({ signal }) });
}

/** Runs a call that changes people or what they have open. */
export function useAccountChange<T, R>(call: (argument: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: () =>
      Promise.all([USERS, DEVICES, ['session']].map((queryKey) => queryClient.invalidateQueries({ queryKey }))),
  });
}

const PASSKEYS = ['passkeys'] as const;

export function usePasskeys() {
  return useQuery({ queryKey: PASSKEYS, queryFn: ({ signal }) => lookout.passkeys.list({ signal }) });
}

/** Changes one's passkeys; then the list is requested again. */
export function usePasskeyChange<T, R>(call: (argument: T) => Promise<R>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: PASSKEYS }),
  });
}
