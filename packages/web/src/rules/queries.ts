import { RequestError } from '@lookout/client';
import type {
  Camera,
  Interpretation,
  Mode,
  NewRule,
  Rule,
  RulePatch,
  RuleTestResult,
  StoredRule,
  Suppression,
} from '@lookout/protocol';
import { keepPreviousData, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

/** Kept up to date by the feed of events. */
export const RULES = ['rules'];
export const MODE = ['mode'];
/** The results of a test, and what is ignored, may be so old. */
const FRESH_MS = 60_000;
/** An hour is gone through in a second or so, after those that wait. */
const TEST_TIMEOUT_MS = 30_000;
const MAX_TEST_RETRIES = 5;

export function useRules() {
  return useQuery({
    queryKey: RULES,
    queryFn: ({ signal }) => lookout.rules.list({ signal }),
  });
}

export function useRule(id: string | undefined) {
  return useQuery({
    queryKey: [...RULES, id],
    queryFn: ({ signal }) => lookout.rules.get(id ?? '', { signal }),
    enabled: id !== undefined,
  });
}

/** How a sentence is understood; the last answer stays until the next arrives. A request that is no longer of use is cancelled. */
export function useInterpretation(prompt: string) {
  return useQuery({
    queryKey: ['interpretation', prompt],
    queryFn: async ({ signal }): Promise<{ prompt: string; interpretation: Interpretation }> => ({
      prompt,
      interpretation: await lookout.rules.interpret(prompt, { signal }),
    }),
    enabled: prompt.trim() !== '',
    placeholderData: keepPreviousData,
    // Areas may be drawn and renamed in another tab.
    staleTime: 0,
    gcTime: 60_000,
  });
}

/** Rules in words, and the time zone of their schedules; what was said before stays until the next answer. */
export function useDescriptions(rules: readonly Rule[]) {
  return useQuery({
    queryKey: ['rule-description', rules],
    queryFn: async ({ signal }) => {
      const answers = await Promise.all(rules.map((rule) => lookout.rules.describe(rule, { signal })));
      const known = answers.filter((answer) => answer.status === 'ok');
      return {
        summary: known.map(({ summary }) => summary).join(' '),
        timezone: known.find(({ timezone }) => timezone !== undefined)?.timezone,
      };
    },
    enabled: rules.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** One run of a rule over what a camera has just seen. */
export interface TestRun {
  rule: Rule;
  camera: string;
  minutes: number;
}

/** The results of test runs, in their order, once all have arrived. They run one after another: each keeps the server busy for a while. */
export function useRuleTests(runs: readonly TestRun[]) {
  return useQuery({
    queryKey: ['rule-tests', runs],
    queryFn: async ({ signal }) => {
      const results: RuleTestResult[] = [];
      for (const run of runs) results.push(await lookout.rules.test(run, { signal, timeoutMs: TEST_TIMEOUT_MS }));
      return results;
    },
    enabled: runs.length > 0,
    // Others may be testing too.
    retry: (failures, error) =>
      error instanceof RequestError && error.httpStatus === 429 && failures < MAX_TEST_RETRIES,
    staleTime: FRESH_MS,
  });
}

/** Saves new rules, all or none. */
export function useCreateRules() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (given: readonly NewRule[]) => {
      const created: StoredRule[] = [];
      try {
        for (const rule of given) created.push(...(await lookout.rules.create(rule)));
        return created;
      } catch (error) {
        await Promise.allSettled(created.map(({ id }) => lookout.rules.remove(id)));
        throw error;
      }
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: RULES }),
  });
}

export function useUpdateRule(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: RulePatch) => lookout.rules.update(id, patch),
    onSuccess: (rule) => {
      queryClient.setQueryData([...RULES, id], rule);
      queryClient.setQueryData<StoredRule[]>(RULES, (rules) => rules?.map((each) => (each.id === id ? rule : each)));
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: RULES, exact: true }),
  });
}

export function useRemoveRule() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => lookout.rules.remove(id),
    onSuccess: (_answer, id) =>
      queryClient.setQueryData<StoredRule[]>(RULES, (rules) => rules?.filter((rule) => rule.id !== id)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: RULES, exact: true }),
  });
}

/** The newest event of a rule; undefined: there is none, or it has not arrived. */
export function useLastEvent({ id, last_event_at: lastAt }: StoredRule) {
  const { data } = useQuery({
    // Asked again when the rule has fired since.
    queryKey: ['last-event', id, lastAt],
    queryFn: ({ signal }) => lookout.events.list({ rule: id, limit: 1 }, { signal }),
    enabled: lastAt !== null,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.events[0];
}

const suppressionsKey = (camera: string) => ['cameras', camera, 'suppressions'];

/** What all these cameras ignore. */
export function useSuppressions(cameras: readonly Camera[]): Suppression[] {
  return useQueries({
    queries: cameras.map(({ id }) => ({
      queryKey: suppressionsKey(id),
      queryFn: ({ signal }: { signal: AbortSignal }) => lookout.cameras.suppressions(id, { signal }),
      staleTime: FRESH_MS,
    })),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
}

export function useEndSuppression() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ camera, id }: Suppression) => lookout.cameras.endSuppression(camera, id),
    onSettled: (_answer, _error, { camera }) => queryClient.invalidateQueries({ queryKey: suppressionsKey(camera) }),
  });
}

export function useMode() {
  return useQuery({
    queryKey: MODE,
    queryFn: ({ signal }) => lookout.mode.get({ signal }),
  });
}

export function useSetMode() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (mode: Mode) => lookout.mode.set(mode),
    onSuccess: (state) => queryClient.setQueryData(MODE, state),
    onSettled: () => queryClient.invalidateQueries({ queryKey: MODE }),
  });
}
