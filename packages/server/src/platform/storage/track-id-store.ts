import type { LookoutDatabase } from './database.js';

/** The first track id of each camera that was never given out. It stays when a camera is removed: another may take its name. */
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
