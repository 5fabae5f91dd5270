import { LookoutError, Mode } from '@lookout/protocol';
import type { KeptRule, KeptSuppression, RuleRepository, SuppressionRepository } from '../repositories/index.js';
import { bytesOf, type LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteRules implements Sync<RuleRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(): KeptRule[] {
    return this.#db.all('SELECT * FROM rules ORDER BY created_at, rowid').map((row) => ({
      id: String(row.id),
      prompt: row.prompt === null ? null : String(row.prompt),
      rule: JSON.parse(String(row.rule)),
      summary: String(row.summary),
      assumptions: JSON.parse(String(row.assumptions)),
      enabled: row.enabled === 1,
      snoozed_until: row.snoozed_until === null ? null : Number(row.snoozed_until),
      modes: JSON.parse(String(row.modes)),
      created_at: Number(row.created_at),
    }));
  }

  insert(rules: readonly KeptRule[]): void {
    this.#db.transaction(() => {
      for (const { id, created_at, ...rest } of rules) {
        this.#db.run(
          `INSERT INTO rules (prompt, rule, summary, assumptions, enabled, snoozed_until, modes, id, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          ...changeable(rest),
          id,
          Math.round(created_at),
        );
      }
    });
  }

  update({ id, created_at: _, ...rest }: KeptRule): void {
    const rows = this.#db.run(
      `UPDATE rules SET prompt = ?, rule = ?, summary = ?, assumptions = ?, enabled = ?, snoozed_until = ?, modes = ?
       WHERE id = ?`,
      ...changeable(rest),
      id,
    );
    if (rows === 0) throw new LookoutError('not_found', `There is no stored rule "${id}"`);
  }

  remove(id: string): void {
    this.#db.run('DELETE FROM rules WHERE id = ?', id);
  }

  mode(): Mode | undefined {
    const [row] = this.#db.all("SELECT value FROM settings WHERE name = 'mode'");
    return Mode.safeParse(row?.value).data;
  }

  setMode(mode: Mode): void {
    this.#db.run("INSERT OR REPLACE INTO settings (name, value) VALUES ('mode', ?)", mode);
  }
}

/** The columns of a rule that may change. */
function changeable(rule: Omit<KeptRule, 'id' | 'created_at'>) {
  return [
    rule.prompt,
    JSON.stringify(rule.rule),
    rule.summary,
    JSON.stringify(rule.assumptions),
    Number(rule.enabled),
    rule.snoozed_until === null ? null : Math.round(rule.snoozed_until),
    JSON.stringify(rule.modes),
  ] as const;
}

export class SqliteSuppressions implements Sync<SuppressionRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(): KeptSuppression[] {
    return this.#db.all('SELECT * FROM suppressions ORDER BY created_at, rowid').map((row) => ({
      id: String(row.id),
      camera: String(row.camera),
      event_id: String(row.event_id),
      class_name: String(row.class_name),
      box: JSON.parse(String(row.box)),
      look: bytesOf(row.look),
      created_at: Number(row.created_at),
    }));
  }

  insert({ id, camera, event_id, class_name, box, look, created_at }: KeptSuppression): void {
    this.#db.run(
      `INSERT INTO suppressions (id, camera, event_id, class_name, box, look, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      id,
      camera,
      event_id,
      class_name,
      JSON.stringify(box),
      look,
      Math.round(created_at),
    );
  }

  remove(id: string): boolean {
    return this.#db.run('DELETE FROM suppressions WHERE id = ?', id) > 0;
  }
}
