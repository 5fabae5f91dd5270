import { LookoutError } from '@lookout/protocol/core';
import pg from 'pg';
import { MIGRATIONS } from './migrations.js';

type Queries = Pick<pg.ClientBase, 'query'>;

/** Of the lock that one node migrates under; a number of our own choice. */
const MIGRATION_LOCK = 0x4c6b4d67;
/** Steps may rewrite large tables. */
const MIGRATION_TIMEOUT_MS = 3_600_000;

/**
 * Brings a database to the newest schema, in one transaction; one node does it, and others wait for it.
 * @param steps others than those of this version, for tests
 * @throws LookoutError `storage_failed` if a newer Lookout has written it @throws Error of the driver
 */
export async function migrate(options: pg.ClientConfig, name: string, steps = MIGRATIONS): Promise<void> {
  const client = new pg.Client({ ...options, statement_timeout: 0, query_timeout: MIGRATION_TIMEOUT_MS });
  // Whatever ends the connection fails the statement that runs.
  client.on('error', () => {});
  try {
    await client.connect();
    await checkServer(client, name);
    if ((await versionOf(client, name, steps.length)) === steps.length) return;
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query('CREATE TABLE IF NOT EXISTS lookout_schema (version integer NOT NULL)');
    // From here on new connections wait in `checkSchema`, and those that are open end: no older Lookout writes to the new schema.
    await client.query('LOCK TABLE lookout_schema IN ACCESS EXCLUSIVE MODE');
    const version = await versionOf(client, name, steps.length);
    if (version > 0 && version < steps.length) await endOthers(client);
    for (const step of steps.slice(version)) await client.query(step);
    await client.query('DELETE FROM lookout_schema');
    await client.query('INSERT INTO lookout_schema (version) VALUES ($1)', [steps.length]);
    await client.query('COMMIT');
  } finally {
    // Also ends a transaction that was not committed.
    await client.end().catch(() => {});
  }
}

/** @throws LookoutError `storage_failed` unless the database has the schema of this version */
export async function checkSchema(client: Queries, name: string): Promise<void> {
  if ((await versionOf(client, name)) === MIGRATIONS.length) return;
  throw new LookoutError('storage_failed', `The database ${name} is not that of this Lookout any more`, {
    hint: 'Restart the server.',
  });
}

async function checkServer(client: Queries, name: string): Promise<void> {
  const { rows } = await client.query<{ number: string; encoding: string }>(
    "SELECT current_setting('server_version_num') AS number, current_setting('server_encoding') AS encoding",
  );
  const { number = '0', encoding = '' } = rows[0] ?? {};
  const major = Math.floor(Number(number) / 10_000);
  if (major < 15) {
    throw new LookoutError('storage_failed', `The database ${name} is Postgres ${major}; Lookout needs 15 or newer`);
  }
  if (encoding !== 'UTF8') {
    throw new LookoutError('storage_failed', `The database ${name} has the encoding ${encoding}; Lookout needs UTF8`, {
      hint: 'Create one with: createdb --encoding UTF8 --template template0 NAME',
    });
  }
}

/** 0: an empty database. @throws LookoutError `storage_failed` if it is newer than `known` */
async function versionOf(client: Queries, name: string, known = MIGRATIONS.length): Promise<number> {
  const { rows: found } = await client.query<{ exists: boolean }>(
    "SELECT to_regclass('lookout_schema') IS NOT NULL AS exists",
  );
  if (!found[0]?.exists) return 0;
  const { rows } = await client.query<{ version: number }>('SELECT version FROM lookout_schema');
  const version = rows[0]?.version ?? 0;
  if (version <= known) return version;
  throw new LookoutError(
    'storage_failed',
    `The database ${name} was written by a newer Lookout (schema ${version}; this version knows ${known})`,
    { hint: 'Run that version on this machine too, or restore a dump made before the upgrade.' },
  );
}

async function endOthers(client: Queries): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'lookout%'`,
  );
}
