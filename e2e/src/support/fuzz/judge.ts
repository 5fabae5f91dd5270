import { ERROR_CODES, type ErrorCode, type Problem } from '@lookout/protocol';
import { type ApiDescription, type Operation, pointer } from './api-description.js';
import type { Answer } from './exchange.js';

/** What no answer may reveal: where the server's code is, and what it was doing. */
const INSIDE = /node_modules|\/dist\/|file:\/\/\/(?!etc|nothing|dev)|\n\s+at |\[object Object\]|undefined$/;

/** @returns why the description does not allow this answer; undefined if it does */
export function judge(api: ApiDescription, operation: Operation, answer: Answer): string | undefined {
  const { status, headers } = answer;
  if (headers['x-content-type-options'] !== 'nosniff') return 'it lacks the security headers';
  if (operation.method === 'HEAD') return status >= 500 ? `status ${status}` : undefined;
  if (status >= 400) return judgeProblem(api, answer, operation) ?? judgeFailure(operation, status);
  const path = ['paths', operation.path, operation.method.toLowerCase(), 'responses', String(status)];
  const described = operation.responses?.[String(status)];
  if (!described) return `status ${status} is not described`;
  const type = (headers['content-type'] ?? '').split(';', 1)[0] as string;
  if (!described.content) return answer.body.length === 0 ? undefined : `a ${status} that has a body`;
  const content = described.content[type];
  if (!content) return `${type || 'no type'} is not described for ${status}`;
  const schema = pointer(...path, 'content', type, 'schema');
  if (type === 'text/event-stream') return judgeEvents(api, schema, answer);
  if (type !== 'application/json' || !content.schema) return undefined;
  return api.complaint(schema, JSON.parse(String(answer.body)));
}

/** Routes that follow another product's API add its fields. */
type StatedProblem = Problem & { code: ErrorCode; success?: unknown; error?: unknown };

const PROBLEM_TYPE = 'application/problem+json';

/** Checks for RFC 9457, with a code from the table and the status of that code. @param operation may describe its own kind of problem */
export function judgeProblem(
  api: ApiDescription,
  { status, headers, body }: Answer,
  operation?: Operation,
): string | undefined {
  if (!headers['content-type']?.startsWith(PROBLEM_TYPE)) return `${headers['content-type']} for a refusal`;
  const problem = JSON.parse(String(body)) as StatedProblem;
  const { type, title, status: told, detail, code } = problem;
  const complaint = judgeShape(api, problem, operation);
  if (complaint !== undefined) return complaint;
  if (told !== status) return `it says ${told}`;
  if (!(code in ERROR_CODES)) return `code ${code} is in no table`;
  if (type !== `urn:lookout:error:${code}`) return `type ${type} of code ${code}`;
  if (code !== 'bad_request' && ERROR_CODES[code].status !== status) return `code ${code} with status ${status}`;
  if (detail === '' || title === '') return 'it has no detail or title';
  if (INSIDE.test(detail)) return `it reveals internals: ${detail}`;
  return undefined;
}

/** By the operation's own schema for problems of this status, if it describes one. */
function judgeShape(api: ApiDescription, problem: StatedProblem, operation?: Operation): string | undefined {
  const { success, error, ...own } = problem;
  const status = String(problem.status);
  const described = operation?.responses?.[status]?.content?.[PROBLEM_TYPE]?.schema;
  if (!operation || !described) return api.complaint('/components/schemas/Problem', own);
  const path = pointer('paths', operation.path, operation.method.toLowerCase(), 'responses', status);
  return api.complaint(`${path}${pointer('content', PROBLEM_TYPE, 'schema')}`, problem);
}

/** The server itself must never fail. A failure of a camera is allowed if the route describes it. */
function judgeFailure({ responses }: Operation, status: number): string | undefined {
  return status === 500 || (status > 500 && !responses?.[status]) ? `status ${status}` : undefined;
}

/** Every complete event must have data that conforms. */
function judgeEvents(api: ApiDescription, schema: string, { body }: Answer): string | undefined {
  for (const event of String(body).split('\n\n').slice(0, -1)) {
    const data = event.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []));
    if (data.length === 0) continue;
    const complaint = api.complaint(schema, JSON.parse(data.join('\n')));
    if (complaint !== undefined) return `an event: ${complaint}`;
  }
  return undefined;
}
