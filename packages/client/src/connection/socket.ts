/** The part of a WebSocket that the SDK uses; both browsers and `ws` have it. */
export interface Socket {
  readonly readyState: number;
  /** Bytes passed to `send` that the system has not accepted yet. */
  readonly bufferedAmount: number;
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: { message?: string }) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Opens a socket. The promise resolves at once; events tell whether it connects. */
export type OpenSocket = (url: string) => Promise<Socket>;

const SOCKET_CONNECTING = 0;
export const SOCKET_OPEN = 1;

/** Larger messages can't be pictures of ours: bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** An endless handshake must not keep a process alive after its watch was closed. */
const HANDSHAKE_TIMEOUT_MS = 30_000;

/** Abandons a socket: it is closed, and its events are ignored. */
export function retire(socket: Socket): void {
  socket.onmessage = null;
  socket.onclose = null;
  // Without a listener, `ws` ends the process when a handshake fails.
  socket.onerror = () => {};
  if (socket.readyState === SOCKET_CONNECTING) {
    // Closing it at once would leave an error in the browser's console although nothing is wrong.
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

/** How a connection ended. */
export interface Lost {
  /** RFC 6455 close code, or one of ours; 0 if it never connected, or we gave it up. */
  code: number;
  /** The given reason, or empty. */
  said: string;
  /** Whether the server had accepted the connection. */
  wasOpen: boolean;
}

export interface ConnectionEvents {
  onOpen(): void;
  onMessage(data: string | ArrayBuffer): void;
  /** The connection has ended. Called at most once, and not after `close`. */
  onLost(lost: Lost): void;
}

/** One attempt at a socket, from its opening to its end. Calls no events after `close`. */
export class Connection {
  /** Our clock, ms. */
  readonly startedAt: number;
  #socket: Socket | undefined;
  #closed = false;
  #opened = false;

  /** @param startedAt now, our clock, ms */
  constructor(openSocket: OpenSocket, url: string, startedAt: number, events: ConnectionEvents) {
    this.startedAt = startedAt;
    openSocket(url).then(
      (socket) => this.#adopt(socket, events),
      (error: unknown) => this.#lose(events, 0, error instanceof Error ? error.message : String(error)),
    );
  }

  /** Whether the server has ever accepted the connection. */
  get wasOpen(): boolean {
    return this.#opened;
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket?.readyState === SOCKET_OPEN;
  }

  /** Bytes passed to `send` that the system has not accepted yet. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** @returns false if it is not open, and nothing was sent */
  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    const socket = this.#socket;
    if (this.#closed || socket?.readyState !== SOCKET_OPEN) return false;
    socket.send(data);
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#socket) retire(this.#socket);
  }

  #adopt(socket: Socket, events: ConnectionEvents): void {
    if (this.#closed) {
      retire(socket);
      return;
    }
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#opened = true;
      events.onOpen();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string' || data instanceof ArrayBuffer) events.onMessage(data);
    };
    socket.onclose = ({ code, reason }) => this.#lose(events, code, reason);
    // An error is always followed by a close, which contains the same information.
    socket.onerror = () => {};
  }

  #lose(events: ConnectionEvents, code: number, said: string): void {
    if (this.#closed) return;
    this.close();
    events.onLost({ code, said, wasOpen: this.#opened });
  }
}
