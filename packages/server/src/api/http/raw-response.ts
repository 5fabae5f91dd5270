import type { Duplex } from 'node:stream';
import type { Problem } from '@lookout/protocol';
import { problemHeaders } from './problem.js';

/** How long a peer may take to read an error before it is disconnected, ms. */
const LINGER_MS = 2000;
/** Bytes of an oversized request that are read and discarded after the response, so that the response arrives before a reset. */
const LINGER_BYTES = 4 * 1024 * 1024;

/** Writes a problem document to a raw connection whose request could not be read, and ends it. */
export function writeProblem(socket: Duplex, document: Problem, extra: Record<string, string> = {}): void {
  const body = JSON.stringify(document);
  const headers = {
    ...problemHeaders(document),
    ...extra,
    'Content-Length': Buffer.byteLength(body),
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${document.status} ${document.title}\r\n${lines.join('')}\r\n${body}`);
  endGently(socket);
}

/**
 * Ends a connection after its last response. Closing it with unread bytes causes a reset that may overtake the response, so the
 * remaining input is read for a while and discarded.
 */
export function endGently(socket: Duplex): void {
  let dropped = 0;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > LINGER_BYTES) socket.destroy();
  });
  socket.on('error', () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}
