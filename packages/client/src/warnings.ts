import { type Endpoint, queryOf, type RequestOptions, request } from './connection/request.js';
import type { StreamSubscription } from './connection/subscribe.js';
import type {
  Calibration,
  CreatedRules,
  CreatedWebhook,
  EventPatch,
  EventsMarked,
  EventsPage,
  EventsQuery,
  Interpretation,
  Mode,
  ModeState,
  NewExampleInput,
  NewRule,
  PhraseExample,
  Rule,
  RuleEvent,
  RulePatch,
  RuleTestRequest,
  RuleTestResult,
  SearchAnswer,
  SearchInput,
  StoredRule,
  Verdict,
  VerdictOutcome,
  Webhook,
  WebhookInput,
  WebhookPatch,
  WebhookTestResult,
} from './types.js';
import { type EventChangesOptions, followEventChanges } from './watch/event-changes.js';

/** A model may have to be loaded first, and gets only the CPU time that live detection leaves. */
const SEARCH_TIMEOUT_MS = 60_000;

/** Calls about warnings. */
export type WarningCalls = ReturnType<typeof warningCalls>;

/** Rules, their events, webhooks that events are sent to, and the mode. */
export function warningCalls(endpoint: Endpoint) {
  const call = <T>(method: string, path: string, body: unknown, options?: RequestOptions) =>
    request<T>(endpoint, method, path, body, options);
  const get = <T>(path: string, options?: RequestOptions) => call<T>('GET', path, undefined, options);
  return {
    rules: {
      list: (options?: RequestOptions) => get<StoredRule[]>('/api/rules', options),
      get: (id: string, options?: RequestOptions) => get<StoredRule>(rulePath(id), options),
      /** Saves a sentence, which may state several rules, or one rule. A sentence that states none is refused with how it was read. */
      create: (rule: NewRule, options?: RequestOptions) =>
        call<CreatedRules>('POST', '/api/rules', rule, options).then(({ rules }) => rules),
      update: (id: string, patch: RulePatch, options?: RequestOptions) =>
        call<StoredRule>('PATCH', rulePath(id), patch, options),
      remove: (id: string, options?: RequestOptions) => call<void>('DELETE', rulePath(id), undefined, options),
      /** How a sentence is understood. Nothing is saved. */
      interpret: (prompt: string, options?: RequestOptions) =>
        call<Interpretation>('POST', '/api/rules/interpret', { prompt }, options),
      /** A rule in plain words: its summary, and the time zone of its schedule. */
      describe: (rule: Rule, options?: RequestOptions) =>
        call<Interpretation>('POST', '/api/rules/interpret', { rule }, options),
      /** What a rule would have found on a camera in its last minutes. */
      test: (rule: RuleTestRequest, options?: RequestOptions) =>
        call<RuleTestResult>('POST', '/api/rules/test', rule, options),
      /** How the phrase of a rule scores on a camera. @param camera default: the one furthest along */
      calibration: (id: string, camera?: string, options?: RequestOptions) =>
        get<Calibration>(`${rulePath(id)}/calibration${queryOf({ camera })}`, options),
      /** Adds a positive or negative example of the phrase, from something that a camera has shown. */
      addExample: (id: string, example: NewExampleInput, options?: RequestOptions) =>
        call<PhraseExample>('POST', `${rulePath(id)}/examples`, example, options),
      /** The same from an image of the object alone: JPEG, PNG or WebP, at most 256 kB. */
      uploadExample: (id: string, picture: Blob, isPositive = true, options?: RequestOptions) =>
        call<PhraseExample>(
          'POST',
          `${rulePath(id)}/examples${queryOf({ is_positive: isPositive })}`,
          picture,
          options,
        ),
      removeExample: (id: string, example: string, options?: RequestOptions) =>
        call<void>('DELETE', `${rulePath(id)}/examples/${encodeURIComponent(example)}`, undefined, options),
    },

    events: {
      /** One page of events, newest first. All filters must hold. */
      list: (query: Partial<EventsQuery> = {}, options?: RequestOptions) =>
        get<EventsPage>(`/api/events${queryOf(query)}`, options),
      get: (id: string, options?: RequestOptions) => get<RuleEvent>(eventPath(id), options),
      /** Marks an event as seen or to be kept. */
      update: (id: string, patch: EventPatch, options?: RequestOptions) =>
        call<RuleEvent>('PATCH', eventPath(id), patch, options),
      /** Removes an event with its pictures. */
      remove: (id: string, options?: RequestOptions) => call<void>('DELETE', eventPath(id), undefined, options),
      /** Marks all events as seen that started until a time. */
      markSeen: (until: number, options?: RequestOptions) =>
        call<EventsMarked>('POST', '/api/events/seen', { until }, options),
      /** Says whether an event was right. A wrong object is ignored at that place from now on; other verdicts only propose something. */
      judge: (id: string, verdict: Verdict, options?: RequestOptions) =>
        call<VerdictOutcome>('POST', `${eventPath(id)}/verdict`, { verdict }, options),
      /** Takes back a verdict, and with it everything that is ignored because of it. */
      withdrawVerdict: (id: string, options?: RequestOptions) =>
        call<RuleEvent>('DELETE', `${eventPath(id)}/verdict`, undefined, options),
      /** Objects of the last hour, and of events of the last day, that best match a description; best first. */
      search: (search: SearchInput, options?: RequestOptions) =>
        call<SearchAnswer>('POST', '/api/search', search, { timeoutMs: SEARCH_TIMEOUT_MS, ...options }),
      /** What happens to events, as it happens; what was missed during a lost connection follows. */
      follow: (options: EventChangesOptions): StreamSubscription => followEventChanges(endpoint, options),
    },

    webhooks: {
      list: (options?: RequestOptions) => get<Webhook[]>('/api/webhooks', options),
      /** Only this answer contains the secret. */
      create: (webhook: WebhookInput, options?: RequestOptions) =>
        call<CreatedWebhook>('POST', '/api/webhooks', webhook, options),
      update: (id: string, patch: WebhookPatch, options?: RequestOptions) =>
        call<Webhook>('PATCH', webhookPath(id), patch, options),
      remove: (id: string, options?: RequestOptions) => call<void>('DELETE', webhookPath(id), undefined, options),
      /** Sends a test message now. */
      test: (id: string, options?: RequestOptions) =>
        call<WebhookTestResult>('POST', `${webhookPath(id)}/test`, undefined, options),
    },

    mode: {
      get: (options?: RequestOptions) => get<ModeState>('/api/mode', options),
      set: (mode: Mode, options?: RequestOptions) => call<ModeState>('PUT', '/api/mode', { mode }, options),
    },
  };
}

function rulePath(id: string): string {
  return `/api/rules/${encodeURIComponent(id)}`;
}

function eventPath(id: string): string {
  return `/api/events/${encodeURIComponent(id)}`;
}

function webhookPath(id: string): string {
  return `/api/webhooks/${encodeURIComponent(id)}`;
}
