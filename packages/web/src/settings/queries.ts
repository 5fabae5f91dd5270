import type { SettingsPatch } from '@lookout/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

const HEALTH_REFRESH_MS = 5000;
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

/** Loads, unloads or makes a model the default; then the list is requested again. */
export function useModelChange() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, change }: { name: string; change: 'load' | 'default' | 'unload' }) => {
      if (change === 'unload') await lookout.models.unload(name);
      else await lookout.models.load(name, { default: change === 'default' });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['models'] }),
  });
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
