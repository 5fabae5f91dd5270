import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

const SECOND_LOOK = ['second-look'] as const;

/** The model that rules can ask, and its host. */
export function useSecondLook() {
  return useQuery({ queryKey: SECOND_LOOK, queryFn: ({ signal }) => lookout.secondLook.state({ signal }) });
}

/** Consents to sending pictures to a host; `undefined` withdraws the consent. */
export function useConsent() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (host: string | undefined) =>
      host === undefined ? lookout.secondLook.forbid() : lookout.secondLook.allow(host),
    onSuccess: (state) => {
      queryClient.setQueryData(SECOND_LOOK, state);
      void queryClient.invalidateQueries({ queryKey: ['rules'] });
    },
  });
}
