import { LookoutError } from '@lookout/protocol/core';
import {
  type DeliveryStatus,
  type KeptDelivery,
  type KeptWebhook,
  MAX_FAILED_DELIVERIES,
  MAX_WAITING_DELIVERIES,
  type NewDelivery,
  type WebhookRepository,
} from '../repositories/index.js';
import type { PostgresDatabase, Row, Statements } from './database.js';

export class PostgresWebhooks implements WebhookRepository {
  readonly #db: PostgresDatabase;

  constructor(db: PostgresDatabase) {
    this.#db = db;
  }

  async list(): Promise<KeptWebhook[]> {
    const rows = await this.#db.all(
      `SELECT id, url, secret, min_severity, rules, enabled, created_at FROM webhooks ORDER BY created_at, position`,
    );
    return rows as unknown as KeptWebhook[];
  }

  async insert({ id, url, secret, min_severity, rules, enabled, created_at }: KeptWebhook): Promise<void> {
    await this.#db.run(
      `INSERT INTO webhooks (id, url, secret, min_severity, rules, enabled, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      id,
      url,
      secret,
      min_severity,
      JSON.stringify(rules),
      enabled,
      Math.round(created_at),
    );
  }

  async update({ id, url, secret, min_severity, rules, enabled }: KeptWebhook): Promise<void> {
    const rows = await this.#db.run(
      'UPDATE webhooks SET url = $2, secret = $3, min_severity = $4, rules = $5, enabled = $6 WHERE id = $1',
      id,
      url,
      secret,
      min_severity,
      JSON.stringify(rules),
      enabled,
    );
    if (rows === 0) throw new LookoutError('not_found', `There is no stored webhook "${id}"`);
  }

  async remove(id: string): Promise<boolean> {
    return (await this.#db.run('DELETE FROM webhooks WHERE id = $1', id)) > 0;
  }

  async status(): Promise<Map<string, DeliveryStatus>> {
    const rows = await this.#db.all(
      `SELECT id, delivered_at,
         (SELECT count(*) FROM deliveries WHERE webhook_id = webhooks.id AND failed_at IS NULL) AS waiting
       FROM webhooks`,
    );
    const failed = await this.#db.all(
      `SELECT webhook_id, event_id, type, attempts, failed_at, error FROM deliveries
       WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC`,
    );
    return new Map(
      rows.map(({ id, delivered_at, waiting }) => [
        String(id),
        {
          delivered_at: delivered_at === null ? null : Number(delivered_at),
          waiting: Number(waiting),
          failed: failed.filter(({ webhook_id }) => webhook_id === id).map(toFailed),
        },
      ]),
    );
  }

  async due(nowMs: number, limit: number): Promise<KeptDelivery[]> {
    const rows = await this.#db.all(
      'SELECT * FROM deliveries WHERE failed_at IS NULL AND next_at <= $1 ORDER BY next_at, id LIMIT $2',
      Math.round(nowMs),
      limit,
    );
    return rows.map((row) => ({
      id: Number(row.id),
      webhookId: String(row.webhook_id),
      eventId: String(row.event_id),
      type: row.type as KeptDelivery['type'],
      body: String(row.body),
      attempts: Number(row.attempts),
      nextAt: Number(row.next_at),
      createdAt: Number(row.created_at),
    }));
  }

  async nextDue(): Promise<number | undefined> {
    const [row] = await this.#db.all('SELECT min(next_at) AS next FROM deliveries WHERE failed_at IS NULL');
    return typeof row?.next === 'number' ? row.next : undefined;
  }

  async delivered(id: number, atMs: number): Promise<void> {
    await this.#db.run(
      `WITH done AS (DELETE FROM deliveries WHERE id = $1 RETURNING webhook_id)
       UPDATE webhooks SET delivered_at = $2 FROM done WHERE webhooks.id = done.webhook_id`,
      id,
      Math.round(atMs),
    );
  }

  async hurry(webhookId: string, nowMs: number): Promise<void> {
    await this.#db.run(
      'UPDATE deliveries SET next_at = $2 WHERE webhook_id = $1 AND failed_at IS NULL',
      webhookId,
      Math.round(nowMs),
    );
  }

  async retry(id: number, { attempts, nextAt }: Parameters<WebhookRepository['retry']>[1]): Promise<void> {
    await this.#db.run(
      'UPDATE deliveries SET attempts = $2, next_at = $3 WHERE id = $1',
      id,
      attempts,
      Math.round(nextAt),
    );
  }

  async fail(id: number, { attempts, failed_at, error }: Parameters<WebhookRepository['fail']>[1]): Promise<void> {
    await this.#db.transaction(async (transaction) => {
      const [row] = await transaction.all(
        'UPDATE deliveries SET attempts = $2, failed_at = $3, error = $4 WHERE id = $1 RETURNING webhook_id',
        id,
        attempts,
        Math.round(failed_at),
        error,
      );
      if (row) await forgetOldFailures(transaction, String(row.webhook_id));
    });
  }
}

function toFailed({ webhook_id: _, ...row }: Row): DeliveryStatus['failed'][number] {
  return row as unknown as DeliveryStatus['failed'][number];
}

/** Messages as JSON, for the statement that stores them. */
export function deliveryRows(deliveries: readonly NewDelivery[]): string {
  return JSON.stringify(
    deliveries.map(({ webhookId, eventId, type, body, nextAt }) => ({
      ...{ webhook_id: webhookId, event_id: eventId, type, body, next_at: Math.round(nextAt) },
    })),
  );
}

/** Gives up the oldest messages to these webhooks where too many wait. Those that just were stored stay stored if this fails. */
export async function giveUpOldest(statements: Statements, deliveries: readonly NewDelivery[]): Promise<void> {
  for (const [webhookId, { nextAt }] of new Map(deliveries.map((each) => [each.webhookId, each]))) {
    const givenUp = await statements.run(
      `UPDATE deliveries SET failed_at = $2, error = $3 WHERE id IN (
         SELECT id FROM deliveries WHERE webhook_id = $1 AND failed_at IS NULL ORDER BY id DESC OFFSET $4)`,
      webhookId,
      Math.round(nextAt),
      `more than ${MAX_WAITING_DELIVERIES} messages were waiting`,
      MAX_WAITING_DELIVERIES,
    );
    if (givenUp > 0) await forgetOldFailures(statements, webhookId);
  }
}

async function forgetOldFailures(statements: Statements, webhookId: string): Promise<void> {
  await statements.run(
    `DELETE FROM deliveries WHERE id IN (
       SELECT id FROM deliveries WHERE webhook_id = $1 AND failed_at IS NOT NULL
       ORDER BY failed_at DESC, id DESC OFFSET $2)`,
    webhookId,
    MAX_FAILED_DELIVERIES,
  );
}
