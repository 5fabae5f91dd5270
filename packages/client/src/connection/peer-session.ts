import { LookoutError } from '@lookout/protocol';
import { authorization, type Endpoint, requestErrorOf } from './request.js';

/** A session of WHEP or WHIP: one `RTCPeerConnection` that watches a camera or publishes to it. */
export interface PeerSession {
  /** The server's session description. */
  readonly answer: string;
  /** Ends it on the server, also while the page is being left. Idempotent, and never rejects: what remains ends by itself. */
  close(): Promise<void>;
}

/**
 * @param path `/whep/TOKEN` or `/whip/TOKEN` @param offer with video to receive or to send
 * @throws RequestError why the camera can't be watched or published to by WebRTC; LookoutError `unavailable` when the server can't be reached; the signal's
 *    reason
 */
export async function openPeerSession(
  endpoint: Endpoint,
  path: string,
  offer: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<PeerSession> {
  const url = endpoint.baseUrl + path;
  const headers = authorization(endpoint);
  let response: Response;
  try {
    response = await endpoint.fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/sdp' },
      body: offer,
      credentials: 'same-origin',
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new LookoutError('unavailable', 'The server cannot be reached', { cause });
  }
  if (!response.ok) throw await requestErrorOf(response);
  const location = response.headers.get('location');
  let closing: Promise<void> | undefined;
  const end = async () => {
    if (location === null) return;
    const request = { method: 'DELETE', headers, credentials: 'same-origin', keepalive: true } as const;
    // Without an answer the server notices by itself that its peer is gone.
    await endpoint.fetch(new URL(location, url), request).catch(() => undefined);
  };
  const session = {
    answer: await response.text(),
    close: () => {
      closing ??= end();
      return closing;
    },
  };
  if (!signal?.aborted) return session;
  await session.close();
  throw signal.reason;
}
