import { type ErrorCode, LookoutError } from '@lookout/protocol/core';

/** What the thread is started with. */
export interface SqliteThreadData {
  path: string;
  migrates: boolean;
}

/** One call of a repository's method, or of the database itself. */
export interface Call {
  id: number;
  target: string;
  method: string;
  given: readonly unknown[];
}

/** From the main thread: the calls of one turn of its loop, in order. */
export type Calls = readonly Call[];

/** A failure as it crosses to the main thread: structured cloning keeps no class but those of the language. */
export type Failure =
  | { kind: 'known'; code: ErrorCode; message: string; hint: string | undefined; cause: unknown }
  | { kind: 'mistake'; error: unknown };

export type Answer = { id: number; ok: true; result: unknown } | { id: number; ok: false; failure: Failure };

/** From the thread: first whether the database is open, then answers. */
export type FromThread = { opened: true } | { opened: false; failure: Failure } | { answers: readonly Answer[] };

export function toFailure(error: unknown): Failure {
  if (!(error instanceof LookoutError)) return { kind: 'mistake', error };
  const { code, message, hint, cause } = error;
  // Causes of other kinds may hold what can't be cloned.
  return { kind: 'known', code, message, hint, cause: cause instanceof Error ? new Error(cause.message) : undefined };
}

export function fromFailure(failure: Failure): unknown {
  if (failure.kind === 'mistake') return failure.error;
  const { code, message, hint, cause } = failure;
  return new LookoutError(code, message, { ...(hint !== undefined && { hint }), cause });
}
