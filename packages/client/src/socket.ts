/** The part of a WebSocket that the SDK uses; browsers' and `ws`'s both have it. */
export interface Socket {
  readonly readyState: number;
  /** Bytes given to `send` that the system has not taken yet. */
  readonly bufferedAmount: number;
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Opens a socket. The promise resolves at once: whether it connects is told by its events. */
export type OpenSocket = (url: string) => Promise<Socket>;

const SOCKET_CONNECTING = 0;
export const SOCKET_OPEN = 1;

/** Frames larger than this are not pictures of ours: bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** A handshake without an end must not keep a process alive whose watch is closed. */
const HANDSHAKE_TIMEOUT_MS = 30_000;

/** Lets go of a socket: it is closed, and nothing of it is heard any more. */
export function retire(socket: Socket): void {
  socket.onmessage = null;
  socket.onclose = null;
  // `ws` ends the process where nobody hears of a handshake that failed.
  socket.onerror = () => {};
  if (socket.readyState === SOCKET_CONNECTING) {
    // Closed at once, it would leave an error in the browser's console although nothing is wrong.
    socket.onopen = () => socket.close(1000);
  } else {
    socket.onopen = null;
    socket.close(1000);
  }
}

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
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    }) as unknown as Socket;
  };
}
