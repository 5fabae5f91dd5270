import type { FailedDelivery, Webhook, WebhookEventType } from '@lookout/protocol';

/** A webhook with its secret, and without how deliveries went. */
export type KeptWebhook = Omit<Webhook, 'delivered_at' | 'waiting' | 'failed'> & { secret: string };

/** A message to be delivered, stored with the change that it is about. */
export interface NewDelivery {
  webhookId: string;
  eventId: string;
  type: WebhookEventType;
  /** The body, as it will be sent. */
  body: string;
  /** When to try first, Unix epoch ms. */
  nextAt: number;
}

export interface KeptDelivery extends NewDelivery {
  id: number;
  /** Failed ones so far. */
  attempts: number;
  createdAt: number;
}

/** How deliveries to a webhook went. */
export type DeliveryStatus = Pick<Webhook, 'delivered_at' | 'waiting' | 'failed'>;

/** Maximum number of messages that wait for a webhook; the oldest are given up. */
export const MAX_WAITING_DELIVERIES = 10_000;
/** Failed messages that are remembered of a webhook. */
export const MAX_FAILED_DELIVERIES = 100;

/** Webhooks and the messages that wait for them. */
export interface WebhookRepository {
  /** Oldest first. */
  list(): Promise<KeptWebhook[]>;
  insert(webhook: KeptWebhook): Promise<void>;
  /** @throws LookoutError `not_found` */
  update(webhook: KeptWebhook): Promise<void>;
  /** Removes its messages too. @returns whether it existed */
  remove(id: string): Promise<boolean>;
  /** By webhook id; of all that exist. */
  status(): Promise<Map<string, DeliveryStatus>>;
  /** Messages to be tried by now, those due first come first. */
  due(nowMs: number, limit: number): Promise<KeptDelivery[]>;
  /** When the next message is due, Unix epoch ms; undefined if none waits. */
  nextDue(): Promise<number | undefined>;
  delivered(id: number, atMs: number): Promise<void>;
  /** Makes everything that waits for a webhook due. */
  hurry(webhookId: string, nowMs: number): Promise<void>;
  /** Keeps a message for later. */
  retry(id: number, wait: Pick<KeptDelivery, 'attempts' | 'nextAt'>): Promise<void>;
  /** Gives a message up. */
  fail(id: number, failure: Pick<FailedDelivery, 'attempts' | 'failed_at' | 'error'>): Promise<void>;
}
