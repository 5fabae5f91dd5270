import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewWebhook, RuleEvent, WebhookMessage } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Storage } from '../../platform/storage/index.js';
import { keptEvent } from '../../testing/event-repository-suite.js';
import { openTestStorage } from '../../testing/test-storage.js';
import { EventBus } from '../bus/event-bus.js';
import { WebhookService } from './webhook-service.js';

const HOST = '127.0.0.1';
const NOW_MS = 1_700_000_000_000;
const WEBHOOK: Omit<NewWebhook, 'url'> = { min_severity: 'info', rules: 'all', enabled: true };

let directory: string;
let storage: Storage;
let bus: EventBus;
let service: WebhookService;
/** Messages received, e.g. `event.created e1`. */
let received: string[];
let url: string;
let status: number;
let closeReceiver: () => Promise<unknown>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-webhooks-'));
  received = [];
  status = 204;
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const message: WebhookMessage = JSON.parse(Buffer.concat(chunks).toString());
    received.push(message.type === 'test' ? 'test' : `${message.type} ${message.data.id}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, HOST, resolve));
  closeReceiver = () => new Promise((resolve) => receiver.close(resolve));
  url = `http://${HOST}:${(receiver.address() as AddressInfo).port}/hook`;
  await open();
});
afterEach(async () => {
  await close();
  await closeReceiver();
  rmSync(directory, { recursive: true });
});

async function open(): Promise<void> {
  storage = openTestStorage(directory);
  bus = new EventBus({
    count: () => undefined,
    log: (_, error) => expect.unreachable(String(error)),
    now: () => NOW_MS,
  });
  service = await WebhookService.open({
    store: storage.webhooks,
    bus,
    allowedHosts: [HOST],
    hasRule: (id) => id === 'r1',
    onSent: () => undefined,
    onFault: (error) => expect.unreachable(String(error)),
    now: () => NOW_MS,
    later: () => () => undefined,
  });
}

async function close(): Promise<void> {
  await service.close();
  await storage.close();
}

function viewOf(id: string, more: Partial<RuleEvent> = {}): RuleEvent {
  const { hasSnapshot: _, hasClip: __, bytes: ___, ...event } = keptEvent(id);
  return { ...event, clip_until: null, ...more } as RuleEvent;
}

/** Stores an event and the messages about it, as the recorder does. */
async function store(id: string, more: Partial<RuleEvent> = {}): Promise<void> {
  await storage.events.insert(keptEvent(id), service.deliveries(viewOf(id, more), 'created'));
}

describe('WebhookService', () => {
  it('delivers at its start what an earlier run of the server stored but did not deliver', async () => {
    await service.create({ ...WEBHOOK, url });
    await store('e1');
    await close();
    await open();
    // Ended by the server itself, as it starts.
    await storage.events.update(
      keptEvent('e1', { ended_at: NOW_MS }),
      'ended',
      service.deliveries(viewOf('e1'), 'ended'),
    );
    expect(received).toEqual([]);
    service.start();
    await vi.waitFor(() => expect(received).toHaveLength(2));
    expect(new Set(received)).toEqual(new Set(['event.created e1', 'event.ended e1']));
  });

  it('delivers an event once it is stored and reported', async () => {
    service.start();
    const { id } = await service.create({ ...WEBHOOK, url });
    await store('e1');
    bus.emit('event', { seq: 1, kind: 'created', event: viewOf('e1') });
    await vi.waitFor(async () =>
      expect(await service.list()).toMatchObject([{ id, waiting: 0, delivered_at: NOW_MS }]),
    );
    expect(received).toEqual(['event.created e1']);
  });

  it('stores messages only for webhooks that listen to the event', async () => {
    await service.create({ ...WEBHOOK, url, min_severity: 'critical' });
    await service.create({ ...WEBHOOK, url, enabled: false });
    await service.create({ ...WEBHOOK, url, rules: [] });
    const { id } = await service.create({ ...WEBHOOK, url, rules: ['r1'], min_severity: 'warning' });
    expect(service.deliveries(viewOf('e1'), 'created').map(({ webhookId }) => webhookId)).toEqual([id]);
    expect(service.deliveries(viewOf('e1', { severity: 'info' }), 'created')).toEqual([]);
  });

  it('reports a lowered severity to the webhooks that received the event', async () => {
    const { id } = await service.create({ ...WEBHOOK, url, min_severity: 'warning' });
    const verification = { state: 'rejected', question: 'Is it?', lowered_from: 'critical' } as const;
    const lowered = viewOf('e1', { severity: 'info', verification });
    expect(service.deliveries(lowered, 'updated').map(({ webhookId }) => webhookId)).toEqual([id]);
    const held = viewOf('e1', { severity: 'info', verification: { ...verification, held: true } });
    expect([service.deliveries(held, 'created'), service.deliveries(held, 'ended')]).toEqual([[], []]);
  });

  it('tries again at once when a webhook was changed, or a test message arrived', async () => {
    service.start();
    const { id } = await service.create({ ...WEBHOOK, url });
    status = 500;
    await store('e1');
    bus.emit('event', { seq: 1, kind: 'created', event: viewOf('e1') });
    await vi.waitFor(async () => expect((await storage.webhooks.nextDue()) ?? 0).toBeGreaterThan(NOW_MS));
    expect(await service.test(id)).toMatchObject({ ok: false, status: 500 });
    status = 204;
    expect(await service.test(id)).toMatchObject({ ok: true, status: 204 });
    await vi.waitFor(async () => expect(await service.list()).toMatchObject([{ waiting: 0 }]));
    expect(received).toEqual(['event.created e1', 'test', 'test', 'event.created e1']);
  });

  it('refuses a rule that does not exist, and an address that it may not reach', async () => {
    await expect(service.create({ ...WEBHOOK, url, rules: ['r2'] })).rejects.toThrow('there is no rule "r2"');
    await expect(service.create({ ...WEBHOOK, url: 'http://127.0.0.2/' })).rejects.toThrow('may not reach');
    await expect(service.update('x', { enabled: false })).rejects.toMatchObject({ code: 'not_found' });
  });
});
