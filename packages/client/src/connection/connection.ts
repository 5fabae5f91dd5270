import { type OpenSocket, retire, SOCKET_OPEN, type Socket } from '../socket.js';

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
    if (!this.isOpen) return false;
    this.#socket!.send(data);
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
