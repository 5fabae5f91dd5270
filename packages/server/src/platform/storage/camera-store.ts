import { CameraConfig, LookoutError } from '@lookout/protocol';
import { isDuplicate, type LookoutDatabase } from './database.js';

/** Cameras added through the API, oldest first. URLs are stored with their credentials. */
export class CameraStore {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  /** @throws LookoutError `storage_failed` naming the camera, if a row is invalid for this version */
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

  /** @throws LookoutError `conflict` if the id is taken */
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

  /** @throws LookoutError `not_found` */
  update(camera: CameraConfig): void {
    this.#changed(
      camera.id,
      this.#db.run('UPDATE cameras SET config = ? WHERE id = ?', JSON.stringify(camera), camera.id),
    );
  }

  /** @throws LookoutError `not_found` */
  remove(id: string): void {
    this.#changed(id, this.#db.run('DELETE FROM cameras WHERE id = ?', id));
  }

  #changed(id: string, rows: number): void {
    if (rows === 0) throw new LookoutError('not_found', `There is no stored camera "${id}"`);
  }
}

/** Random seeds of the cameras' links, one per camera. A link also needs a key, which is stored in a separate file. */
export class LinkStore {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  seed(cameraId: string): Uint8Array | undefined {
    const row = this.#db.all('SELECT seed FROM camera_links WHERE camera_id = ?', cameraId)[0];
    return row === undefined ? undefined : new Uint8Array(row.seed as Buffer);
  }

  put(cameraId: string, seed: Uint8Array): void {
    this.#db.run('INSERT OR REPLACE INTO camera_links (camera_id, seed) VALUES (?, ?)', cameraId, seed);
  }

  remove(cameraId: string): void {
    this.#db.run('DELETE FROM camera_links WHERE camera_id = ?', cameraId);
  }
}

/** The first unused track id of each camera. Kept when a camera is removed, since another may take its id. */
export class TrackIdStore {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  /** 1 for a camera that never had a track. */
  next(cameraId: string): number {
    const row = this.#db.all('SELECT next_id FROM track_ids WHERE camera_id = ?', cameraId)[0];
    return row === undefined ? 1 : Number(row.next_id);
  }

  put(cameraId: string, nextId: number): void {
    this.#db.run('INSERT OR REPLACE INTO track_ids (camera_id, next_id) VALUES (?, ?)', cameraId, nextId);
  }
}
