import { randomBytes, randomUUID } from 'node:crypto';
import {
  type CreatedWebhook,
  LookoutError,
  type NewWebhook,
  type RuleEvent,
  type Severity,
  type Webhook,
  type WebhookMessage,
  type WebhookPatch,
  type WebhookTestResult,
} from '@lookout/protocol';
import type { KeptWebhook, NewDelivery, WebhookRepository } from '../../platform/storage/index.js';
import type { EventBus } from '../bus/event-bus.js';
import { DeliveryLoop } from './delivery-loop.js';
import { WebhookAddresses } from './webhook-address.js';
import { WebhookSender } from './webhook-sender.js';

export interface WebhookServiceOptions {
  store: WebhookRepository;
  bus: Pick<EventBus, 'on'>;
  /** Hosts on this machine or at special addresses that webhooks may reach. */
  allowedHosts: readonly string[];
  hasRule(id: string): boolean;
  /** Whether this node delivers what is stored: one of several does. */
  isSender?: (() => boolean) | undefined;
  onSent(isDelivered: boolean): void;
  onFault(error: unknown): void;
  /** Unix epoch ms. */
  now(): number;
  later(run: () => void, delayMs: number): () => void;
}

type StoredKind = 'created' | 'updated' | 'ended';

const MAX_WEBHOOKS = 50;
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/** Webhooks, and the delivery of events to them. */
export class WebhookService {
  readonly #options: WebhookServiceOptions;
  /** Copy of what is stored, oldest first. */
  readonly #webhooks: Map<string, KeptWebhook>;
  readonly #addresses: WebhookAddresses;
  readonly #sender: WebhookSender;
  readonly #loop: DeliveryLoop;
  readonly #unsubscribe: () => void;

  static async open(options: WebhookServiceOptions): Promise<WebhookService> {
    return new WebhookService(options, await options.store.list());
  }

  private constructor(options: WebhookServiceOptions, webhooks: readonly KeptWebhook[]) {
    const { store, bus, allowedHosts, isSender, onSent, onFault, now, later } = options;
    this.#options = options;
    this.#webhooks = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
    this.#addresses = new WebhookAddresses(allowedHosts);
    this.#sender = new WebhookSender(this.#addresses, now);
    this.#loop = new DeliveryLoop({
      store,
      sender: this.#sender,
      webhook: (id) => this.#webhooks.get(id),
      ...(isSender && { isSender }),
      onSent,
      onFault,
      now,
      later,
      random: Math.random,
    });
    this.#unsubscribe = bus.on('event', () => {
      if (this.#webhooks.size > 0) this.#loop.wake();
    });
  }

  /** Delivers what is stored already, of an earlier run of the server too. Call when everything that may store messages is set up. */
  start(): void {
    this.#loop.wake();
  }

  /** Messages about a change of an event, to be stored together with it. */
  deliveries(event: RuleEvent, kind: StoredKind): NewDelivery[] {
    const listening = [...this.#webhooks.values()].filter((webhook) => listensTo(webhook, event, kind));
    if (listening.length === 0) return [];
    const type = `event.${kind}` as const;
    const nowMs = this.#options.now();
    const body = JSON.stringify({ type, timestamp: Math.round(nowMs), data: event } satisfies WebhookMessage);
    return listening.map(({ id }) => ({ webhookId: id, eventId: event.id, type, body, nextAt: nowMs }));
  }

  /** Takes over what is stored now, by whichever node. @throws LookoutError `storage_failed` */
  async reload(): Promise<void> {
    const webhooks = await this.#options.store.list();
    this.#webhooks.clear();
    for (const webhook of webhooks) this.#webhooks.set(webhook.id, webhook);
    this.#loop.wake();
  }

  async list(): Promise<Webhook[]> {
    const status = await this.#options.store.status();
    return [...this.#webhooks.values()].map(({ secret: _, ...webhook }) => ({
      ...webhook,
      ...(status.get(webhook.id) ?? { delivered_at: null, waiting: 0, failed: [] }),
    }));
  }

  /** @throws LookoutError `validation_failed` for an address that webhooks may not reach or an unknown rule, `conflict` at the limit */
  async create({ url, secret, min_severity, rules, enabled }: NewWebhook): Promise<CreatedWebhook> {
    if (this.#webhooks.size >= MAX_WEBHOOKS) {
      throw new LookoutError('conflict', `This server already has ${MAX_WEBHOOKS} webhooks, its maximum`);
    }
    this.#addresses.check(url);
    this.#checkRules(rules);
    const webhook: KeptWebhook = {
      id: randomUUID(),
      url,
      secret: secret ?? `whsec_${randomBytes(32).toString('base64')}`,
      min_severity,
      rules,
      enabled,
      created_at: Math.round(this.#options.now()),
    };
    await this.#options.store.insert(webhook);
    this.#webhooks.set(webhook.id, webhook);
    return { ...webhook, delivered_at: null, waiting: 0, failed: [] };
  }

  /** @throws LookoutError `not_found`, or as `create` */
  async update(id: string, patch: WebhookPatch): Promise<Webhook> {
    const before = this.#get(id);
    if (patch.url !== undefined) this.#addresses.check(patch.url);
    if (patch.rules !== undefined) this.#checkRules(patch.rules, before.rules);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const webhook: KeptWebhook = { ...before, ...given };
    await this.#options.store.update(webhook);
    this.#webhooks.set(id, webhook);
    await this.#loop.forgive(id);
    const listed = (await this.list()).find((one) => one.id === id);
    if (!listed) throw unknown(id);
    return listed;
  }

  /** Messages that wait for it are dropped. @throws LookoutError `not_found` */
  async remove(id: string): Promise<void> {
    this.#get(id);
    await this.#options.store.remove(id);
    this.#webhooks.delete(id);
  }

  /** Sends a test message now, once. @throws LookoutError `not_found` */
  async test(id: string): Promise<WebhookTestResult> {
    const { now } = this.#options;
    const webhook = this.#get(id);
    const startedMs = now();
    const message: WebhookMessage = { type: 'test', timestamp: Math.round(startedMs), data: { webhook_id: id } };
    const outcome = await this.#sender.send(webhook, { id: `test.${randomUUID()}`, body: JSON.stringify(message) });
    if (outcome.ok) await this.#loop.forgive(id);
    return { ...outcome, elapsed_ms: Math.max(0, now() - startedMs) };
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#loop.close();
    await this.#sender.close();
  }

  #get(id: string): KeptWebhook {
    const webhook = this.#webhooks.get(id);
    if (!webhook) throw unknown(id);
    return webhook;
  }

  /** @param had rules it already names, some of which may have been removed */
  #checkRules(rules: KeptWebhook['rules'], had: KeptWebhook['rules'] = []): void {
    if (rules === 'all') return;
    const missing = rules.find((id) => !this.#options.hasRule(id) && !had.includes(id));
    if (missing !== undefined) throw new LookoutError('validation_failed', `rules: there is no rule "${missing}"`);
  }
}

function listensTo({ enabled, min_severity, rules }: KeptWebhook, event: RuleEvent, kind: StoredKind): boolean {
  const { lowered_from: before, held } = event.verification ?? {};
  // Webhooks that received an event also receive its lowered severity and its end.
  const severity = kind === 'created' || held ? event.severity : (before ?? event.severity);
  return (
    enabled &&
    SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(min_severity) &&
    (rules === 'all' || rules.includes(event.rule_id))
  );
}

function unknown(id: string): LookoutError {
  return new LookoutError('not_found', `There is no webhook "${id.slice(0, 64)}"`);
}
