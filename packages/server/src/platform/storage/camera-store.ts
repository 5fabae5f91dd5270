import { CameraConfig, LookoutError } from '@lookout/protocol';
import { isDuplicate, type LookoutDatabase } from './database.js';

/** The cameras that were added by the API, oldest first. URLs are stored with their credentials. */
export class CameraStore {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  /** @throws LookoutError `storage_failed` naming the camera, when a row is not what this version can read. */
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

  /** @throws LookoutError `conflict` when the id is taken. */
  insert(camera: CameraConfig): void {
    try {
      this.#db.run(
        'INSERT INTO cameras (id, config, created_at) VALUES (?, ?, ?)',
        camera.id,
        JSON.stringify(camera),
        Date.now(),
      );
    } catch (error) {
      if (isDuplicate(error)) throw new LookoutError('conflict', `There is a camera "${camera.id}" already`);
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
