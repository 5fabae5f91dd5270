import type { DetectionsEvent } from '@lookout/protocol';
import { Backoff } from './backoff.js';
import { authorization, type Endpoint, RequestError } from './request.js';
import { SseParser } from './sse-parser.js';

export interface DetectionsOptions {
  onDetections: (event: DetectionsEvent) => void;
  onState?: (state: DetectionsState) => void;
  signal?: AbortSignal;
  random?: () => number;
}

export interface DetectionsState {
  state: 'connecting' | 'live' | 'reconnecting' | 'closed';
  reason: string;
}

export interface DetectionsSubscription {
  close(): void;
  /** Resolves when it is over: closed by us, or refused for good. */
  readonly closed: Promise<void>;
}

/**
 * Follows `GET /api/detections/stream` and reconnects for ever, except where the server says that trying again is of no use (401, 403,
 * 404): then it ends, with the reason as its last state.
 */
export function followDetections(
  endpoint: Endpoint,
  cameraId: string | undefined,
  options: DetectionsOptions,
): DetectionsSubscription {
  const abort = new AbortController();
  const stop = () => abort.abort();
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  const closed = follow(endpoint, cameraId, options, abort.signal).finally(() =>
    options.signal?.removeEventListener('abort', stop),
  );
  return { close: stop, closed };
}

async function follow(
  endpoint: Endpoint,
  cameraId: string | undefined,
  { onDetections, onState, random }: DetectionsOptions,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff({ random });
  const query = cameraId === undefined ? '' : `?camera=${encodeURIComponent(cameraId)}`;
  let lastEventId: string | undefined;
  onState?.({ state: 'connecting', reason: 'connecting' });
  while (!signal.aborted) {
    let reason = 'the stream ended';
    try {
      const response = await endpoint.fetch(`${endpoint.baseUrl}/api/detections/stream${query}`, {
        headers: {
          ...authorization(endpoint),
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        credentials: 'same-origin',
        signal,
      });
      if (!response.ok || !response.body) {
        const error = new RequestError(response.status, await problemOf(response));
        if (!error.retryable && response.status < 500) {
          onState?.({ state: 'closed', reason: error.message });
          return;
        }
        throw error;
      }
      onState?.({ state: 'live', reason: '' });
      const parser = new SseParser();
      const decoder = new TextDecoder();
      // A reader and not `for await`: Safari's streams are not iterable.
      const reader = response.body.getReader();
      for (;;) {
        const { done, value: chunk } = await reader.read();
        if (done) break;
        backoff.reset();
        for (const event of parser.push(decoder.decode(chunk, { stream: true }))) {
          lastEventId = event.id;
          const value = detectionsOf(event.data);
          if (value) onDetections(value);
        }
      }
    } catch (error) {
      if (signal.aborted) break;
      reason = error instanceof Error ? error.message : String(error);
    }
    if (signal.aborted) break;
    onState?.({ state: 'reconnecting', reason });
    await sleep(backoff.next(), signal);
  }
  onState?.({ state: 'closed', reason: 'closed' });
}

/** @returns undefined for events of other kinds (pings) and for what is not JSON */
function detectionsOf(data: string): DetectionsEvent | undefined {
  try {
    const value = JSON.parse(data) as Partial<DetectionsEvent> | null;
    return typeof value?.camera === 'string' && Array.isArray(value.detections)
      ? (value as DetectionsEvent)
      : undefined;
  } catch {
    return undefined;
  }
}

async function problemOf(response: Response) {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
