import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { ViewerChannel } from '../../pipeline/live/viewer-channel.js';

export interface FrameSocketOptions {
  /** How the client acknowledges a frame: by answering a ping, or by messages of its own. */
  acknowledgedBy: 'pong' | 'message';
  now(): number;
}

/** A viewer that acknowledges nothing for this long is disconnected. */
const STUCK_LIMIT_MS = 30_000;
const WATCH_EVERY_MS = 5000;
/** Maximum unacknowledged frames when acknowledged by messages. */
const MESSAGE_WINDOW = 2;
/** Maximum unanswered pings otherwise. */
const PONG_WINDOW = 1;

/**
 * A WebSocket that carries frames. Each frame is followed by a ping, of which at most one is unanswered: that keeps any standard
 * client up to date, since all clients answer pings by themselves and in order. A client that acknowledges by message may have
 * two frames.
 */
export class FrameSocket<T> {
  readonly channel: ViewerChannel<T>;
  readonly #socket: WebSocket;
  readonly #watch: NodeJS.Timeout;

  /** @param write sends one item; its output is corked */
  constructor(socket: WebSocket, write: (item: T) => void, options: FrameSocketOptions) {
    this.#socket = socket;
    const byPong = options.acknowledgedBy === 'pong';
    const port = {
      get bufferedBytes() {
        return socket.bufferedAmount;
      },
      send: (item: T) => {
        if (socket.readyState !== WebSocket.OPEN) return;
        corked(socket, () => {
          write(item);
          if (byPong) socket.ping();
        });
      },
    };
    this.channel = new ViewerChannel(port, byPong ? PONG_WINDOW : MESSAGE_WINDOW, options.now);
    if (byPong) socket.on('pong', () => this.channel.acknowledge());
    this.#watch = setInterval(() => this.#check(), WATCH_EVERY_MS);
    this.#watch.unref();
    socket.once('close', () => clearInterval(this.#watch));
  }

  offer(item: T): void {
    this.channel.offer(item);
  }

  #check(): void {
    // If the socket drained without an acknowledgement, an item may still be waiting.
    this.channel.flush();
    if (this.channel.stuckMs > STUCK_LIMIT_MS) this.#socket.terminate();
  }
}

/** Sends everything `write` produces in as few packets as possible. */
export function corked(socket: WebSocket, write: () => void): void {
  // `ws` keeps the TCP socket private; without it, the messages are merely sent in separate writes.
  const tcp = (socket as unknown as { _socket?: Socket })._socket;
  tcp?.cork();
  try {
    write();
  } finally {
    tcp?.uncork();
  }
}
