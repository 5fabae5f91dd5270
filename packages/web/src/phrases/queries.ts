import type { StoredRule } from '@lookout/protocol';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

/** Crops that the server compares before a phrase is calibrated, unless that takes too long. */
export const NEEDED_CROPS = 500;
const LEARNING_REFETCH_MS = 15_000;
const EVENTS_SHOWN = 8;

const keyOf = (id: string) => ['calibration', id];

/** Calibration of a rule's description. @param camera undefined: the one furthest along */
export function useCalibration(id: string, camera: string | undefined, isWanted = true) {
  return useQuery({
    queryKey: [...keyOf(id), camera],
    queryFn: ({ signal }) => lookout.rules.calibration(id, camera, { signal }),
    enabled: isWanted,
    refetchInterval: ({ state }) => (state.data?.state === 'calibrating' ? LEARNING_REFETCH_MS : false),
  });
}

/** The last events of a rule, to choose examples from. */
export function useRuleEvents({ id }: StoredRule) {
  return useQuery({
    queryKey: ['rule-events', id],
    queryFn: ({ signal }) => lookout.events.list({ rule: id, limit: EVENTS_SHOWN }, { signal }),
  });
}

/** An example: the picture of an event, or an uploaded one. */
export type GivenExample = ({ event: string } | { picture: Blob }) & { isPositive: boolean };

export function useAddExample(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (given: GivenExample) =>
      'event' in given
        ? lookout.rules.addExample(id, { event_id: given.event, is_positive: given.isPositive })
        : lookout.rules.uploadExample(id, given.picture, given.isPositive),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(id) }),
  });
}

export function useRemoveExample(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (example: string) => lookout.rules.removeExample(id, example),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keyOf(id) }),
  });
}
