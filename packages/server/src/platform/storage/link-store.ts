import type { LookoutDatabase } from './database.js';

/**
 * What the links of each camera are made from: random seeds, one per camera. A seed alone makes no link: the key it takes
 * besides lies in a file of its own.
 */
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
