import { type KeptCalibration, type KeptExample, MAX_CAPTIONS, type PhraseRepository } from '../repositories/index.js';
import { bytesOf, type PostgresDatabase } from './database.js';

const CALIBRATION = 'camera, phrase, model, data, saved_at';

export class PostgresPhrases implements PhraseRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async calibration(camera: string, phrase: string): Promise<KeptCalibration | undefined> {
    const sql = `SELECT ${CALIBRATION} FROM phrase_calibrations WHERE camera = $1 AND phrase = $2`;
    const [row] = await this.#db.all(sql, camera, phrase);
    return row as KeptCalibration | undefined;
  }

  async calibrationsOf(phrase: string): Promise<KeptCalibration[]> {
    const sql = `SELECT ${CALIBRATION} FROM phrase_calibrations WHERE phrase = $1 ORDER BY camera`;
    return (await this.#db.all(sql, phrase)) as unknown as KeptCalibration[];
  }

  async saveCalibration({ camera, phrase, model, data, saved_at }: KeptCalibration): Promise<void> {
    await this.#db.run(
      `INSERT INTO phrase_calibrations (${CALIBRATION}) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (camera, phrase) DO UPDATE SET model = excluded.model, data = excluded.data, saved_at = excluded.saved_at`,
      camera,
      phrase,
      model,
      data,
      Math.round(saved_at),
    );
  }

  async examples(phrase: string): Promise<KeptExample[]> {
    const rows = await this.#db.all(
      `SELECT id, phrase, is_positive, camera, event_id, picture, created_at
       FROM phrase_examples WHERE phrase = $1 ORDER BY created_at, position`,
      phrase,
    );
    return rows.map(({ picture, ...row }) => ({ ...(row as unknown as KeptExample), picture: bytesOf(picture) }));
  }

  async insertExample({ id, phrase, is_positive, camera, event_id, picture, created_at }: KeptExample): Promise<void> {
    await this.#db.run(
      `INSERT INTO phrase_examples (id, phrase, is_positive, camera, event_id, picture, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      id,
      phrase,
      is_positive,
      camera,
      event_id,
      picture,
      Math.round(created_at),
    );
  }

  async removeExample(id: string): Promise<boolean> {
    return (await this.#db.run('DELETE FROM phrase_examples WHERE id = $1', id)) > 0;
  }

  async captions(model: string, templates: number, texts: readonly string[]): Promise<Map<string, Uint8Array>> {
    const sql = 'SELECT text, vector FROM caption_vectors WHERE model = $1 AND templates = $2 AND text = ANY($3)';
    const rows = await this.#db.all(sql, model, templates, texts);
    return new Map(rows.map(({ text, vector }) => [String(text), bytesOf(vector)]));
  }

  async saveCaptions(model: string, templates: number, vectors: ReadonlyMap<string, Uint8Array>): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      for (const [text, vector] of vectors) {
        await transaction.run(
          `INSERT INTO caption_vectors (model, templates, text, vector) VALUES ($1, $2, $3, $4)
           ON CONFLICT (model, templates, text) DO UPDATE SET vector = excluded.vector`,
          model,
          templates,
          text,
          vector,
        );
      }
      await transaction.run(
        `DELETE FROM caption_vectors
         WHERE position <= (SELECT position FROM caption_vectors ORDER BY position DESC LIMIT 1 OFFSET $1)`,
        MAX_CAPTIONS,
      );
    });
  }

  async phrases(): Promise<string[]> {
    const rows = await this.#db.all('SELECT phrase FROM phrase_calibrations UNION SELECT phrase FROM phrase_examples');
    return rows.map(({ phrase }) => String(phrase));
  }

  async removePhrase(phrase: string): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      await transaction.run('DELETE FROM phrase_calibrations WHERE phrase = $1', phrase);
      await transaction.run('DELETE FROM phrase_examples WHERE phrase = $1', phrase);
    });
  }
}
