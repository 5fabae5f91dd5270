import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { UploadLimit } from '../http/upload-limit.js';
import { dismiss } from './socket-guard.js';

export interface UnfinishedMessageOptions {
  readonly address: string;
  /** What arrives at once of an address, in HTTP bodies and in messages, is counted together. */
  readonly uploads: UploadLimit;
  onFault(fault: 'unfinished_message' | 'too_many_bytes'): void;
  /** From a message's first byte to its last, ms; by default as long as a request may take to arrive. */
  readonly maxMs?: number;
}

const DEFAULT_MAX_MS = 30_000;
/** Of a control frame that a client sends: two bytes and a mask (RFC 6455 §5.2). */
const CONTROL_HEADER_BYTES = 6;

/**
 * Bounds what a peer makes the server keep of messages it has begun and not finished, in fragments or in one long frame: by time
 * (closed with 1008) and, all sockets and uploads of its address together, by bytes (closed with 1013).
 *
 * @param carrier what `socket` reads from. The beginning of a message that comes in one chunk with the end of the one before, at most
 *   64 KiB, is not counted until more of it comes.
 */
export function boundUnfinishedMessage(socket: WebSocket, carrier: Duplex, options: UnfinishedMessageOptions): void {
  const { address, uploads, onFault, maxMs = DEFAULT_MAX_MS } = options;
  let bytes = 0;
  let begunMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const finished = (count: number) => {
    uploads.remove(address, count);
    bytes -= count;
    if (bytes === 0) begunMs = undefined;
  };
  const cut = (fault: 'unfinished_message' | 'too_many_bytes', code: number, reason: string) => {
    isOver = true;
    onFault(fault);
    dismiss(socket, code, reason);
  };
  // One timer for many messages: it looks whether the message in hand began long ago.
  const look = () => {
    timer = undefined;
    if (begunMs === undefined || isOver) return;
    const leftMs = begunMs + maxMs - performance.now();
    if (leftMs > 0) timer = setTimeout(look, leftMs);
    else cut('unfinished_message', 1008, `a message was not finished within ${maxMs / 1000} s`);
  };

  // Before the socket's own listener, which hears of the messages that end in this chunk.
  carrier.prependListener('data', (chunk: Buffer) => {
    if (isOver) return;
    try {
      uploads.add(address, chunk.length);
    } catch {
      cut('too_many_bytes', 1013, 'too many bytes of unfinished messages from this address');
      return;
    }
    bytes += chunk.length;
    begunMs ??= performance.now();
    timer ??= setTimeout(look, maxMs);
  });
  socket.on('message', () => finished(bytes));
  const control = (data: Buffer) => finished(Math.min(bytes, data.length + CONTROL_HEADER_BYTES));
  socket.on('ping', control).on('pong', control);
  socket.once('close', () => {
    isOver = true;
    clearTimeout(timer);
    finished(bytes);
  });
}
