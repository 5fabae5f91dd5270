import type { Socket } from 'node:net';
import { problem } from './problem.js';
import { writeProblem } from './raw-response.js';

/**
 * Answers a request that Node's parser could not read, where neither routes nor hooks exist: 414 for an endless URL, 431 for
 * too many headers, 408 for one that never ends, else 400.
 */
export function answerClientError(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  const { code } = error;
  if (code === 'ECONNRESET' || code === 'EPIPE' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    // The parser stops within the first packet. Without a line end in it, it is the URL that is too long.
    const isUrl = Buffer.isBuffer(error.rawPacket) && !error.rawPacket.includes('\n');
    if (isUrl) writeProblem(socket, problem('uri_too_long', 'The URL is longer than this server reads'));
    else writeProblem(socket, problem('headers_too_large', 'The headers are larger than this server reads'));
  } else if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    writeProblem(socket, problem('request_timeout', 'The request did not arrive in time'));
  } else {
    writeProblem(socket, problem('bad_request', 'This is not an HTTP request'));
  }
}
