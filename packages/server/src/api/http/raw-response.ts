import type { Duplex } from 'node:stream';
import type { Problem } from '@lookout/protocol';
import { problemHeaders } from './problem.js';

/** How long a peer may take to read a refusal before it is cut, ms. */
const LINGER_MS = 2000;
/** Bytes of an oversized request that are read and dropped after the answer, so that the answer arrives before a reset. */
const LINGER_BYTES = 4 * 1024 * 1024;

/** Writes a problem document on a bare connection, where there is no response object (refused upgrade, unreadable request), and ends it. */
export function writeProblem(socket: Duplex, document: Problem, headers: Readonly<Record<string, string>> = {}): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(document));
  const lines = [
    `HTTP/1.1 ${document.status} ${document.title}`,
    `Content-Length: ${body.length}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    ...Object.entries({ ...problemHeaders(document), ...headers }).map(([name, value]) => `${name}: ${value}`),
  ];
  // A connection closed with unread bytes is reset, and the reset may overtake the answer: so read on for a while.
  let dropped = 0;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > LINGER_BYTES) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  socket.end(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]));
  socket.resume();
}
