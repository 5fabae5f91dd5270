import { LookoutError } from '@lookout/protocol/core';
import pg from 'pg';

/** The address of a Postgres database. */
export interface DatabaseAddress {
  /** With the password. */
  readonly url: string;
  /** For people: `postgres://lookout@host:5432/lookout`. */
  readonly name: string;
}

/** @throws LookoutError `config_invalid` that does not repeat the address */
export function parseAddress(url: string): DatabaseAddress {
  try {
    if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('expected postgres://');
    const { user, host, port, database } = new pg.Client({ connectionString: url });
    const at = host.startsWith('/') ? '' : `${host}:${port}`;
    return { url, name: `postgres://${user === undefined ? '' : `${user}@`}${at}/${database ?? ''}` };
  } catch {
    // Without the cause, which repeats the address with its password.
    throw new LookoutError('config_invalid', 'The address of the database is not valid', {
      hint: 'Expected: postgres://USER:PASSWORD@HOST:5432/DATABASE',
    });
  }
}
