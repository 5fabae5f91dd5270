import type { WebSocket } from 'ws';

/** What a peer did that ended its socket. */
export type PeerFault = 'too_many_messages' | 'never_reads' | 'unfinished_message' | 'too_many_bytes';

export interface SocketGuardOptions {
  messagesPerSecond?: number | undefined;
  now?: () => number;
}

/** Messages a second, lasting. A client of ours sends three per frame at most: an acknowledgement, its pong, a report. */
const DEFAULT_MESSAGES_PER_SECOND = 1000;
/** Messages of so many seconds may come at once. */
const BURST_S = 2;
/** A peer that has so much unread before it, bytes … */
const BACKLOG_BYTES = 1_000_000;
/** … may send so many messages before some of it is read: each may be answered, and the answers would pile up. */
const MESSAGES_WITH_BACKLOG = 200;
/** What a peer that is told to go may take for it, ms. */
const GOODBYE_MS = 1000;

/**
 * Bounds what a peer can make the server do and keep: messages, pings and pongs by rate, and by number while the peer reads
 * nothing. Over either bound the socket is closed with 1008 and not read any more.
 */
export function guardSocket(
  socket: WebSocket,
  onFault: (fault: PeerFault) => void,
  { messagesPerSecond = DEFAULT_MESSAGES_PER_SECOND, now = () => performance.now() }: SocketGuardOptions = {},
): void {
  const burst = messagesPerSecond * BURST_S;
  let tokens = burst;
  let refilledMs = now();
  let withBacklog = 0;
  let isOver = false;
  const cut = (fault: PeerFault) => {
    isOver = true;
    onFault(fault);
    if (fault === 'too_many_messages') {
      dismiss(socket, 1008, 'too many messages');
      return;
    }
    // What stands before a goodbye is not read: there is no use in one.
    socket.pause();
    socket.terminate();
  };
  const count = () => {
    if (isOver) return;
    const time = now();
    tokens = Math.min(burst, tokens + ((time - refilledMs) / 1000) * messagesPerSecond);
    refilledMs = time;
    withBacklog = socket.bufferedAmount > BACKLOG_BYTES ? withBacklog + 1 : 0;
    if (withBacklog > MESSAGES_WITH_BACKLOG) cut('never_reads');
    else if (--tokens < 0) cut('too_many_messages');
  };
  for (const event of ['message', 'ping', 'pong'] as const) socket.on(event, count);
}

/** Reads nothing more of the peer, tells it why, and cuts it soon after, whether it heard or not. */
export function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.pause();
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), GOODBYE_MS);
  socket.once('close', () => clearTimeout(timer));
}
