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

/** How a connection ended. */
export interface Lost {
  /** RFC 6455 close code, or one of ours; 0 where there never was a connection, or we gave it up. */
  code: number;
  /** What was given as reason, else empty. */
  said: string;
  /** Whether the server had taken the connection. */
  wasOpen: boolean;
}

export interface ConnectionEvents {
  onOpen(): void;
  onMessage(data: string | ArrayBuffer): void;
  /** It brings nothing more. Told once at most, and not after `close`. */
  onLost(lost: Lost): void;
}

/** One attempt at a socket, from its opening to its end. Tells nothing after `close`. */
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

  /** Whether the server took the connection, now or before. */
  get wasOpen(): boolean {
    return this.#opened;
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket?.readyState === SOCKET_OPEN;
  }

  /** Bytes given to `send` that the system has not taken yet. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** @returns false where it is not open, and nothing was sent */
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
    // An error is always followed by a close, which says as much as there is to say.
    socket.onerror = () => {};
  }

  #lose(events: ConnectionEvents, code: number, said: string): void {
    if (this.#closed) return;
    this.close();
    events.onLost({ code, said, wasOpen: this.#opened });
  }
}
