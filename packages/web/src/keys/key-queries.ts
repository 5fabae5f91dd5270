import type { NewApiKey } from '@lookout/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

const queryKey = ['keys'];

export function useKeys() {
  return useQuery({ queryKey, queryFn: ({ signal }) => lookout.keys.list({ signal }) });
}

export function useCreateKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (key: NewApiKey) => lookout.keys.create(key),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
}

export function useRevokeKey() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => lookout.keys.revoke(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
}
