import { CameraConfig, CameraRegions, LookoutError } from '@lookout/protocol';
import type { CameraRepository, LinkRepository, RegionRepository, TrackIdRepository } from '../repositories/index.js';
import { bytesOf, type PostgresDatabase } from './database.js';
import { isDuplicate } from './failures.js';
import { leaseLost, ownerTable } from './leases.js';

export class PostgresCameras implements CameraRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async list(): Promise<CameraConfig[]> {
    const rows = await this.#db.all('SELECT id, config FROM cameras ORDER BY created_at, position');
    return rows.map(({ id, config }) => {
      const result = CameraConfig.safeParse(config);
      if (result.success) return result.data;
      const field = result.error.issues[0]?.path.join('.') ?? '';
      throw unreadable(`The stored camera "${String(id)}" can't be read: ${field} is not valid`, result.error);
    });
  }

  async insert(camera: CameraConfig): Promise<void> {
    try {
      await this.#db.run(
        'INSERT INTO cameras (id, config, created_at) VALUES ($1, $2, extract(epoch FROM clock_timestamp()) * 1000)',
        camera.id,
        JSON.stringify(camera),
      );
    } catch (error) {
      if (isDuplicate(error)) throw new LookoutError('conflict', `A camera "${camera.id}" already exists`);
      throw error;
    }
  }

  async update(camera: CameraConfig): Promise<void> {
    const { id } = camera;
    const rows = await this.#db.run('UPDATE cameras SET config = $2 WHERE id = $1', id, JSON.stringify(camera));
    if (rows === 0) throw new LookoutError('not_found', `There is no stored camera "${id}"`);
  }

  async remove(id: string): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      // Before the keys themselves, as all changes of keys lock it.
      await transaction.run('SELECT FROM key_changes FOR UPDATE');
      for (const sql of [
        'DELETE FROM cameras WHERE id = $1',
        'DELETE FROM camera_links WHERE camera_id = $1',
        'DELETE FROM camera_shares WHERE camera_id = $1',
        'DELETE FROM suppressions WHERE camera = $1',
        'DELETE FROM phrase_calibrations WHERE camera = $1',
        'DELETE FROM camera_regions WHERE camera_id = $1',
        'DELETE FROM leases WHERE camera = $1',
        'UPDATE api_keys SET cameras = cameras - $1 WHERE cameras ? $1',
        'UPDATE users SET cameras = cameras - $1 WHERE cameras ? $1',
      ]) {
        await transaction.run(sql, id);
      }
    });
  }
}

export class PostgresRegions implements RegionRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async get(cameraId: string): Promise<CameraRegions | undefined> {
    const [row] = await this.#db.all('SELECT regions FROM camera_regions WHERE camera_id = $1', cameraId);
    if (row === undefined) return undefined;
    const result = CameraRegions.safeParse(row.regions);
    if (result.success) return result.data;
    throw unreadable(`The areas and lines of camera "${cameraId}" can't be read`, result.error);
  }

  async put(cameraId: string, regions: CameraRegions): Promise<void> {
    await this.#db.run(
      `INSERT INTO camera_regions (camera_id, regions) VALUES ($1, $2)
       ON CONFLICT (camera_id) DO UPDATE SET regions = excluded.regions`,
      cameraId,
      JSON.stringify(regions),
    );
  }
}

export class PostgresLinks implements LinkRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async seed(cameraId: string, fresh: Uint8Array): Promise<Uint8Array> {
    // The update changes nothing: it is what makes a row that was there be returned, also one that another node has just inserted.
    const [row] = await this.#db.all(
      `INSERT INTO camera_links AS stored (camera_id, seed) VALUES ($1, $2)
       ON CONFLICT (camera_id) DO UPDATE SET seed = stored.seed RETURNING seed`,
      cameraId,
      fresh,
    );
    return bytesOf(row?.seed);
  }

  async put(cameraId: string, seed: Uint8Array): Promise<void> {
    await this.#db.run(
      `INSERT INTO camera_links (camera_id, seed) VALUES ($1, $2)
       ON CONFLICT (camera_id) DO UPDATE SET seed = excluded.seed`,
      cameraId,
      seed,
    );
  }
}

export class PostgresTrackIds implements TrackIdRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async reserve(cameraId: string, count: number, epoch?: number): Promise<number> {
    const [row] = await this.#db.all(
      `WITH ${ownerTable({ camera: '$1', epoch: '$3' })}
       INSERT INTO track_ids AS stored (camera_id, next_id) SELECT $1, 1 + $2::bigint FROM owner
       ON CONFLICT (camera_id) DO UPDATE SET next_id = stored.next_id + $2 RETURNING next_id - $2 AS first`,
      cameraId,
      count,
      epoch ?? null,
    );
    if (row === undefined) throw leaseLost(cameraId);
    return Number(row.first);
  }
}

function unreadable(message: string, cause: unknown): LookoutError {
  return new LookoutError('storage_failed', message, { hint: 'Restore a dump of the database.', cause });
}
