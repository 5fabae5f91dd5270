import type { ShareRepository, StoredShare } from '../repositories/index.js';
import { bytesOf, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteShares implements Sync<ShareRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(nowMs: number): StoredShare[] {
    return this.#db.transaction(() => {
      this.#db.run('DELETE FROM camera_shares WHERE expires_at <= ?', Math.trunc(nowMs));
      return this.#db
        .all('SELECT id, camera_id, seed, created_at, expires_at FROM camera_shares ORDER BY created_at, rowid')
        .map(({ id, camera_id, seed, created_at, expires_at }) => ({
          id: String(id),
          cameraId: String(camera_id),
          seed: bytesOf(seed),
          createdAt: Number(created_at),
          ...(expires_at !== null && { expiresAt: Number(expires_at) }),
        }));
    });
  }

  insert({ id, cameraId, seed, createdAt, expiresAt }: StoredShare): void {
    this.#db.run(
      'INSERT INTO camera_shares (id, camera_id, seed, created_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      id,
      cameraId,
      seed,
      Math.trunc(createdAt),
      expiresAt === undefined ? null : Math.trunc(expiresAt),
    );
  }

  remove(ids: readonly string[]): void {
    this.#db.transaction(() => {
      for (const id of ids) this.#db.run('DELETE FROM camera_shares WHERE id = ?', id);
    });
  }
}
