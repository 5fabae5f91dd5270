import { beforeEach, describe, expect, it } from 'vitest';
import type { KeptDelivery, KeptWebhook } from '../../platform/storage/index.js';
import { DeliveryLoop } from './delivery-loop.js';
import type { WebhookOutcome } from './webhook-sender.js';

const HOUR_MS = 3_600_000;
const WEBHOOK: KeptWebhook = {
  id: 'phone',
  url: 'http://phone/',
  secret: 'whsec_',
  min_severity: 'info',
  rules: 'all',
  enabled: true,
  created_at: 0,
};

let nowMs: number;
let waiting: KeptDelivery[];
let failed: Array<{ id: number; attempts: number; error: string }>;
let sent: Array<{ at: number; webhook: string; id: string }>;
let outcome: (webhookId: string) => WebhookOutcome;
let timer: { run: () => void; atMs: number } | undefined;
let webhooks: KeptWebhook[];
let loop: DeliveryLoop;
let isSender: boolean;

beforeEach(() => {
  nowMs = 0;
  waiting = [];
  failed = [];
  sent = [];
  outcome = () => ({ ok: true, status: 200 });
  timer = undefined;
  webhooks = [WEBHOOK];
  isSender = true;
  loop = createLoop();
});

function createLoop(): DeliveryLoop {
  return new DeliveryLoop({
    store: {
      due: async (now, limit) => waiting.filter(({ nextAt }) => nextAt <= now).slice(0, limit),
      nextDue: async () => (waiting.length === 0 ? undefined : Math.min(...waiting.map(({ nextAt }) => nextAt))),
      delivered: async (id) => {
        waiting = waiting.filter((one) => one.id !== id);
      },
      hurry: async (webhookId, now) => {
        waiting = waiting.map((one) => (one.webhookId === webhookId ? { ...one, nextAt: now } : one));
      },
      retry: async (id, wait) => {
        waiting = waiting.map((one) => (one.id === id ? { ...one, ...wait } : one));
      },
      fail: async (id, { attempts, error }) => {
        waiting = waiting.filter((one) => one.id !== id);
        failed.push({ id, attempts, error });
      },
    },
    sender: {
      send: async ({ url }, { id }) => {
        sent.push({ at: nowMs, webhook: url, id });
        return outcome(url);
      },
    },
    webhook: (id) => webhooks.find((one) => one.id === id),
    isSender: () => isSender,
    onSent: () => undefined,
    onFault: (error) => expect.unreachable(String(error)),
    now: () => nowMs,
    later: (run, delayMs) => {
      timer = { run, atMs: nowMs + delayMs };
      return () => {
        timer = undefined;
      };
    },
    random: () => 0.5,
  });
}

function store(id: number, webhookId = 'phone', type: KeptDelivery['type'] = 'event.created'): void {
  waiting.push({ id, webhookId, eventId: `e${id}`, type, body: '{}', nextAt: nowMs, attempts: 0, createdAt: nowMs });
}

/** Lets everything happen that needs no time to pass. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

/** Runs timers until a time. */
async function until(timeMs: number): Promise<void> {
  await settle();
  while (timer && timer.atMs <= timeMs) {
    nowMs = timer.atMs;
    const { run } = timer;
    timer = undefined;
    run();
    await settle();
  }
  nowMs = timeMs;
}

describe('DeliveryLoop', () => {
  it('sends what is stored, and forgets it once it was accepted', async () => {
    store(1);
    store(2, 'phone', 'event.ended');
    loop.wake();
    await settle();
    expect(sent.map(({ id }) => id)).toEqual(['e1.created', 'e2.ended']);
    expect(waiting).toEqual([]);
  });

  it('repeats a failed message under the same id, less and less often, and gives it up after a day', async () => {
    outcome = () => ({ ok: false, reason: 'It answered 500' });
    store(1);
    loop.wake();
    await until(26 * HOUR_MS);
    expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(['e1.created']));
    const gaps = sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0));
    expect(gaps[0]).toBe(3750);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(HOUR_MS);
    expect(sent.length).toBeLessThan(50);
    expect(failed).toEqual([{ id: 1, attempts: sent.length, error: 'It answered 500' }]);
  });

  it('loses nothing with a receiver that fails half the time', async () => {
    let attempt = 0;
    outcome = () => (attempt++ % 2 === 0 ? { ok: false, reason: 'no' } : { ok: true, status: 200 });
    for (let id = 1; id <= 40; id++) store(id);
    loop.wake();
    await until(HOUR_MS);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(40);
    expect([waiting, failed]).toEqual([[], []]);
  });

  it('keeps a failing webhook from delaying the others', async () => {
    webhooks = [WEBHOOK, { ...WEBHOOK, id: 'away', url: 'http://away/' }];
    outcome = (url) => (url === 'http://away/' ? { ok: false, reason: 'no' } : { ok: true, status: 200 });
    for (let id = 1; id <= 100; id++) store(id, id % 2 === 0 ? 'away' : 'phone');
    loop.wake();
    await until(1000);
    expect(sent.filter(({ webhook }) => webhook === 'http://phone/')).toHaveLength(50);
    // Those of its first batch were sent side by side; the others wait with them.
    expect(sent.filter(({ webhook }) => webhook === 'http://away/').length).toBeLessThanOrEqual(16);
  });

  it('counts as attempts only what was sent, not what waits behind a failing message', async () => {
    outcome = () => ({ ok: false, reason: 'no' });
    for (let id = 1; id <= 20; id++) store(id);
    loop.wake();
    await settle();
    expect(sent).toHaveLength(16);
    expect(waiting.map(({ attempts }) => attempts)).toEqual([...Array(16).fill(1), ...Array(4).fill(0)]);
  });

  it('takes messages that fail side by side for one failure', async () => {
    outcome = () => ({ ok: false, reason: 'no' });
    for (let id = 1; id <= 16; id++) store(id);
    loop.wake();
    await settle();
    outcome = () => ({ ok: true, status: 200 });
    await until(5000);
    expect(waiting).toEqual([]);
  });

  it('drops the messages of a webhook that was switched off, and says so', async () => {
    webhooks = [{ ...WEBHOOK, enabled: false }];
    store(1);
    loop.wake();
    await settle();
    expect(sent).toEqual([]);
    expect(failed).toEqual([{ id: 1, attempts: 0, error: 'The webhook was switched off' }]);
  });

  it('tries a webhook at once when it was changed', async () => {
    outcome = () => ({ ok: false, reason: 'no' });
    store(1);
    loop.wake();
    await until(60_000);
    const before = sent.length;
    outcome = () => ({ ok: true, status: 200 });
    await loop.forgive('phone');
    await settle();
    expect(sent.length).toBe(before + 1);
    expect(waiting).toEqual([]);
  });

  it('leaves messages to another node that delivers, until it is its turn', async () => {
    isSender = false;
    store(1);
    loop.wake();
    await until(HOUR_MS);
    expect(sent).toEqual([]);
    isSender = true;
    loop.wake();
    await settle();
    expect(sent).toHaveLength(1);
  });

  it('sends nothing after it was closed', async () => {
    await loop.close();
    store(1);
    loop.wake();
    await settle();
    expect(sent).toEqual([]);
  });
});
