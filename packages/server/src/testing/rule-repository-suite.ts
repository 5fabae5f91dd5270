/** What every implementation keeps of rules, suppressions and webhooks. */
import { describe, expect, it } from 'vitest';
import {
  type KeptRule,
  type KeptSuppression,
  type KeptWebhook,
  MAX_FAILED_DELIVERIES,
  MAX_WAITING_DELIVERIES,
  type NewDelivery,
  type Repositories,
} from '../platform/storage/index.js';
import { keptEvent } from './event-repository-suite.js';

const NOW_MS = 1_700_000_000_000;

const rule = (id: string, more: Partial<KeptRule> = {}): KeptRule => ({
  id,
  prompt: 'someone in the yard',
  rule: {
    cameras: 'all',
    severity: 'warning',
    cooldown_s: 60,
    trigger: { behavior: 'appear', subject: { classes: ['person'] } },
  },
  summary: 'Warn when a person appears.',
  assumptions: ['“someone” means a person'],
  enabled: true,
  snoozed_until: null,
  modes: ['home', 'away'],
  created_at: NOW_MS,
  ...more,
});

export function describeRules(now: () => Repositories, reopen: () => Promise<void>): void {
  describe('rules', () => {
    it('survive a restart, oldest first, as they were changed', async () => {
      const stored = [rule('b'), rule('a', { prompt: null, created_at: NOW_MS + 1 })];
      await now().rules.insert(stored);
      const changed = rule('b', {
        prompt: 'a dog',
        summary: 'Note when a dog appears.',
        assumptions: [],
        enabled: false,
        snoozed_until: NOW_MS + 5000,
        modes: ['away'],
      });
      await now().rules.update(changed);
      await reopen();
      expect(await now().rules.list()).toEqual([changed, stored[1]]);
      await now().rules.remove('b');
      expect(await now().rules.list()).toEqual([stored[1]]);
      await expect(now().rules.update(changed)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('are stored together or not at all', async () => {
      await now().rules.insert([rule('a')]);
      await expect(now().rules.insert([rule('b'), rule('a')])).rejects.toMatchObject({ code: 'storage_failed' });
      expect((await now().rules.list()).map(({ id }) => id)).toEqual(['a']);
    });

    it('have a mode, once it was set', async () => {
      expect(await now().rules.mode()).toBeUndefined();
      await now().rules.setMode('away');
      await now().rules.setMode('home');
      await reopen();
      expect(await now().rules.mode()).toBe('home');
    });
  });

  it('suppressions survive a restart until they are removed', async () => {
    const suppression: KeptSuppression = {
      id: 's1',
      camera: 'yard',
      event_id: 'e1',
      class_name: 'person',
      box: [0.1, 0.2, 0.3, 0.4],
      look: new Uint8Array([1, 2, 3]),
      created_at: NOW_MS,
    };
    await now().suppressions.insert(suppression);
    await now().suppressions.insert({ ...suppression, id: 's2' });
    await reopen();
    expect(await now().suppressions.list()).toEqual([suppression, { ...suppression, id: 's2' }]);
    expect(await now().suppressions.remove('s1')).toBe(true);
    expect(await now().suppressions.remove('s1')).toBe(false);
    expect((await now().suppressions.list()).map(({ id }) => id)).toEqual(['s2']);
  });
}

const webhook = (id: string): KeptWebhook => ({
  id,
  url: `http://192.168.1.9/${id}`,
  secret: 'whsec_secret',
  min_severity: 'info',
  rules: 'all',
  enabled: true,
  created_at: NOW_MS,
});
const message = (webhookId: string, eventId: string, nextAt = NOW_MS): NewDelivery => ({
  webhookId,
  eventId,
  type: 'event.created',
  body: `{"type":"event.created","data":{"id":"${eventId}"}}`,
  nextAt,
});

export function describeWebhooks(now: () => Repositories, reopen: () => Promise<void>): void {
  describe('webhooks', () => {
    /** Stores an event with a message to each of these webhooks. */
    const tell = (id: string, ...webhooks: string[]) =>
      now().events.insert(
        keptEvent(id),
        webhooks.map((each) => message(each, id)),
      );
    const due = async (atMs = NOW_MS) =>
      (await now().webhooks.due(atMs, 10)).map(({ webhookId, eventId }) => `${eventId} to ${webhookId}`);
    const statusOf = async (id: string) => (await now().webhooks.status()).get(id);

    it('survive a restart, as they were changed', async () => {
      await now().webhooks.insert(webhook('a'));
      await now().webhooks.insert(webhook('b'));
      const changed: KeptWebhook = {
        ...webhook('a'),
        url: 'https://example.org/x',
        secret: 'whsec_other',
        min_severity: 'critical',
        rules: ['r1'],
        enabled: false,
      };
      await now().webhooks.update(changed);
      await reopen();
      expect(await now().webhooks.list()).toEqual([changed, webhook('b')]);
      expect(await now().webhooks.remove('a')).toBe(true);
      expect(await now().webhooks.remove('a')).toBe(false);
      await expect(now().webhooks.update(changed)).rejects.toMatchObject({ code: 'not_found' });
      expect(await now().webhooks.list()).toEqual([webhook('b')]);
    });

    it('have the messages about events, until each is delivered', async () => {
      for (const id of ['a', 'b']) await now().webhooks.insert(webhook(id));
      await tell('e1', 'a', 'b');
      await reopen();
      expect(await due()).toEqual(['e1 to a', 'e1 to b']);
      const [first] = await now().webhooks.due(NOW_MS, 1);
      expect(first).toMatchObject({ ...message('a', 'e1'), attempts: 0, createdAt: NOW_MS });
      await now().webhooks.delivered(first?.id ?? 0, NOW_MS + 10);
      expect(await due()).toEqual(['e1 to b']);
      expect(await statusOf('a')).toEqual({ delivered_at: NOW_MS + 10, waiting: 0, failed: [] });
      expect(await statusOf('b')).toEqual({ delivered_at: null, waiting: 1, failed: [] });
    });

    it('have them when they are due', async () => {
      await now().webhooks.insert(webhook('a'));
      expect(await now().webhooks.nextDue()).toBeUndefined();
      await tell('e1', 'a');
      await tell('e2', 'a');
      const [first] = await now().webhooks.due(NOW_MS, 1);
      await now().webhooks.retry(first?.id ?? 0, { attempts: 3, nextAt: NOW_MS + 5000 });
      expect(await due()).toEqual(['e2 to a']);
      expect(await now().webhooks.nextDue()).toBe(NOW_MS);
      expect(await due(NOW_MS + 5000)).toEqual(['e2 to a', 'e1 to a']);
      expect((await now().webhooks.due(NOW_MS + 5000, 2))[1]).toMatchObject({ attempts: 3, createdAt: NOW_MS });
    });

    it('can be hurried, each by itself, and not what was given up', async () => {
      for (const id of ['a', 'b']) await now().webhooks.insert(webhook(id));
      await tell('e1', 'a', 'b');
      await tell('e2', 'a');
      const [toA, toB, second] = await now().webhooks.due(NOW_MS, 10);
      for (const each of [toA, toB]) {
        await now().webhooks.retry(each?.id ?? 0, { attempts: 1, nextAt: NOW_MS + 5000 });
      }
      await now().webhooks.fail(second?.id ?? 0, { attempts: 2, failed_at: NOW_MS, error: 'HTTP 500' });
      expect(await due()).toEqual([]);
      await now().webhooks.hurry('a', NOW_MS + 1);
      expect(await now().webhooks.nextDue()).toBe(NOW_MS + 1);
      expect(await due(NOW_MS + 1)).toEqual(['e1 to a']);
      expect((await now().webhooks.due(NOW_MS + 1, 1))[0]).toMatchObject({ attempts: 1 });
    });

    it('list what was given up, newest first and not without end', async () => {
      await now().webhooks.insert(webhook('a'));
      for (let count = 0; count < MAX_FAILED_DELIVERIES + 2; count++) {
        await tell(`e${count}`, 'a');
        const [next] = await now().webhooks.due(NOW_MS, 1);
        await now().webhooks.fail(next?.id ?? 0, { attempts: 7, failed_at: NOW_MS + count, error: 'HTTP 500' });
      }
      const status = await statusOf('a');
      expect(status).toMatchObject({ waiting: 0 });
      expect(status?.failed).toHaveLength(MAX_FAILED_DELIVERIES);
      expect(status?.failed[0]).toEqual({
        event_id: `e${MAX_FAILED_DELIVERIES + 1}`,
        type: 'event.created',
        attempts: 7,
        failed_at: NOW_MS + MAX_FAILED_DELIVERIES + 1,
        error: 'HTTP 500',
      });
    });

    it('give up the oldest when too many wait', async () => {
      await now().webhooks.insert(webhook('a'));
      const many = Array.from({ length: MAX_WAITING_DELIVERIES + 1 }, (_, index) => message('a', `e${index}`));
      await now().events.insert(keptEvent('e'), many.slice(0, 2));
      await now().events.insert(keptEvent('f'), many.slice(2));
      const status = await statusOf('a');
      expect(status).toMatchObject({ waiting: MAX_WAITING_DELIVERIES, failed: [{ event_id: 'e0' }] });
      expect(status?.failed[0]?.error).toContain('messages were waiting');
    });

    it('have no messages about what was not stored, nor the other way round', async () => {
      await now().webhooks.insert(webhook('a'));
      await tell('e1', 'a');
      await expect(tell('e1', 'a')).rejects.toMatchObject({ code: 'conflict' });
      const broken = { ...message('a', 'e2'), body: null as never };
      await expect(now().events.insert(keptEvent('e2'), [broken])).rejects.toMatchObject({ code: 'storage_failed' });
      await expect(now().events.update(keptEvent('e1', { ended_at: 1 }), 'ended', [broken])).rejects.toThrow();
      expect(await now().events.get('e2')).toBeUndefined();
      expect(await now().events.get('e1')).toMatchObject({ ended_at: null });
      expect(await now().events.changesAfter(0, 9)).toMatchObject({ changes: [{ kind: 'created', eventId: 'e1' }] });
      expect(await due()).toEqual(['e1 to a']);
    });

    it('take their messages along when they are removed, and events do not mind', async () => {
      await now().webhooks.insert(webhook('a'));
      await tell('e1', 'a');
      await now().webhooks.remove('a');
      expect(await due()).toEqual([]);
      await tell('e2', 'a');
      expect(await now().events.get('e2')).toBeDefined();
      expect(await due()).toEqual([]);
    });
  });
}
