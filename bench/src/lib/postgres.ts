import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from './figures.js';

const VERSIONS = '/usr/lib/postgresql';
/** Debian's user and group without rights: Postgres does not run as root. */
const NOBODY = 65_534;
const START_TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 50;

export interface PostgresOptions {
  /** Where it listens besides its own folder. */
  readonly host: string;
  readonly port: number;
  /** Starts it elsewhere, such as in a network namespace: `['ip', 'netns', 'exec', 'db']`. */
  readonly command?: readonly string[];
  /** More of its settings: `['fsync=off']`. */
  readonly settings?: readonly string[];
}

/** A Postgres of a bench, in a folder of its own that is removed at the end. Its database is asked past the network, by a socket there. */
export class BenchPostgres {
  /** The address of the database over TCP. */
  readonly url: string;
  readonly #options: PostgresOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lookout-bench-pg-'));
  readonly #user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
  #child: ChildProcess | undefined;

  private constructor(options: PostgresOptions) {
    this.#options = options;
    this.url = `postgres://lookout@${options.host}:${options.port}/lookout`;
  }

  /** @throws Error if Postgres is not installed or does not start */
  static async start(options: PostgresOptions): Promise<BenchPostgres> {
    const postgres = new BenchPostgres(options);
    try {
      postgres.#init();
      await postgres.#run();
      postgres.#tool('createdb', '-h', postgres.#folder, '-p', `${options.port}`, '-U', 'lookout', 'lookout');
      return postgres;
    } catch (error) {
      await postgres.close();
      throw error;
    }
  }

  /** Runs SQL. @returns what psql prints, one row a line, columns separated by | */
  query(sql: string): string {
    const to = ['-h', this.#folder, '-p', `${this.#options.port}`, '-U', 'lookout', '-d', 'lookout'];
    return this.#tool('psql', ...to, '-v', 'ON_ERROR_STOP=1', '-qtAc', sql).trim();
  }

  /** Restarts it without an orderly end, as `pg_ctl restart -m immediate` does: it then recovers from its log. */
  async restartImmediately(): Promise<void> {
    await this.#end('SIGQUIT');
    await this.#run();
  }

  async close(): Promise<void> {
    await this.#end('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #init(): void {
    chmodSync(this.#folder, 0o755);
    if (this.#user) chownSync(this.#folder, NOBODY, NOBODY);
    this.#tool('initdb', '-D', this.#data, '-U', 'lookout', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync');
    appendFileSync(join(this.#data, 'pg_hba.conf'), `host all all ${this.#options.host}/16 trust\n`);
  }

  async #run(): Promise<void> {
    const { host, port, command = [], settings = [] } = this.#options;
    const all = [`listen_addresses=${host}`, `port=${port}`, `unix_socket_directories=${this.#folder}`, ...settings];
    const user = this.#user ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    const [program = '', ...args] = [...command, ...user, join(postgresBin(), 'postgres'), '-D', this.#data];
    const child = spawn(program, [...args, ...all.flatMap((one) => ['-c', one])], {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (text) => {
      log = `${log}${text}`.slice(-2000);
    });
    this.#child = child;
    for (let waitedMs = 0; !this.#isReady(); waitedMs += LOOK_EVERY_MS) {
      if (child.exitCode !== null || waitedMs > START_TIMEOUT_MS) throw new Error(`Postgres did not start: ${log}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  #isReady(): boolean {
    try {
      this.#tool('pg_isready', '-q', '-h', this.#folder, '-p', `${this.#options.port}`);
      return true;
    } catch {
      return false;
    }
  }

  async #end(signal: 'SIGQUIT'): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await exited;
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  #tool(program: string, ...args: string[]): string {
    return execFileSync(join(postgresBin(), program), args, {
      ...this.#user,
      cwd: this.#folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

/** Folder of the programs of the newest Postgres here. */
function postgresBin(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).map(Number).filter(Number.isFinite) : [];
  if (versions.length === 0) throw new Error('This bench needs the Debian package postgresql');
  return join(VERSIONS, String(Math.max(...versions)), 'bin');
}
