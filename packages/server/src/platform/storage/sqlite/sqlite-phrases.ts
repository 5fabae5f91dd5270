import { type KeptCalibration, type KeptExample, MAX_CAPTIONS, type PhraseRepository } from '../repositories/index.js';
import { bytesOf, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqlitePhrases implements Sync<PhraseRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  calibration(camera: string, phrase: string): KeptCalibration | undefined {
    const [row] = this.#db.all('SELECT * FROM phrase_calibrations WHERE camera = ? AND phrase = ?', camera, phrase);
    return row && calibrationOf(row);
  }

  calibrationsOf(phrase: string): KeptCalibration[] {
    return this.#db
      .all('SELECT * FROM phrase_calibrations WHERE phrase = ? ORDER BY camera', phrase)
      .map(calibrationOf);
  }

  saveCalibration({ camera, phrase, model, data, saved_at }: KeptCalibration): void {
    this.#db.run(
      'INSERT OR REPLACE INTO phrase_calibrations (camera, phrase, model, data, saved_at) VALUES (?, ?, ?, ?, ?)',
      camera,
      phrase,
      model,
      data,
      Math.round(saved_at),
    );
  }

  examples(phrase: string): KeptExample[] {
    return this.#db
      .all('SELECT * FROM phrase_examples WHERE phrase = ? ORDER BY created_at, rowid', phrase)
      .map((row) => ({
        id: String(row.id),
        phrase: String(row.phrase),
        is_positive: row.is_positive === 1,
        camera: row.camera === null ? null : String(row.camera),
        event_id: row.event_id === null ? null : String(row.event_id),
        picture: bytesOf(row.picture),
        created_at: Number(row.created_at),
      }));
  }

  insertExample({ id, phrase, is_positive, camera, event_id, picture, created_at }: KeptExample): void {
    this.#db.run(
      `INSERT INTO phrase_examples (id, phrase, is_positive, camera, event_id, picture, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      id,
      phrase,
      Number(is_positive),
      camera,
      event_id,
      picture,
      Math.round(created_at),
    );
  }

  removeExample(id: string): boolean {
    return this.#db.run('DELETE FROM phrase_examples WHERE id = ?', id) > 0;
  }

  captions(model: string, templates: number, texts: readonly string[]): Map<string, Uint8Array> {
    const found = new Map<string, Uint8Array>();
    for (const text of texts) {
      const sql = 'SELECT vector FROM caption_vectors WHERE model = ? AND templates = ? AND text = ?';
      const [row] = this.#db.all(sql, model, templates, text);
      if (row) found.set(text, bytesOf(row.vector));
    }
    return found;
  }

  saveCaptions(model: string, templates: number, vectors: ReadonlyMap<string, Uint8Array>): void {
    this.#db.transaction(() => {
      for (const [text, vector] of vectors) {
        const sql = 'INSERT OR REPLACE INTO caption_vectors (model, templates, text, vector) VALUES (?, ?, ?, ?)';
        this.#db.run(sql, model, templates, text, vector);
      }
      this.#db.run(
        'DELETE FROM caption_vectors WHERE rowid <= (SELECT rowid FROM caption_vectors ORDER BY rowid DESC LIMIT 1 OFFSET ?)',
        MAX_CAPTIONS,
      );
    });
  }

  phrases(): string[] {
    const rows = this.#db.all('SELECT phrase FROM phrase_calibrations UNION SELECT phrase FROM phrase_examples');
    return rows.map(({ phrase }) => String(phrase));
  }

  removePhrase(phrase: string): void {
    this.#db.transaction(() => {
      this.#db.run('DELETE FROM phrase_calibrations WHERE phrase = ?', phrase);
      this.#db.run('DELETE FROM phrase_examples WHERE phrase = ?', phrase);
    });
  }
}

const calibrationOf = (row: Record<string, unknown>): KeptCalibration => ({
  camera: String(row.camera),
  phrase: String(row.phrase),
  model: String(row.model),
  data: String(row.data),
  saved_at: Number(row.saved_at),
});
