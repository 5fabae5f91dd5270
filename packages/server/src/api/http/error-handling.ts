import type { Socket } from 'node:net';
import { LookoutError, type Problem } from '@lookout/protocol';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isPageRequest, sendPage } from './pages.js';
import { dialectFields, problem, problemHeaders, problemOf } from './problem.js';
import { writeProblem } from './raw-response.js';
import { REFUSED_INPUT } from './validation.js';

/** Answers every failed request with a problem document: errors of handlers, unknown paths (404) and wrong methods (405). */
export function installErrorHandling(app: FastifyInstance, webRoot: string): void {
  const routes: Array<{ pattern: RegExp; methods: string[] }> = [];
  app.addHook('onRoute', ({ url, method }) => {
    if (url !== '*') routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });

  app.setErrorHandler((error, request, reply) => {
    const document = problemOf(error, (error as { [REFUSED_INPUT]?: unknown })[REFUSED_INPUT]);
    if (document.code === 'internal') logFailure(request.log, error);
    return sendProblem(reply, document);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request);
    const methods = routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods);
    if (methods.length > 0 && !methods.includes(request.method)) {
      reply.header('Allow', [...new Set(methods)].sort().join(', '));
      return sendProblem(reply, problem('method_not_allowed', `This path does not support ${request.method}`));
    }
    if (isPageRequest(request)) return sendPage(reply, webRoot, { status: 404 });
    return sendProblem(reply, problem('not_found', 'There is nothing at this path'));
  });
}

export function sendProblem(reply: FastifyReply, document: Problem): FastifyReply {
  return reply
    .code(document.status)
    .headers(problemHeaders(document))
    .serializer((value: unknown) => JSON.stringify(value))
    .send({ ...document, ...dialectFields(pathOf(reply.request), document) });
}

export function pathOf(request: Pick<FastifyRequest, 'url'>): string {
  return request.url.split('?', 1)[0]!;
}

/** Pattern of a route's paths, where `:name` is a segment and `*` everything that follows. */
function patternOf(url: string): RegExp {
  const source = url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*');
  return new RegExp(`^${source}$`);
}

function logFailure(log: FastifyBaseLogger, error: unknown): void {
  log.error(
    { err: error instanceof LookoutError ? { code: error.code, message: error.message } : error },
    'request failed',
  );
}

/**
 * Answers a request that Node's parser could not read, where neither routes nor hooks apply: 414 for a URL that is too long, 431
 * for too many headers, 408 for a timeout, else 400.
 */
export function answerClientError(error: Error & { code?: string; rawPacket?: unknown }, socket: Socket): void {
  const { code } = error;
  if (code === 'ECONNRESET' || code === 'EPIPE' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    // The parser stops within the first packet. Without a line end in it, the URL is too long.
    const isUrl = Buffer.isBuffer(error.rawPacket) && !error.rawPacket.includes('\n');
    if (isUrl) writeProblem(socket, problem('uri_too_long', 'The URL is too long'));
    else writeProblem(socket, problem('headers_too_large', 'The headers are too large'));
  } else if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    writeProblem(socket, problem('request_timeout', 'The request did not arrive in time'));
  } else {
    writeProblem(socket, problem('bad_request', 'This is not an HTTP request'));
  }
}
