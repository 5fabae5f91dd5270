import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { RateLimiter } from '../../platform/auth/rate-limiter.js';
import type { UploadLimit } from '../http/upload-limit.js';

/** What a peer did that ended its socket. */
export type PeerFault = 'too_many_messages' | 'never_reads' | 'unfinished_message' | 'too_many_bytes';

export interface SocketGuardOptions {
  /** What the socket reads from. */
  readonly carrier: Duplex;
  readonly address: string;
  /** Counts what arrives from an address at once, HTTP bodies and messages together. */
  readonly uploads: UploadLimit;
  readonly messagesPerSecond?: number | undefined;
  /** From a message's first byte to its last. Default: as long as a request may take to arrive. */
  readonly maxMessageMs?: number | undefined;
  readonly now?: () => number;
  onFault(fault: PeerFault): void;
}

/** Sustained. A client of ours sends three per frame at most: an acknowledgement, its pong, a report. */
const DEFAULT_MESSAGES_PER_SECOND = 1000;
/** Messages of so many seconds may come at once. */
const BURST_S = 2;
/** With more than this unread before it, … */
const BACKLOG_BYTES = 1_000_000;
/** … a peer may send so many messages before it reads on: each may be answered, and the answers would pile up. */
const MESSAGES_WITH_BACKLOG = 200;
const DEFAULT_MAX_MESSAGE_MS = 30_000;
/** Of a control frame that a client sends: two bytes and a mask (RFC 6455 §5.2). */
const CONTROL_HEADER_BYTES = 6;

/**
 * Bounds what a peer can make the server do and keep:
 * - messages, pings and pongs by rate (closed with 1008), and by number while the peer reads nothing (cut);
 * - messages begun and not finished, in fragments or in one long frame, by time (closed with 1008) and, together with all sockets and
 *   uploads of its address, by bytes (closed with 1013). The beginning of a message that comes in one chunk with the end of the one
 *   before, at most 64 KiB, is not counted until more of it comes.
 *
 * A peer at fault is not read any more.
 */
export function guardSocket(socket: WebSocket, options: SocketGuardOptions): void {
  const { carrier, address, uploads, messagesPerSecond: perSecond = DEFAULT_MESSAGES_PER_SECOND } = options;
  const { maxMessageMs = DEFAULT_MAX_MESSAGE_MS, now = () => performance.now(), onFault } = options;
  const rate = new RateLimiter({ burst: perSecond * BURST_S, perSecond, maxPeers: 1, now });
  let withBacklog = 0;
  let unfinishedBytes = 0;
  let begunMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const end = (fault: PeerFault, goodbye?: readonly [code: number, reason: string]) => {
    isOver = true;
    onFault(fault);
    socket.pause();
    if (goodbye) socket.close(...goodbye);
    else socket.terminate();
  };
  const count = () => {
    if (isOver) return;
    withBacklog = socket.bufferedAmount > BACKLOG_BYTES ? withBacklog + 1 : 0;
    // A goodbye would never get past the backlog.
    if (withBacklog > MESSAGES_WITH_BACKLOG) end('never_reads');
    else if (rate.take('peer') > 0) end('too_many_messages', [1008, 'too many messages']);
  };
  // One timer for many messages: it looks whether the current one began long ago.
  const checkAge = () => {
    timer = undefined;
    if (unfinishedBytes === 0 || isOver) return;
    const leftMs = begunMs + maxMessageMs - now();
    if (leftMs > 0) timer = setTimeout(checkAge, leftMs);
    else end('unfinished_message', [1008, `a message was not finished within ${maxMessageMs / 1000} s`]);
  };
  const arrived = (chunk: Buffer) => {
    if (isOver) return;
    try {
      uploads.add(address, chunk.length);
    } catch {
      end('too_many_bytes', [1013, 'too many bytes of unfinished messages from this address']);
      return;
    }
    if (unfinishedBytes === 0) begunMs = now();
    unfinishedBytes += chunk.length;
    timer ??= setTimeout(checkAge, maxMessageMs);
  };
  const finished = (bytes: number) => {
    uploads.remove(address, bytes);
    unfinishedBytes -= bytes;
  };
  const control = (data: Buffer) => finished(Math.min(unfinishedBytes, data.length + CONTROL_HEADER_BYTES));

  // Before the socket's own listener, which emits the messages that end in this chunk.
  carrier.prependListener('data', arrived);
  socket.on('message', () => finished(unfinishedBytes));
  socket.on('ping', control).on('pong', control);
  for (const event of ['message', 'ping', 'pong'] as const) socket.on(event, count);
  socket.once('close', () => {
    isOver = true;
    clearTimeout(timer);
    finished(unfinishedBytes);
  });
}
