import { STATUS_CODES } from 'node:http';
import { Problem } from '@lookout/protocol';
import { z } from 'zod';

interface Refusal<Schema extends z.ZodType> {
  description: string;
  content: { 'application/problem+json': { schema: Schema } };
}

/** Describes the errors of a route, e.g. `problems(404, 409)` for its `response` schemas. 401, 403 and 429 are implied. */
export function problems<const Status extends number>(...statuses: Status[]) {
  return problemsAs(Problem, ...statuses);
}

/** The same with extra fields, for clients of other products. @param schema extends `Problem` */
export function problemsAs<Schema extends z.ZodType, const Status extends number>(
  schema: Schema,
  ...statuses: Status[]
): Record<Status, Refusal<Schema>> {
  const entries = statuses.map((status) => [
    status,
    { description: STATUS_CODES[status] ?? 'Error', content: { 'application/problem+json': { schema } } },
  ]);
  return Object.fromEntries(entries);
}

/** Describes a response of bytes. @param type its content type */
export function bytes(
  type: string,
  description: string,
): { description: string; content: Record<string, { schema: z.ZodType }> } {
  return { description, content: { [type]: { schema: z.string() } } };
}
