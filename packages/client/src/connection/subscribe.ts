import { followEvents, type ServerSentEvent } from './follow-events.js';
import type { Endpoint } from './request.js';

export interface StreamState {
  state: 'connecting' | 'live' | 'reconnecting' | 'closed';
  reason: string;
}

export interface StreamSubscription {
  close(): void;
  /** Resolves at the end: closed by us, or refused for good. */
  readonly closed: Promise<void>;
}

export interface SubscribeOptions {
  onState?: ((state: StreamState) => void) | undefined;
  signal?: AbortSignal | undefined;
  random?: (() => number) | undefined;
}

/** Three heartbeats of the server. */
const SILENCE_MS = 45_000;

/**
 * Follows a stream of server-sent events and reconnects for ever, unless the server's answer means that trying again is no use (401,
 * 403, 404): then it ends, with the reason as its last state.
 */
export function subscribe(
  endpoint: Endpoint,
  path: string,
  { onState, signal, random }: SubscribeOptions,
  onEvent: (event: ServerSentEvent) => void,
): StreamSubscription {
  const abort = new AbortController();
  const stop = () => abort.abort();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const follow = async () => {
    onState?.({ state: 'connecting', reason: 'connecting' });
    const refusal = await followEvents(endpoint, path, {
      signal: abort.signal,
      random,
      silenceMs: SILENCE_MS,
      onOpen: () => onState?.({ state: 'live', reason: '' }),
      onLost: (reason) => onState?.({ state: 'reconnecting', reason }),
      onEvent,
    });
    onState?.({ state: 'closed', reason: refusal?.message ?? 'closed' });
  };
  const closed = follow().finally(() => signal?.removeEventListener('abort', stop));
  return { close: stop, closed };
}
