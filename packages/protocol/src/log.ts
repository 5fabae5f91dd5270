import { z } from 'zod';

export const LogLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);
export type LogLevel = z.infer<typeof LogLevel>;

/** One line of the server's log, without secrets. */
export const LogLine = z.object({
  seq: z.int().describe('Rises by one with each line, from the start of the process'),
  time: z.number(),
  level: LogLevel,
  message: z.string(),
  details: z.string().optional().describe('The other fields of the line, as JSON'),
});
export type LogLine = z.infer<typeof LogLine>;

export const MAX_LOG_LINES = 2000;

/** Query of `GET /api/log`. */
export const LogQuery = z.strictObject({
  level: LogLevel.default('trace').describe('Minimum level'),
  limit: z.coerce.number().int().min(1).max(MAX_LOG_LINES).default(500).describe('Newest lines'),
});
export type LogQuery = z.infer<typeof LogQuery>;
