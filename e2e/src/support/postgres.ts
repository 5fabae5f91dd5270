import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSIONS = '/usr/lib/postgresql';
/** Debian's user and group without rights: Postgres does not run as root. */
const NOBODY = 65_534;
const OPTIONS = "-c listen_addresses='' -c fsync=off -c jit=off -c shared_buffers=32MB";

/** A Postgres of its own, in a folder that is removed at the end. */
export class Postgres {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lookout-pg-'));
  readonly #user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

  constructor() {
    chmodSync(this.#folder, 0o755);
    if ('uid' in this.#user) chownSync(this.#folder, NOBODY, NOBODY);
    this.#run('initdb', '-D', this.#data, '-U', 'lookout', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
    this.start();
    this.#run('createdb', '-h', this.#folder, '-U', 'lookout', 'lookout');
  }

  get url(): string {
    return `postgres:///lookout?host=${encodeURIComponent(this.#folder)}&user=lookout`;
  }

  start(): void {
    const options = `${OPTIONS} -k ${this.#folder}`;
    this.#run('pg_ctl', 'start', '-D', this.#data, '-w', '-s', '-l', join(this.#folder, 'log'), '-o', options);
  }

  stop(): void {
    this.#run('pg_ctl', 'stop', '-D', this.#data, '-m', 'immediate', '-s');
  }

  /** Runs SQL. @returns what psql prints */
  query(sql: string): string {
    return this.#run('psql', '-h', this.#folder, '-U', 'lookout', '-d', 'lookout', '-tAc', sql).trim();
  }

  close(): void {
    if (existsSync(join(this.#data, 'postmaster.pid'))) this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  #run(program: string, ...args: string[]): string {
    const newest = Math.max(...readdirSync(VERSIONS).map(Number).filter(Number.isFinite));
    return execFileSync(join(VERSIONS, String(newest), 'bin', program), args, {
      ...this.#user,
      cwd: this.#folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }
}
