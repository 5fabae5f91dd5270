import type { DetectionsEvent } from '@lookout/protocol';
import { followEvents } from '../connection/follow-events.js';
import type { Endpoint } from '../connection/request.js';
import { parseObject } from '../connection/server-messages.js';

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
  /** Resolves at the end: closed by us, or refused for good. */
  readonly closed: Promise<void>;
}

/**
 * Follows `GET /api/detections/stream` and reconnects for ever, unless the server's answer means that trying again is no use (401, 403,
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
  const query = cameraId === undefined ? '' : `?camera=${encodeURIComponent(cameraId)}`;
  onState?.({ state: 'connecting', reason: 'connecting' });
  const refusal = await followEvents(endpoint, `/api/detections/stream${query}`, {
    signal,
    random,
    onOpen: () => onState?.({ state: 'live', reason: '' }),
    onLost: (reason) => onState?.({ state: 'reconnecting', reason }),
    onEvent: ({ data }) => {
      const value = detectionsOf(data);
      if (value) onDetections(value);
    },
  });
  onState?.({ state: 'closed', reason: refusal?.message ?? 'closed' });
}

/** @returns undefined for other events (pings) and for anything that is not JSON */
function detectionsOf(data: string): DetectionsEvent | undefined {
  const value = parseObject(data) as Partial<DetectionsEvent> | undefined;
  return typeof value?.camera === 'string' && Array.isArray(value.detections) ? (value as DetectionsEvent) : undefined;
}
