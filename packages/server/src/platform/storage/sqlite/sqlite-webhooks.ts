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
import type { LookoutDatabase } from './database.js';
import type { Sync } from './sync.js';

export class SqliteWebhooks implements Sync<WebhookRepository> {
  readonly #db: LookoutDatabase;

  constructor(db: LookoutDatabase) {
    this.#db = db;
  }

  list(): KeptWebhook[] {
    return this.#db.all('SELECT * FROM webhooks ORDER BY created_at, rowid').map((row) => ({
      id: String(row.id),
      url: String(row.url),
      secret: String(row.secret),
      min_severity: row.min_severity as KeptWebhook['min_severity'],
      rules: JSON.parse(String(row.rules)),
      enabled: row.enabled === 1,
      created_at: Number(row.created_at),
    }));
  }

  insert({ id, url, secret, min_severity, rules, enabled, created_at }: KeptWebhook): void {
    this.#db.run(
      `INSERT INTO webhooks (id, url, secret, min_severity, rules, enabled, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      id,
      url,
      secret,
      min_severity,
      JSON.stringify(rules),
      Number(enabled),
      Math.round(created_at),
    );
  }

  update({ id, url, secret, min_severity, rules, enabled }: KeptWebhook): void {
    const rows = this.#db.run(
      'UPDATE webhooks SET url = ?, secret = ?, min_severity = ?, rules = ?, enabled = ? WHERE id = ?',
      url,
      secret,
      min_severity,
      JSON.stringify(rules),
      Number(enabled),
      id,
    );
    if (rows === 0) throw new LookoutError('not_found', `There is no stored webhook "${id}"`);
  }

  remove(id: string): boolean {
    return this.#db.run('DELETE FROM webhooks WHERE id = ?', id) > 0;
  }

  status(): Map<string, DeliveryStatus> {
    const rows = this.#db.all(
      `SELECT id, delivered_at,
         (SELECT count(*) FROM deliveries WHERE webhook_id = webhooks.id AND failed_at IS NULL) AS waiting
       FROM webhooks`,
    );
    return new Map(
      rows.map(({ id, delivered_at, waiting }) => [
        String(id),
        {
          delivered_at: delivered_at === null ? null : Number(delivered_at),
          waiting: Number(waiting),
          failed: this.#failed(String(id)),
        },
      ]),
    );
  }

  #failed(webhookId: string): DeliveryStatus['failed'] {
    return this.#db
      .all(
        `SELECT event_id, type, attempts, failed_at, error FROM deliveries
         WHERE webhook_id = ? AND failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC`,
        webhookId,
      )
      .map((row) => row as unknown as DeliveryStatus['failed'][number]);
  }

  due(nowMs: number, limit: number): KeptDelivery[] {
    return this.#db
      .all(
        'SELECT * FROM deliveries WHERE failed_at IS NULL AND next_at <= ? ORDER BY next_at, id LIMIT ?',
        Math.round(nowMs),
        limit,
      )
      .map((row) => ({
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

  nextDue(): number | undefined {
    const next = this.#db.all('SELECT min(next_at) AS next FROM deliveries WHERE failed_at IS NULL')[0]?.next;
    return typeof next === 'number' ? next : undefined;
  }

  delivered(id: number, atMs: number): void {
    this.#db.transaction(() => {
      this.#db.run(
        'UPDATE webhooks SET delivered_at = ? WHERE id = (SELECT webhook_id FROM deliveries WHERE id = ?)',
        Math.round(atMs),
        id,
      );
      this.#db.run('DELETE FROM deliveries WHERE id = ?', id);
    });
  }

  hurry(webhookId: string, nowMs: number): void {
    this.#db.run(
      'UPDATE deliveries SET next_at = ? WHERE webhook_id = ? AND failed_at IS NULL',
      Math.round(nowMs),
      webhookId,
    );
  }

  retry(id: number, { attempts, nextAt }: Parameters<WebhookRepository['retry']>[1]): void {
    this.#db.run('UPDATE deliveries SET attempts = ?, next_at = ? WHERE id = ?', attempts, Math.round(nextAt), id);
  }

  fail(id: number, { attempts, failed_at, error }: Parameters<WebhookRepository['fail']>[1]): void {
    this.#db.transaction(() => {
      this.#db.run(
        'UPDATE deliveries SET attempts = ?, failed_at = ?, error = ? WHERE id = ?',
        attempts,
        Math.round(failed_at),
        error,
        id,
      );
      const webhookId = this.#db.all('SELECT webhook_id FROM deliveries WHERE id = ?', id)[0]?.webhook_id;
      if (webhookId !== undefined) forgetOldFailures(this.#db, String(webhookId));
    });
  }
}

/** Stores messages within a transaction. Those to a webhook that was removed in the meantime are dropped. */
export function storeDeliveries(db: LookoutDatabase, deliveries: readonly NewDelivery[]): void {
  for (const { webhookId, eventId, type, body, nextAt } of deliveries) {
    const now = Math.round(nextAt);
    db.run(
      `INSERT INTO deliveries (webhook_id, event_id, type, body, attempts, next_at, created_at)
       SELECT id, ?, ?, ?, 0, ?, ? FROM webhooks WHERE id = ?`,
      eventId,
      type,
      body,
      now,
      now,
      webhookId,
    );
  }
  for (const [webhookId, { nextAt }] of new Map(deliveries.map((each) => [each.webhookId, each]))) {
    const givenUp = db.run(
      `UPDATE deliveries SET failed_at = ?, error = ? WHERE id IN (
         SELECT id FROM deliveries WHERE webhook_id = ? AND failed_at IS NULL ORDER BY id DESC LIMIT -1 OFFSET ?)`,
      Math.round(nextAt),
      `more than ${MAX_WAITING_DELIVERIES} messages were waiting`,
      webhookId,
      MAX_WAITING_DELIVERIES,
    );
    if (givenUp > 0) forgetOldFailures(db, webhookId);
  }
}

function forgetOldFailures(db: LookoutDatabase, webhookId: string): void {
  db.run(
    `DELETE FROM deliveries WHERE id IN (
       SELECT id FROM deliveries WHERE webhook_id = ? AND failed_at IS NOT NULL
       ORDER BY failed_at DESC, id DESC LIMIT -1 OFFSET ?)`,
    webhookId,
    MAX_FAILED_DELIVERIES,
  );
}
