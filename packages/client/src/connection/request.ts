import { ERROR_CODES, type ErrorCode, LookoutError, type Problem } from '@lookout/protocol';

export interface RequestOptions {
  signal?: AbortSignal;
  /** Time limit, ms. Default 15 000. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/** Address and credentials of requests. */
export interface Endpoint {
  /** Without a trailing slash. */
  baseUrl: string;
  apiKey?: string;
  fetch: typeof fetch;
}

/** The server's answer to a failed call: its status, and `problem` if it sent one (RFC 9457). */
export class RequestError extends LookoutError {
  readonly httpStatus: number;
  readonly problem: Problem | undefined;

  constructor(httpStatus: number, problem: Problem | undefined) {
    const code = isErrorCode(problem?.code) ? problem.code : codeForStatus(httpStatus);
    super(code, problem?.detail || problem?.title || `The server answered ${httpStatus}`, { hint: problem?.hint });
    this.name = 'RequestError';
    this.httpStatus = httpStatus;
    this.problem = problem;
  }

  /** The invalid fields of the request, and why; empty if it is not about fields. */
  get fields(): ReadonlyArray<{ field: string; message: string }> {
    return this.problem?.errors ?? [];
  }
}

/** The error for a failed call, from the server's answer. */
export async function requestErrorOf(response: Response): Promise<RequestError> {
  return new RequestError(response.status, asProblem(parseJson(await response.text().catch(() => ''))));
}

/**
 * Makes one call.
 * @param body sent as JSON, or unchanged if it is bytes or a file
 * @returns the parsed body; undefined for an empty answer
 * @throws RequestError when the server refuses; LookoutError `unavailable` when it can't be reached or takes too long
 */
export async function request<T>(
  endpoint: Endpoint,
  method: string,
  path: string,
  body?: unknown,
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: RequestOptions = {},
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const headers = authorization(endpoint);
  headers.accept = 'application/json, application/problem+json';
  const isBytes = body instanceof Uint8Array || body instanceof Blob;
  if (body !== undefined) headers['content-type'] = isBytes ? 'application/octet-stream' : 'application/json';
  let status: number;
  let text: string;
  let ok: boolean;
  try {
    const response = await endpoint.fetch(endpoint.baseUrl + path, {
      method,
      headers,
      body: isBytes ? (body as Uint8Array<ArrayBuffer> | Blob) : body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      credentials: 'same-origin',
    });
    ({ status, ok } = response);
    text = await response.text();
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (timeout.aborted) throw new LookoutError('unavailable', `No answer within ${timeoutMs} ms`, { cause });
    throw new LookoutError('unavailable', 'The server cannot be reached', {
      cause,
      hint: 'Check that it is running and that the address is right.',
    });
  }
  const value = parseJson(text);
  if (!ok) throw new RequestError(status, asProblem(value));
  if (text !== '' && value === undefined) throw new LookoutError('internal', `Expected JSON from ${method} ${path}`);
  return value as T;
}

/** @returns an endpoint at `baseUrl`. @throws TypeError when that is not an http(s) URL */
export function endpointOf(baseUrl: string, apiKey?: string, givenFetch?: typeof fetch): Endpoint {
  const { protocol, href } = new URL(baseUrl);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`Expected an http(s) URL, got ${protocol}`);
  return { baseUrl: href.replace(/\/+$/, ''), apiKey, fetch: givenFetch ?? ((input, init) => fetch(input, init)) };
}

/** The `ws:` or `wss:` URL of a path that begins with a slash. */
export function socketUrl({ baseUrl }: Endpoint, path: string): URL {
  return new URL(baseUrl.replace(/^http/, 'ws') + path);
}

/** Headers that authenticate a request. */
export function authorization({ apiKey }: Endpoint): Record<string, string> {
  return apiKey ? { authorization: `Bearer ${apiKey}` } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asProblem(value: unknown): Problem | undefined {
  const problem = value as Partial<Problem> | null | undefined;
  return typeof problem?.detail === 'string' || typeof problem?.title === 'string' ? (problem as Problem) : undefined;
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

function codeForStatus(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 409:
      return 'conflict';
    case 413:
      return 'payload_too_large';
    case 415:
      return 'unsupported_media_type';
    case 429:
      return 'too_many_requests';
    default:
      return status >= 500 ? (status === 503 ? 'unavailable' : 'internal') : 'bad_request';
  }
}

/** `?a=1&b=2`, without what is undefined. */
export function queryOf(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
