import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { RateLimiter } from '../../platform/auth/rate-limiter.js';
import type { UploadLimit } from '../http/upload-limit.js';

/** A peer's misbehaviour that ended its socket. */
export type PeerFault = 'too_many_messages' | 'never_reads' | 'unfinished_message' | 'too_many_bytes';

export interface SocketGuardOptions {
  /** The stream that the socket reads from. */
  readonly carrier: Duplex;
  readonly address: string;
  /** Counts bytes arriving from an address, of HTTP bodies and messages together. */
  readonly uploads: UploadLimit;
  readonly messagesPerSecond?: number | undefined;
  /** Maximum time from a message's first byte to its last. Default: that of a request. */
  readonly maxMessageMs?: number | undefined;
  readonly now?: () => number;
  onFault(fault: PeerFault): void;
}

/** Sustained rate. Our own clients send at most three messages per frame: an acknowledgement, its pong, a report. */
const DEFAULT_MESSAGES_PER_SECOND = 1000;
/** Maximum burst, in seconds of the sustained rate. */
const BURST_S = 2;
/** With more unread bytes than this, … */
const BACKLOG_BYTES = 1_000_000;
/** … a peer may send this many messages before it reads on: each may be answered, and the answers would pile up. */
const MESSAGES_WITH_BACKLOG = 200;
const DEFAULT_MAX_MESSAGE_MS = 30_000;
/** Header of a client's control frame: two bytes and a mask (RFC 6455 §5.2). */
const CONTROL_HEADER_BYTES = 6;

/**
 * Limits what a peer can make the server do and store:
 * - messages, pings and pongs by rate (closed with 1008), and by number while the peer reads nothing (terminated);
 * - unfinished messages, in fragments or in one long frame, by time (closed with 1008) and, together with all sockets and
 * uploads of the address, by bytes (closed with 1013). The start of a message that arrives in one chunk with the end of the
 * previous one, at most 64 KiB, is not counted until more of it arrives.
 * | Nothing more is read from a peer at fault.
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
    // A close frame would never get past the backlog.
    if (withBacklog > MESSAGES_WITH_BACKLOG) end('never_reads');
    else if (rate.take('peer') > 0) end('too_many_messages', [1008, 'too many messages']);
  };
  // One timer for many messages: when it fires, it checks the age of the current one.
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

  // Must run before the socket's own listener, which emits the messages that end in this chunk.
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
