/** The part of a WebSocket that the SDK uses; browsers' and `ws`'s both have it. */
export interface Socket {
  readonly readyState: number;
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** Opens a socket. The promise resolves at once: whether it connects is told by its events. */
export type OpenSocket = (url: string) => Promise<Socket>;

export const SOCKET_OPEN = 1;

/** Frames larger than this are not pictures of ours: bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * The platform's WebSocket in a browser, which authenticates by cookie; `ws` in Node, which can send the API key as a header.
 */
export function platformSocket(headers: Record<string, string>): OpenSocket {
  const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';
  return async (url) => {
    if (!inNode) return new WebSocket(url) as unknown as Socket;
    const { WebSocket: NodeWebSocket } = await import('ws');
    return new NodeWebSocket(url, {
      headers,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    }) as unknown as Socket;
  };
}
