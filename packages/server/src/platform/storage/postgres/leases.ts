import { LookoutError } from '@lookout/protocol/core';
import {
  type Heirs,
  type Lease,
  type LeaseRepository,
  type NodeReport,
  type NodeRepository,
  STRANGER_WAIT_TTLS,
  type StoredNode,
} from '../repositories/index.js';
import type { Statements } from './database.js';

export class PostgresLeases implements LeaseRepository {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  async claim(camera: string, node: string, ttlMs: number, heirs?: Heirs): Promise<number | undefined> {
    // The epoch is taken again where a lease is replaced: by then, another claim may have come first with a larger one.
    const [row] = await this.#db.all(
      `INSERT INTO leases (camera, node, epoch, until, heirs, heirs_version)
       VALUES ($1, $2, nextval('lease_epochs'), clock_timestamp() + $3 * interval '1 ms', $4::text[], $5)
       ON CONFLICT (camera) DO UPDATE SET node = excluded.node, epoch = nextval('lease_epochs'), successor = NULL,
         until = clock_timestamp() + $3 * interval '1 ms', heirs = excluded.heirs, heirs_version = excluded.heirs_version
       WHERE leases.until <= clock_timestamp() - interval '1 ms' *
         CASE WHEN leases.heirs IS NULL OR leases.node IN ('', $2) OR $2 = ANY (leases.heirs) THEN 0
           ELSE ${STRANGER_WAIT_TTLS} * $3 END
       RETURNING epoch`,
      camera,
      node,
      ttlMs,
      heirs?.nodes ?? null,
      heirs?.version ?? 0,
    );
    return row && Number(row.epoch);
  }

  async renew(
    node: string,
    held: Parameters<LeaseRepository['renew']>[1],
    ttlMs: number,
    heirs?: Heirs,
  ): Promise<string[]> {
    const rows = await this.#db.all(
      `UPDATE leases SET until = clock_timestamp() + $4 * interval '1 ms',
         heirs = CASE WHEN $6 >= heirs_version THEN $5::text[] ELSE heirs END, heirs_version = greatest($6, heirs_version)
       FROM unnest($2::text[], $3::bigint[]) AS held (camera, epoch)
       WHERE leases.camera = held.camera AND leases.epoch = held.epoch AND node = $1
       RETURNING leases.camera`,
      node,
      held.map(({ camera }) => camera),
      held.map(({ epoch }) => epoch),
      ttlMs,
      heirs?.nodes ?? null,
      heirs?.version ?? 0,
    );
    return rows.map(({ camera }) => String(camera));
  }

  async offer({ camera, epoch, successor }: Parameters<LeaseRepository['offer']>[0]): Promise<boolean> {
    const sql = 'UPDATE leases SET successor = $3 WHERE camera = $1 AND epoch = $2';
    return (await this.#db.run(sql, camera, epoch, successor ?? null)) > 0;
  }

  async takeOver(camera: string, node: string, ttlMs: number, heirs?: Heirs): Promise<number | undefined> {
    const [row] = await this.#db.all(
      `UPDATE leases SET node = $2, epoch = nextval('lease_epochs'), successor = NULL,
         until = clock_timestamp() + $3 * interval '1 ms', heirs = $4::text[], heirs_version = $5
       WHERE camera = $1 AND successor = $2 AND until > clock_timestamp() AND (heirs IS NULL OR $2 = ANY (heirs))
       RETURNING epoch`,
      camera,
      node,
      ttlMs,
      heirs?.nodes ?? null,
      heirs?.version ?? 0,
    );
    return row && Number(row.epoch);
  }

  async release(node: string, held: Parameters<LeaseRepository['release']>[1]): Promise<void> {
    // Without its node, so that others are told.
    await this.#db.run(
      `UPDATE leases SET until = '-infinity', node = '' FROM unnest($2::text[], $3::bigint[]) AS held (camera, epoch)
       WHERE leases.camera = held.camera AND leases.epoch = held.epoch AND node = $1`,
      node,
      held.map(({ camera }) => camera),
      held.map(({ epoch }) => epoch),
    );
  }

  async list(): Promise<Lease[]> {
    const rows = await this.#db.all(
      `SELECT camera, node, epoch, successor, heirs,
         extract(epoch FROM greatest(until, 'epoch') - clock_timestamp())::float8 * 1000 AS left_ms
       FROM leases ORDER BY camera`,
    );
    return rows.map(({ camera, node, epoch, successor, heirs, left_ms }) => ({
      camera: String(camera),
      node: String(node),
      epoch: Number(epoch),
      leftMs: Number(left_ms),
      successor: successor === null ? undefined : String(successor),
      heirs: heirs === null ? undefined : (heirs as string[]),
    }));
  }
}

/** Of a statement that writes for a camera: the parameters are `$n`, with the epoch last; null: there are no leases. */
export interface Fence {
  readonly camera: string;
  readonly epoch: string;
}

/**
 * A table `owner`, of one row if the writer may write for the camera, else of none. The lease stays locked until the statement is
 * committed, so that nobody takes the camera in between.
 */
export function ownerTable({ camera, epoch }: Fence): string {
  return `lease AS MATERIALIZED (SELECT FROM leases WHERE camera = ${camera} AND epoch = ${epoch}::bigint FOR SHARE),
    owner AS MATERIALIZED (SELECT WHERE ${epoch}::bigint IS NULL OR EXISTS (SELECT FROM lease))`;
}

export function leaseLost(camera: string): LookoutError {
  return new LookoutError('lease_lost', `Another node has taken the camera "${camera}" over`);
}

export class PostgresNodes implements NodeRepository {
  readonly #db: Statements;

  constructor(db: Statements) {
    this.#db = db;
  }

  async report({ id, name, url, version, labels, cores, load, since }: NodeReport, ttlMs: number): Promise<boolean> {
    const rows = await this.#db.run(
      `INSERT INTO nodes (id, name, url, version, labels, load, since, cores, until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + $9 * interval '1 ms')
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, version = excluded.version,
         labels = excluded.labels, load = excluded.load, since = excluded.since, cores = excluded.cores,
         joined = CASE WHEN nodes.since = excluded.since THEN nodes.joined ELSE clock_timestamp() END,
         until = clock_timestamp() + $9 * interval '1 ms'
       WHERE nodes.since = excluded.since OR nodes.until <= clock_timestamp()`,
      id,
      name,
      url,
      version,
      JSON.stringify(labels),
      load,
      Math.round(since),
      cores,
      ttlMs,
    );
    return rows > 0;
  }

  async list(): Promise<StoredNode[]> {
    const rows = await this.#db.all(
      `SELECT id, name, url, version, labels, load, since, cores, is_draining, until > clock_timestamp() AS is_alive,
         (EXTRACT(EPOCH FROM clock_timestamp() - joined) * 1000)::float8 AS up_ms
       FROM nodes ORDER BY id`,
    );
    return rows.map(({ is_draining, is_alive, up_ms, ...row }) => ({
      ...(row as unknown as NodeReport),
      isDraining: is_draining === true,
      isAlive: is_alive === true,
      upMs: Number(up_ms),
    }));
  }

  async setDraining(id: string, isDraining: boolean): Promise<void> {
    const rows = await this.#db.run('UPDATE nodes SET is_draining = $2 WHERE id = $1', id, isDraining);
    if (rows === 0) throw new LookoutError('not_found', `There is no node "${id}"`);
  }

  async remove(id: string): Promise<void> {
    await this.#db.run('DELETE FROM nodes WHERE id = $1', id);
  }

  async forgetSilent(silentMs: number): Promise<string[]> {
    const rows = await this.#db.all(
      "DELETE FROM nodes WHERE until < clock_timestamp() - $1 * interval '1 ms' RETURNING id",
      silentMs,
    );
    return rows.map(({ id }) => String(id)).sort();
  }
}
