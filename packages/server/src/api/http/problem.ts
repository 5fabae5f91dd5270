import { STATUS_CODES } from 'node:http';
import { machineError } from '@lookout/media';
import { ERROR_CODES, type ErrorCode, LookoutError, type LookoutErrorOptions, type Problem } from '@lookout/protocol';
import { z } from 'zod';
import { describeIssue } from '../../platform/input/issues.js';
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Most limits are about work in progress, which ends soon. */
const DEFAULT_RETRY_AFTER_S = 1;

/** Problem document (RFC 9457) of an error code. */
export function problem(
  code: ErrorCode,
  detail: string,
  extra: Pick<LookoutErrorOptions, 'hint' | 'errors' | 'rules' | 'retryAfterS'> = {},
): Problem {
  const { status } = ERROR_CODES[code];
  const { retryAfterS = status === 429 ? DEFAULT_RETRY_AFTER_S : undefined } = extra;
  return {
    type: `urn:lookout:error:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    ...(extra.hint !== undefined && { hint: extra.hint }),
    ...(retryAfterS !== undefined && { retry_after_s: retryAfterS }),
    ...(extra.errors !== undefined && { errors: [...extra.errors] }),
    ...(extra.rules !== undefined && { rules: [...extra.rules] }),
  };
}

/**
 * Converts any error into a problem document: a LookoutError, fields rejected by a schema, errors of the HTTP layer, and
 * otherwise a 500 without internal details.
 */
export function problemOf(error: unknown, refused?: unknown): Problem {
  if (error instanceof LookoutError) return problem(error.code, error.message, error);
  if (error instanceof z.ZodError) return validationProblem(error, refused);
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  const known = typeof code === 'string' ? HTTP_ERRORS[code] : undefined;
  if (known) return problem(known[0], known[1]);
  const ours = typeof code === 'string' ? machineError(code) : undefined;
  if (ours) return problem(ours.code, ours.message, ours);
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return {
      ...problem('bad_request', String(message)),
      status: statusCode,
      title: STATUS_CODES[statusCode] ?? 'Error',
    };
  }
  return problem('internal', 'The server failed to answer this request; see its log for the reason', {
    hint: 'Try again.',
  });
}

/** Headers of a problem document. */
export function problemHeaders({ status, retry_after_s }: Problem): Record<string, string> {
  return {
    'Content-Type': PROBLEM_TYPE,
    'Cache-Control': 'no-store',
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...(retry_after_s !== undefined && { 'Retry-After': String(retry_after_s) }),
  };
}

/** Lists each invalid field in `errors[]`, and all of them in `detail`. */
export function validationProblem(error: z.ZodError, input: unknown): Problem {
  const fields = error.issues.flatMap((issue) => describeIssue(issue, input)).slice(0, 50);
  const errors = fields.map(({ path, message }) => ({ field: path, message }));
  const detail = errors.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
  return problem('validation_failed', detail.slice(0, 1000), { errors });
}

/** Errors raised by Fastify before a handler runs. */
const HTTP_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad_request', 'The body is not valid JSON'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['bad_request', 'The body is empty; expected JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The length of the body does not match Content-Length'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Expected Content-Type: application/json'],
  FST_ERR_CTP_EMPTY_TYPE: ['unsupported_media_type', 'Expected Content-Type: application/json'],
  FST_CP_ERR_INVALID_CONTENT_ENCODING: [
    'unsupported_media_type',
    'Expected Content-Encoding: gzip, deflate or identity',
  ],
  FST_CP_ERR_INVALID_CONTENT: ['bad_request', 'The body does not match its Content-Encoding'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body exceeds the limit of this route'],
  FST_ERR_BAD_URL: ['bad_request', 'The URL is malformed'],
  FST_ERR_MAX_PARAM_LENGTH: ['uri_too_long', 'A part of the URL is too long'],
};

/**
 * Extra error fields for clients of other products' APIs: those of DeepStack and CodeProject.AI under `/v1`, and of the KServe
 * protocol under `/v2`.
 */
export function dialectFields(path: string, { detail }: Pick<Problem, 'detail'>): object {
  if (/^\/v1(\/|$)/.test(path)) return { success: false, error: detail };
  if (/^\/v2(\/|$)/.test(path)) return { error: detail };
  return {};
}
