import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { asPostgres, postgresBin } from './shared-postgres.js';

declare module 'vitest' {
  interface ProvidedContext {
    postgresFolder: string;
  }
}

const START_DEADLINE_MS = 30_000;
/** Nothing here outlives the run. */
const OPTIONS =
  "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c jit=off -c shared_buffers=32MB -c max_connections=200";

/** A new, empty database of the run's Postgres. @returns its address */
export async function createTestDatabase(name: string): Promise<string> {
  const folder = inject('postgresFolder');
  await startOnce(folder);
  const admin = new pg.Client({ connectionString: addressOf(folder, 'postgres') });
  await admin.connect();
  await admin.query(`CREATE DATABASE "${name}"`).finally(() => admin.end());
  return addressOf(folder, name);
}

function addressOf(folder: string, database: string): string {
  return `postgres:///${database}?host=${encodeURIComponent(folder)}&user=lookout`;
}

/** Several processes run tests: one of them starts it. */
async function startOnce(folder: string): Promise<void> {
  const outcome = join(folder, 'started');
  try {
    mkdirSync(join(folder, 'starting'));
    writeFileSync(outcome, start(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!existsSync(outcome) || readFileSync(outcome, 'utf8') === '') {
      if (Date.now() > deadline) throw new Error(`Postgres has not started in ${folder}`);
      await wait(50);
    }
  }
}

function start(folder: string): string {
  const user = asPostgres();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const run = (program: string, ...args: string[]) =>
    execFileSync(join(postgresBin(), program), args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  run(
    'initdb',
    '-D',
    data,
    '-U',
    'lookout',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  );
  run('pg_ctl', 'start', '-D', data, '-w', '-s', '-l', join(folder, 'log'), '-o', `${OPTIONS} -k ${folder}`);
  return 'yes';
}
