import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { FrameChannel } from '../../pipeline/live/frame-channel.js';

export interface FrameSocketOptions {
  /** How the client shows that it has taken a frame: its answer to a ping, or messages of its own. */
  acknowledgedBy: 'pong' | 'message';
  now(): number;
}

/** A viewer that takes nothing for so long is let go. */
const STUCK_LIMIT_MS = 30_000;
const WATCH_EVERY_MS = 5000;
/** With messages: frames that may be unacknowledged. */
const MESSAGE_WINDOW = 2;
/** With pings: pings that may be unanswered. */
const PONG_WINDOW = 1;

/**
 * A WebSocket that carries frames. A ping follows each frame and at most one stays unanswered, which keeps any standard client
 * fresh (every client answers pings by itself and in order); a client that acknowledges by message is held to two frames.
 */
export class FrameSocket<T> {
  readonly channel: FrameChannel<T>;
  readonly #socket: WebSocket;
  readonly #watch: NodeJS.Timeout;

  /** @param write sends one item; it runs corked. */
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
    this.channel = new FrameChannel(port, byPong ? PONG_WINDOW : MESSAGE_WINDOW, options.now);
    if (byPong) socket.on('pong', () => this.channel.acknowledge());
    this.#watch = setInterval(() => this.#check(), WATCH_EVERY_MS);
    this.#watch.unref();
    socket.once('close', () => clearInterval(this.#watch));
  }

  offer(item: T): void {
    this.channel.offer(item);
  }

  #check(): void {
    // A socket that drained without an acknowledgement in between may have something waiting.
    this.channel.flush();
    if (this.channel.stuckMs > STUCK_LIMIT_MS) this.#socket.terminate();
  }
}

/** Everything `write` sends on this socket leaves in as few packets as the kernel can make of it. */
export function corked(socket: WebSocket, write: () => void): void {
  // `ws` keeps the TCP socket to itself; without it the pair is merely sent in two writes.
  const tcp = (socket as unknown as { _socket?: Socket })._socket;
  tcp?.cork();
  try {
    write();
  } finally {
    tcp?.uncork();
  }
}
