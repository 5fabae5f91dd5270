import { STATUS_CODES } from 'node:http';
import { Problem } from '@lookout/protocol';

/** How the refusals of a route are described: `problems(404, 409)` for its `response` schemas. 401, 403 and 429 go without saying. */
export function problems<const Status extends number>(...statuses: Status[]) {
  const entries = statuses.map((status) => [
    status,
    { description: STATUS_CODES[status] ?? 'Error', content: { 'application/problem+json': { schema: Problem } } },
  ]);
  return Object.fromEntries(entries) as Record<
    Status,
    { description: string; content: { 'application/problem+json': { schema: typeof Problem } } }
  >;
}
