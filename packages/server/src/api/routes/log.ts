import type { ServerResponse } from 'node:http';
import { LogLevel, LogLine, LogQuery, MAX_LOG_LINES } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { atLeast, type LogRing } from '../../platform/logging/log-ring.js';
import { problems } from '../http/responses.js';
import { SseWriter } from '../sse/sse-writer.js';

const config = { permission: 'manage' } as const;
const TAGS = ['system'];
const StreamQuery = z.strictObject({ level: LogLevel.default('trace').describe('Minimum level') });

export interface LogRoutesOptions {
  readonly log: LogRing;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/** The newest lines of the server's log. */
export function logRoutes({ log, now }: LogRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/log',
      config,
      schema: {
        tags: TAGS,
        summary: 'The newest lines of the log, oldest first, without secrets',
        description: `At most ${MAX_LOG_LINES} lines are kept in memory. Lines below \`log.level\` of the settings are not written.`,
        querystring: LogQuery,
        response: { 200: z.array(LogLine), ...problems(400) },
      },
      handler: async ({ query }) => log.list(query),
    });

    app.route({
      method: 'GET',
      url: '/api/log/stream',
      config,
      schema: {
        tags: TAGS,
        summary: 'New lines of the log as server-sent events `line`',
        description: 'With `Last-Event-ID` it continues after that line, as far as lines are still kept.',
        querystring: StreamQuery,
        response: {
          200: {
            description: 'An event for each line',
            content: { 'text/event-stream': { schema: LogLine } },
          },
          ...problems(400),
        },
      },
      handler: async ({ query, headers }, reply) => {
        reply.hijack();
        const after = Number(headers['last-event-id']);
        follow(reply.raw, { log, now, level: query.level, ...(Number.isSafeInteger(after) && { after }) });
      },
    });
  };
}

/** Sends lines to one reader. Those that a slow reader can't take are sent once it can, as far as they are still kept. */
function follow(
  response: ServerResponse,
  { log, now, level, after }: LogRoutesOptions & { level: LogLevel; after?: number },
): void {
  const isShown = atLeast(level);
  let sent = after ?? log.list({ level: 'trace', limit: 1 })[0]?.seq ?? 0;
  const flush = () => {
    for (const line of log.list({ level, limit: MAX_LOG_LINES, after: sent })) {
      if (!writer?.send({ event: 'line', id: line.seq, data: JSON.stringify(line) })) return;
      sent = line.seq;
    }
  };
  let unsubscribe = () => {};
  const writer = SseWriter.open(response, {
    now,
    preamble: ': connected\n',
    onDrain: flush,
    onClose: () => unsubscribe(),
  });
  if (!writer) return;
  unsubscribe = log.onLine((line) => {
    if (isShown(line)) flush();
  });
  flush();
}
