import { type OpenSocket, retire, SOCKET_OPEN, type Socket } from '../socket.js';

export interface QualitySocketEvents {
  onOpen(): void;
  onPicture(jpeg: Uint8Array<ArrayBuffer>): void;
  /** It will bring nothing more. @param said what the other side gave as reason, else empty. */
  onLost(said: string): void;
}

/** One connection of one quality. Tells nothing after `close`. */
export class QualitySocket {
  readonly quality: number;
  readonly startedAt: number;
  #socket: Socket | undefined;
  #closed = false;
  #opened = false;

  constructor(openSocket: OpenSocket, url: string, quality: number, startedAt: number, events: QualitySocketEvents) {
    this.quality = quality;
    this.startedAt = startedAt;
    openSocket(url).then(
      (socket) => {
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
          if (data instanceof ArrayBuffer) events.onPicture(new Uint8Array(data));
        };
        socket.onclose = ({ reason }) => this.#lose(events, reason);
        // An error is always followed by a close, which says as much as there is to say.
        socket.onerror = () => {};
      },
      (error: unknown) => this.#lose(events, error instanceof Error ? error.message : String(error)),
    );
  }

  /** Whether the server took the connection, now or before. */
  get wasOpen(): boolean {
    return this.#opened;
  }

  get isOpen(): boolean {
    return !this.#closed && this.#socket?.readyState === SOCKET_OPEN;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#socket) retire(this.#socket);
  }

  #lose(events: QualitySocketEvents, said: string): void {
    if (this.#closed) return;
    this.close();
    events.onLost(said);
  }
}
