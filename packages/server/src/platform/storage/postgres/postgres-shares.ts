import type { ShareRepository, StoredShare } from '../repositories/index.js';
import { bytesOf, type PostgresDatabase } from './database.js';

export class PostgresShares implements ShareRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async list(nowMs: number): Promise<StoredShare[]> {
    await this.#db.run('DELETE FROM camera_shares WHERE expires_at <= $1', Math.trunc(nowMs));
    const rows = await this.#db.all(
      'SELECT id, camera_id, seed, created_at, expires_at FROM camera_shares ORDER BY created_at, position',
    );
    return rows.map(({ id, camera_id, seed, created_at, expires_at }) => ({
      id: String(id),
      cameraId: String(camera_id),
      seed: bytesOf(seed),
      createdAt: Number(created_at),
      ...(expires_at !== null && { expiresAt: Number(expires_at) }),
    }));
  }

  async insert({ id, cameraId, seed, createdAt, expiresAt }: StoredShare): Promise<void> {
    await this.#db.run(
      'INSERT INTO camera_shares (id, camera_id, seed, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)',
      id,
      cameraId,
      seed,
      Math.trunc(createdAt),
      expiresAt === undefined ? null : Math.trunc(expiresAt),
    );
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#db.run('DELETE FROM camera_shares WHERE id = ANY ($1)', ids);
  }
}
