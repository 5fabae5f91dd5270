import { LookoutError, Mode } from '@lookout/protocol';
import type { KeptRule, KeptSuppression, RuleRepository, SuppressionRepository } from '../repositories/index.js';
import { bytesOf, type PostgresDatabase } from './database.js';

export class PostgresRules implements RuleRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async list(): Promise<KeptRule[]> {
    const rows = await this.#db.all(
      `SELECT id, prompt, rule, summary, assumptions, enabled, snoozed_until, modes, created_at
       FROM rules ORDER BY created_at, position`,
    );
    return rows as unknown as KeptRule[];
  }

  async insert(rules: readonly KeptRule[]): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      for (const { id, created_at, ...rest } of rules) {
        await transaction.run(
          `INSERT INTO rules (prompt, rule, summary, assumptions, enabled, snoozed_until, modes, id, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
          ...changeable(rest),
          id,
          Math.round(created_at),
        );
      }
    });
  }

  async update({ id, created_at: _, ...rest }: KeptRule): Promise<void> {
    const rows = await this.#db.run(
      `UPDATE rules SET prompt = $1, rule = $2, summary = $3, assumptions = $4, enabled = $5, snoozed_until = $6, modes = $7
       WHERE id = $8`,
      ...changeable(rest),
      id,
    );
    if (rows === 0) throw new LookoutError('not_found', `There is no stored rule "${id}"`);
  }

  async remove(id: string): Promise<void> {
    await this.#db.run('DELETE FROM rules WHERE id = $1', id);
  }

  async mode(): Promise<Mode | undefined> {
    const [row] = await this.#db.all("SELECT value FROM settings WHERE name = 'mode'");
    return Mode.safeParse(row?.value).data;
  }

  async setMode(mode: Mode): Promise<void> {
    await this.#db.run(
      `INSERT INTO settings (name, value) VALUES ('mode', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      mode,
    );
  }
}

/** The columns of a rule that may change. */
function changeable(rule: Omit<KeptRule, 'id' | 'created_at'>) {
  return [
    rule.prompt,
    JSON.stringify(rule.rule),
    rule.summary,
    JSON.stringify(rule.assumptions),
    rule.enabled,
    rule.snoozed_until === null ? null : Math.round(rule.snoozed_until),
    JSON.stringify(rule.modes),
  ] as const;
}

export class PostgresSuppressions implements SuppressionRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async list(): Promise<KeptSuppression[]> {
    const rows = await this.#db.all(
      `SELECT id, camera, event_id, class_name, box, look, created_at FROM suppressions ORDER BY created_at, position`,
    );
    return rows.map(({ look, ...row }) => ({ ...(row as unknown as KeptSuppression), look: bytesOf(look) }));
  }

  async insert({ id, camera, event_id, class_name, box, look, created_at }: KeptSuppression): Promise<void> {
    await this.#db.run(
      `INSERT INTO suppressions (id, camera, event_id, class_name, box, look, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      id,
      camera,
      event_id,
      class_name,
      JSON.stringify(box),
      look,
      Math.round(created_at),
    );
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#db.run('DELETE FROM suppressions WHERE id = $1', id)) > 0;
  }
}
