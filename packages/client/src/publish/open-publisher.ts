import type { CameraStats } from '@lookout/protocol';
import { type Endpoint, RequestError, request, socketUrl } from '../connection/request.js';
import type { Refusal } from '../connection/retries.js';
import type { OpenSocket } from '../connection/socket.js';
import { LivePublisher } from './live-publisher.js';
import type { Publisher, PublishOptions } from './publish-types.js';

const EXPLAIN_TIMEOUT_MS = 5000;

/** Publishes over `WS /ws/camera/:token`. @param token a publish token */
export function openPublisher(
  endpoint: Endpoint,
  openSocket: OpenSocket,
  token: string,
  options: PublishOptions,
): Publisher {
  return new LivePublisher(options, {
    openSocket,
    url: publishUrl(endpoint, token),
    explain: () => explainRefusal(endpoint, token),
  });
}

export function publishUrl(endpoint: Endpoint, token: string): string {
  return socketUrl(endpoint, `/ws/camera/${encodeURIComponent(token)}`).href;
}

/** Why publishing was refused. The server's answer to an unknown token is generic and does not help users. */
async function explainRefusal(endpoint: Endpoint, token: string): Promise<Refusal> {
  try {
    const path = `/api/camera/${encodeURIComponent(token)}/stats`;
    await request<CameraStats>(endpoint, 'GET', path, undefined, { timeoutMs: EXPLAIN_TIMEOUT_MS });
    // Watching is allowed: either the server has only just come back, or this link is only for watching.
    return { message: 'the server accepts no pictures through this link; is it a link for watching?', final: false };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof RequestError ? error.httpStatus : 0;
    const final = status === 401 || status === 403 || status === 404;
    return { message: final ? 'this link is not valid, or no longer valid' : message, final };
  }
}
