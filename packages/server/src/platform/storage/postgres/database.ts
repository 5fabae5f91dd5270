import { LookoutError } from '@lookout/protocol/core';
import pg from 'pg';
import type { DatabaseAddress } from './address.js';
import { describeFailure, isBroken, isCollision } from './failures.js';
import { checkSchema, migrate } from './migrate.js';

/** Bindable values; objects are passed as JSON text. */
export type Parameter = string | number | boolean | Uint8Array | null | readonly (string | number)[];
export type Row = Record<string, unknown>;

/** What runs statements: the database, each statement a transaction of its own, or one transaction. */
export interface Statements {
  /** All rows of a query. */
  all(sql: string, ...parameters: readonly Parameter[]): Promise<Row[]>;
  /** Runs a statement. @returns number of changed rows */
  run(sql: string, ...parameters: readonly Parameter[]): Promise<number>;
}

/** Connections of one node. Postgres allows 100 unless it is told otherwise. */
const MAX_CONNECTIONS = 10;
/** Maximum number of calls that wait for a connection. Each holds what it is to write. */
const MAX_WAITING_CALLS = 10_000;
/** How long a call waits for a connection, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
/** How long a statement may take, ms. The second is for a network that lost the answer. */
const STATEMENT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 12_000;
/** Attempts of a transaction that collides with others. */
const MAX_ATTEMPTS = 3;

const INT8_OID = 20;
/** Counts and times stay below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** Options of every connection. */
export function connectionOptions({ url }: DatabaseAddress): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'lookout',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    // A node that stops within a transaction must not keep its locks.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    types,
  };
}

/**
 * A Postgres database through a pool of connections, migrated to the newest schema or rejected unchanged. All failures are LookoutErrors,
 * `storage_failed` unless a value is to blame.
 */
export class PostgresDatabase implements Statements {
  /** The address, without password. */
  readonly name: string;
  readonly #pool: pg.Pool;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  private constructor(address: DatabaseAddress, options: pg.PoolConfig) {
    this.name = address.name;
    this.#pool = new pg.Pool({
      ...connectionOptions(address),
      max: MAX_CONNECTIONS,
      ...options,
      // A newer Lookout may have migrated the database since: then this one may not write to it any more.
      onConnect: (client) => checkSchema(client, address.name) as unknown as undefined,
    });
    // Of connections that nobody uses; the next call opens another.
    this.#pool.on('error', () => {});
  }

  /** @param options of its connections, where they are not those of all @throws LookoutError `storage_failed` */
  static async open(address: DatabaseAddress, options: pg.PoolConfig = {}): Promise<PostgresDatabase> {
    try {
      await migrate(connectionOptions(address), address.name);
    } catch (error) {
      throw describeFailure(address.name, error);
    }
    return new PostgresDatabase(address, options);
  }

  async all(sql: string, ...parameters: readonly Parameter[]): Promise<Row[]> {
    return (await this.#track(() => this.#pool.query<Row>(sql, [...parameters]))).rows;
  }

  async run(sql: string, ...parameters: readonly Parameter[]): Promise<number> {
    return (await this.#track(() => this.#pool.query(sql, [...parameters]))).rowCount ?? 0;
  }

  /** Runs `work` completely or not at all; again if it collides with another transaction. */
  async transaction<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#track(() => this.#attempt(work));
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !isCollision(error)) throw error;
      }
    }
  }

  /** `'ok'`, or why the database is not available, also if it does not say so within `deadlineMs`. */
  async check(deadlineMs: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      const message = `The database ${this.name} did not answer within ${deadlineMs / 1000} s`;
      timer = setTimeout(() => resolve(message), deadlineMs);
    });
    const answer = this.all('SELECT 1').then(
      () => 'ok',
      (error: LookoutError) => error.message,
    );
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  /** Finishes what was asked for before, then closes all connections. Idempotent; later calls are refused. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      await Promise.allSettled(this.#running);
      await this.#pool.end();
    })();
    return this.#closing;
  }

  async #attempt<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    // A connection that ends between two statements: the next one reports it.
    const ignore = () => {};
    client.on('error', ignore);
    let failure: unknown;
    try {
      await client.query('BEGIN');
      const result = await work(this.#statements(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error instanceof pg.DatabaseError ? describeFailure(this.name, error) : error;
      await client.query('ROLLBACK').catch((broken: unknown) => {
        failure = describeFailure(this.name, broken);
      });
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(isBroken(failure));
    }
  }

  #statements(client: pg.PoolClient): Statements {
    const query = (sql: string, parameters: readonly Parameter[]) =>
      client.query<Row>(sql, [...parameters]).catch((error: unknown) => {
        throw describeFailure(this.name, error);
      });
    return {
      all: async (sql, ...parameters) => (await query(sql, parameters)).rows,
      run: async (sql, ...parameters) => (await query(sql, parameters)).rowCount ?? 0,
    };
  }

  async #track<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new LookoutError('storage_failed', 'The database is closed');
    if (this.#running.size >= MAX_WAITING_CALLS) {
      const message = `The database ${this.name} is too slow: ${MAX_WAITING_CALLS} calls wait for it`;
      throw new LookoutError('storage_failed', message, {
        hint: 'Check the load and the disk of the database server.',
      });
    }
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      // A programming mistake outside of the driver stays one.
      throw error instanceof TypeError || error instanceof RangeError ? error : describeFailure(this.name, error);
    } finally {
      this.#running.delete(running);
    }
  }
}

/** The bytes of a `bytea`, which the driver returns as a `Buffer`. */
export function bytesOf(value: unknown): Uint8Array {
  return new Uint8Array(value as Buffer);
}
