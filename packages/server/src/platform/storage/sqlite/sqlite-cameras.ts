import { CameraConfig, CameraRegions, LookoutError } from '@lookout/protocol';
import type { CameraRepository, LinkRepository, RegionRepository, TrackIdRepository } from '../repositories/index.js';
import { bytesOf, isDuplicate, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteCameras implements Sync<CameraRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(): CameraConfig[] {
    return this.#db.all('SELECT id, config FROM cameras ORDER BY created_at, rowid').map(({ id, config }) => {
      const result = CameraConfig.safeParse(JSON.parse(String(config)));
      if (result.success) return result.data;
      const field = result.error.issues[0]?.path.join('.') ?? '';
      throw new LookoutError(
        'storage_failed',
        `The stored camera "${String(id)}" can't be read: ${field} is not valid`,
        {
          hint: 'Restore a backup of the database.',
          cause: result.error,
        },
      );
    });
  }

  insert(camera: CameraConfig): void {
    try {
      this.#db.run(
        'INSERT INTO cameras (id, config, created_at) VALUES (?, ?, ?)',
        camera.id,
        JSON.stringify(camera),
        Date.now(),
      );
    } catch (error) {
      if (isDuplicate(error)) throw new LookoutError('conflict', `A camera "${camera.id}" already exists`);
      throw error;
    }
  }

  update(camera: CameraConfig): void {
    const { id } = camera;
    const rows = this.#db.run('UPDATE cameras SET config = ? WHERE id = ?', JSON.stringify(camera), id);
    if (rows === 0) throw new LookoutError('not_found', `There is no stored camera "${id}"`);
  }

  remove(id: string): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM cameras WHERE id = ?', id);
      this.#db.run('DELETE FROM camera_links WHERE camera_id = ?', id);
      this.#db.run('DELETE FROM camera_shares WHERE camera_id = ?', id);
      this.#db.run('DELETE FROM suppressions WHERE camera = ?', id);
      this.#db.run('DELETE FROM phrase_calibrations WHERE camera = ?', id);
      this.#db.run('DELETE FROM camera_regions WHERE camera_id = ?', id);
      for (const table of ['api_keys', 'users'])
        this.#db.run(
          `UPDATE ${table} SET cameras = (SELECT json_group_array(value) FROM json_each(cameras) WHERE value <> ?)
           WHERE EXISTS (SELECT 1 FROM json_each(cameras) WHERE value = ?)`,
          id,
          id,
        );
    });
  }
}

export class SqliteRegions implements Sync<RegionRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  get(cameraId: string): CameraRegions | undefined {
    const [row] = this.#db.all('SELECT regions FROM camera_regions WHERE camera_id = ?', cameraId);
    if (row === undefined) return undefined;
    const result = CameraRegions.safeParse(JSON.parse(String(row.regions)));
    if (result.success) return result.data;
    throw new LookoutError('storage_failed', `The areas and lines of camera "${cameraId}" can't be read`, {
      hint: 'Restore a backup of the database.',
      cause: result.error,
    });
  }

  put(cameraId: string, regions: CameraRegions): void {
    this.#db.run(
      'INSERT OR REPLACE INTO camera_regions (camera_id, regions) VALUES (?, ?)',
      cameraId,
      JSON.stringify(regions),
    );
  }
}

export class SqliteLinks implements Sync<LinkRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  seed(cameraId: string, fresh: Uint8Array): Uint8Array {
    const [row] = this.#db.all('SELECT seed FROM camera_links WHERE camera_id = ?', cameraId);
    if (row !== undefined) return bytesOf(row.seed);
    this.put(cameraId, fresh);
    return fresh;
  }

  put(cameraId: string, seed: Uint8Array): void {
    this.#db.run('INSERT OR REPLACE INTO camera_links (camera_id, seed) VALUES (?, ?)', cameraId, seed);
  }
}

export class SqliteTrackIds implements Sync<TrackIdRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  reserve(cameraId: string, count: number): number {
    return this.#db.transaction(() => {
      const [row] = this.#db.all('SELECT next_id FROM track_ids WHERE camera_id = ?', cameraId);
      const first = row === undefined ? 1 : Number(row.next_id);
      this.#db.run('INSERT OR REPLACE INTO track_ids (camera_id, next_id) VALUES (?, ?)', cameraId, first + count);
      return first;
    });
  }
}
