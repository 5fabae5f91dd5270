import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const VERSIONS = '/usr/lib/postgresql';
/** Debian's user and group without rights: Postgres does not run as root. */
const NOBODY = 65_534;

/** Gives the tests of a run one Postgres, which the first test that needs it starts, and ends it after the run. */
export default function endSharedPostgres(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-pg-'));
  project.provide('postgresFolder', folder);
  return () => {
    const data = join(folder, 'data');
    if (existsSync(join(data, 'postmaster.pid'))) {
      execFileSync(join(postgresBin(), 'pg_ctl'), ['stop', '-D', data, '-m', 'immediate', '-s'], asPostgres());
    }
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Folder of the programs of the newest Postgres here. */
export function postgresBin(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).map(Number).filter(Number.isFinite) : [];
  if (versions.length === 0) throw new Error('Tests of Postgres need the Debian package postgresql');
  return join(VERSIONS, String(Math.max(...versions)), 'bin');
}

/** The user that Postgres runs as. */
export function asPostgres(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}
