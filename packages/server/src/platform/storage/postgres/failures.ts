import { LookoutError } from '@lookout/protocol/core';
import pg from 'pg';

/** What to say of the codes of Postgres and of the network. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REASONS: readonly [code: RegExp, reason: string, hint: string][] = [
  [/^ECONNREFUSED$|^ENOENT$/, 'nothing answers there', 'Start Postgres, or check the address.'],
  [/^ENOTFOUND$|^EAI_AGAIN$/, 'there is no host of that name', 'Check the address.'],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/, 'there is no route to it', 'Check the network and the firewall.'],
  [/^28/, 'it does not accept this user and password', 'Check the user and password of the address.'],
  [/^3D000$/, 'there is no database of that name', 'Create it, for example with: createdb --owner USER NAME'],
  [/^42501$/, 'this user may not do that', 'Make the user the owner of the database.'],
  [/^53100$/, 'its disk is full', 'Free some space there. Nothing was changed.'],
  [/^53300$/, 'it has too many connections', 'Raise max_connections of Postgres; a node needs up to 13.'],
  [/^25006$/, 'it is read-only', 'Use the address of the primary server.'],
  [/^57P03$/, 'it is starting or shutting down', 'Try again in a moment.'],
  [/^57014$/, 'a statement took too long', 'Check the load and the disk of the database server.'],
  [/^(57P0|08|ECONNRESET$|EPIPE$)/, 'the connection was lost', 'Check Postgres and the network to it.'],
];

/** A failure of the database as users see it. @param name the address, without password */
export function describeFailure(name: string, error: unknown): LookoutError {
  if (error instanceof LookoutError) return error;
  const code = codeOf(error);
  if (code === '22021' || code === '22P05') {
    return new LookoutError('bad_request', 'Text can’t contain the character NUL', { cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  const [, reason, hint] = REASONS.find(([pattern]) => pattern.test(code)) ?? [];
  // The driver has no codes for these.
  const isAway = /timeout|timed out|terminated/i.test(message) && !(error instanceof pg.DatabaseError);
  return new LookoutError(
    'storage_failed',
    `Can't use the database ${name}: ${reason ?? (isAway ? 'it does not answer' : message)}`,
    { hint: hint ?? (isAway ? 'Check Postgres and the network to it.' : undefined), cause: error },
  );
}

/** Whether a write failed because the row already exists. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof LookoutError && codeOf(error.cause) === '23505';
}

/** Whether two transactions waited for each other, so that this one may succeed if it is tried again. */
export function isCollision(error: unknown): boolean {
  return error instanceof LookoutError && /^40(001|P01)$/.test(codeOf(error.cause));
}

/** Whether the connection can't be used any more. */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof LookoutError) || error.cause === undefined) return false;
  return !(error.cause instanceof pg.DatabaseError) || /^(57P|08)/.test(codeOf(error.cause));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
