import type { KeptDelivery, KeptWebhook, WebhookRepository } from '../../platform/storage/index.js';
import type { WebhookSender } from './webhook-sender.js';

export interface DeliveryLoopOptions {
  store: Pick<WebhookRepository, 'due' | 'nextDue' | 'delivered' | 'hurry' | 'retry' | 'fail'>;
  sender: Pick<WebhookSender, 'send'>;
  /** undefined: it was removed. */
  webhook(id: string): KeptWebhook | undefined;
  /** Whether messages are to be sent now; `wake` when that changes. */
  isSender?(): boolean;
  onSent(isDelivered: boolean): void;
  /** The database failed; deliveries go on once it works again. */
  onFault(error: unknown): void;
  /** Unix epoch ms. */
  now(): number;
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
  random(): number;
}

/** Messages taken from the database at once, and sent side by side. */
const BATCH = 16;
/** First wait after a failure; doubled with each further one, up to an hour, ms. */
const FIRST_WAIT_MS = 5000;
const MAX_WAIT_MS = 3_600_000;
/** Age at which a message is given up, ms. */
const GIVE_UP_MS = 24 * 3_600_000;
/** Timers far ahead are set again, as the clock may change, ms. */
const MAX_SLEEP_MS = 60_000;
/** Wait after the database failed, ms. */
const FAULT_WAIT_MS = 5000;

/**
 * Delivers what is stored for webhooks: at least once, also across restarts, since a message leaves the database only when it was
 * accepted or given up. A webhook that fails waits by itself: after a failure, its other messages are not tried before the wait is over.
 */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  /** Webhooks that failed: failures in a row, and when they are tried again. */
  readonly #away = new Map<string, { failures: number; untilMs: number }>();
  #running: Promise<void> | undefined;
  #isAskedAgain = false;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
  }

  /** There may be something to deliver. */
  wake(): void {
    if (this.#isClosed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#running) {
      this.#isAskedAgain = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isAskedAgain) {
        this.#isAskedAgain = false;
        this.wake();
      }
    });
  }

  /** The webhook was changed or is known to work again: everything that waits for it is tried at once. */
  async forgive(webhookId: string): Promise<void> {
    const { store, now } = this.#options;
    this.#away.delete(webhookId);
    await store.hurry(webhookId, now());
    this.wake();
  }

  /** Finishes attempts in progress. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, now, onFault, isSender = () => true } = this.#options;
    try {
      if (!isSender()) return;
      while (!this.#isClosed && isSender()) {
        const due = await store.due(now(), BATCH);
        if (due.length === 0) break;
        await Promise.all(due.map((delivery) => this.#deliver(delivery)));
      }
      const next = await store.nextDue();
      if (next !== undefined) this.#sleep(Math.max(0, next - now()));
    } catch (error) {
      onFault(error);
      this.#sleep(FAULT_WAIT_MS);
    }
  }

  #sleep(delayMs: number): void {
    if (this.#isClosed) return;
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.later(() => this.wake(), Math.min(delayMs, MAX_SLEEP_MS));
  }

  async #deliver(delivery: KeptDelivery): Promise<void> {
    const { store, sender, webhook, onSent, now } = this.#options;
    const target = webhook(delivery.webhookId);
    if (!target?.enabled) {
      const { attempts } = delivery;
      await store.fail(delivery.id, { attempts, failed_at: now(), error: 'The webhook was switched off' });
      return;
    }
    const away = this.#away.get(target.id);
    if (away && away.untilMs > now()) {
      await this.#postpone(delivery, delivery.attempts, away.untilMs, 'It was failing');
      return;
    }
    const kind = delivery.type.replace('event.', '');
    const outcome = await sender.send(target, { id: `${delivery.eventId}.${kind}`, body: delivery.body });
    onSent(outcome.ok);
    if (outcome.ok) {
      this.#away.delete(target.id);
      await store.delivered(delivery.id, now());
      return;
    }
    const untilMs = this.#failed(target.id, delivery.attempts);
    await this.#postpone(delivery, delivery.attempts + 1, untilMs, outcome.reason);
  }

  /** @returns when the webhook is tried again */
  #failed(webhookId: string, attempts: number): number {
    const { now, random } = this.#options;
    const away = this.#away.get(webhookId);
    // Sent beside another that failed already: the same failure.
    if (away && away.untilMs > now()) return away.untilMs;
    // After a restart, failures in a row are known from the message alone.
    const before = away?.failures ?? attempts;
    const ceiling = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(before, 20));
    const untilMs = now() + ceiling * (0.5 + random() / 2);
    this.#away.set(webhookId, { failures: before + 1, untilMs });
    return untilMs;
  }

  /** @param attempts failed ones so far; a message that only waits behind a failing one was not tried */
  async #postpone({ id, createdAt }: KeptDelivery, attempts: number, untilMs: number, reason: string): Promise<void> {
    const { store, now } = this.#options;
    if (now() - createdAt >= GIVE_UP_MS) await store.fail(id, { attempts, failed_at: now(), error: reason });
    else await store.retry(id, { attempts, nextAt: untilMs });
  }
}
