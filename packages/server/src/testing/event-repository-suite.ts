/** What every implementation keeps of events. */
import type { Trigger } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import type { EventFilter, KeptEvent, Repositories } from '../platform/storage/index.js';

const NOW_MS = 1_700_000_000_000;

/** An event of one person. */
export const keptEvent = (id: string, more: Partial<KeptEvent> = {}): KeptEvent => ({
  id,
  rule_id: 'r1',
  camera: 'yard',
  severity: 'warning',
  behavior: 'stay',
  summary: 'Warn when a person stays in “back door” for 30 s or longer.',
  reason: 'A person stayed in “back door” for 34 s.',
  started_at: NOW_MS,
  ended_at: null,
  frame_timestamp: NOW_MS + 30_000,
  measured: { seconds: 34.1 },
  tracks: [{ track_id: 7, class_name: 'person', bbox: [1, 2, 3, 4.5], confidence: 0.83 }],
  zone: 'back door',
  image_size: [640, 480],
  verdict: null,
  seen: false,
  kept: false,
  late: false,
  hasSnapshot: false,
  hasClip: false,
  bytes: 0,
  ...more,
});
const dogs = [
  { track_id: 8, class_name: 'dog', bbox: [0, 0, 1, 1] as [number, number, number, number], confidence: 0.5 },
];

export function describeEvents(now: () => Repositories, reopen: () => Promise<void>, maxChanges: () => number): void {
  describe('events', () => {
    it('survive a restart, with everything that is known of them', async () => {
      const full = keptEvent('e1', {
        ended_at: NOW_MS + 1,
        line: 'gate',
        direction: 'forward',
        verdict: 'right',
        seen: true,
        kept: true,
        late: true,
        untested: true,
        verification: { state: 'rejected', question: 'Is it?', evidence: 'a curtain', lowered_from: 'critical' },
        hasSnapshot: true,
        hasClip: true,
        bytes: 123,
      });
      await now().events.insert(full, []);
      await now().events.insert(keptEvent('e2', { started_at: NOW_MS + 0.6 }), []);
      await reopen();
      expect(await now().events.get('e1')).toEqual(full);
      expect(await now().events.get('e2')).toEqual(keptEvent('e2', { started_at: NOW_MS + 1 }));
      expect(await now().events.get('e3')).toBeUndefined();
      await expect(now().events.insert(full, [])).rejects.toMatchObject({ code: 'conflict' });
    });

    it('grow without losing what users and pictures added', async () => {
      const { events } = now();
      await events.insert(keptEvent('e1'), []);
      const amended = await events.amend('e1', { seen: true, verdict: 'wrong_place', hasSnapshot: true, bytes: 9 });
      expect(amended.event).toMatchObject({ seen: true, verdict: 'wrong_place', kept: false, bytes: 9 });
      const grown = keptEvent('e1', { ended_at: NOW_MS + 99, severity: 'critical', tracks: dogs, measured: {} });
      await events.update(grown, 'ended', []);
      const kept = { seen: true, verdict: 'wrong_place', hasSnapshot: true, bytes: 9 } as const;
      expect(await events.get('e1')).toEqual({ ...grown, ...kept });
      expect((await events.page({ class: 'person', limit: 9 })).events).toEqual([]);
      expect((await events.page({ class: 'dog', limit: 9 })).events).toHaveLength(1);
      expect((await events.amend('e1', { verdict: null, kept: true })).event).toMatchObject({
        verdict: null,
        kept: true,
      });
    });

    it('can be removed, and are then not there for any other change', async () => {
      const { events } = now();
      await events.insert(keptEvent('e1'), []);
      expect((await events.remove('e1'))?.event).toEqual(keptEvent('e1'));
      expect(await events.remove('e1')).toBeUndefined();
      await expect(events.update(keptEvent('e1'), 'updated', [])).rejects.toMatchObject({ code: 'not_found' });
      await expect(events.amend('e1', { seen: true })).rejects.toMatchObject({ code: 'not_found' });
      expect((await events.changesAfter(0, 9)).changes.map(({ kind }) => kind)).toEqual(['created', 'deleted']);
    });

    it('number their changes, so that a reader can continue where it was', async () => {
      const { events } = now();
      expect(await events.lastChange()).toBe(0);
      const seqs = [
        await events.insert(keptEvent('e1'), []),
        await events.insert(keptEvent('e2', { camera: 'gate' }), []),
        await events.update(keptEvent('e1'), 'updated', []),
        (await events.amend('e1', { seen: true })).seq,
        (await events.remove('e2'))?.seq ?? 0,
      ];
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      await reopen();
      expect(await now().events.lastChange()).toBe(seqs[4]);
      const { changes, isComplete } = await now().events.changesAfter(seqs[0] ?? 0, 9);
      expect(isComplete).toBe(true);
      expect(changes.map(({ kind, eventId, camera, event }) => [kind, eventId, camera, event?.seen])).toEqual([
        ['created', 'e2', 'gate', undefined],
        ['updated', 'e1', 'yard', true],
        ['changed', 'e1', 'yard', true],
        ['deleted', 'e2', 'gate', undefined],
      ]);
      expect((await now().events.changesAfter(seqs[1] ?? 0, 1)).changes.map(({ seq }) => seq)).toEqual([seqs[2]]);
      expect(await now().events.changesAfter(seqs[4] ?? 0, 9)).toEqual({ changes: [], isComplete: true });
      // A number of another database.
      expect((await now().events.changesAfter(999, 9)).isComplete).toBe(false);
    });

    it('remember a limited number of changes', async () => {
      const { events } = now();
      await events.insert(keptEvent('e1'), []);
      const amended = Array.from({ length: maxChanges() }, () => events.amend('e1', { seen: true }));
      await Promise.all(amended);
      const { changes, isComplete } = await events.changesAfter(0, maxChanges() + 9);
      expect(changes).toHaveLength(maxChanges());
      expect(isComplete).toBe(false);
      expect((await events.changesAfter(1, 1)).isComplete).toBe(true);
    });

    it('are marked as seen up to a time', async () => {
      const { events } = now();
      for (const [index, camera] of ['yard', 'gate', 'yard'].entries()) {
        await events.insert(keptEvent(`e${index}`, { camera, started_at: NOW_MS + index }), []);
      }
      expect(await events.markSeen(NOW_MS + 1, ['yard'])).toEqual(['e0']);
      expect(await events.markSeen(NOW_MS + 1)).toEqual(['e1']);
      const { events: unseen } = await events.page({ seen: false, limit: 9 });
      expect(unseen.map(({ id }) => id)).toEqual(['e2']);
      expect((await events.changesAfter(3, 9)).changes.map(({ eventId }) => eventId)).toEqual(['e0', 'e1']);
    });
  });
}

export function describeEventLists(now: () => Repositories): void {
  describe('lists of events', () => {
    const found = async (filter: Partial<EventFilter>) =>
      (await now().events.page({ limit: 50, ...filter })).events.map(({ id }) => id);

    it('hold those that pass every filter, newest first', async () => {
      const { events } = now();
      await events.insert(keptEvent('e1'), []);
      await events.insert(keptEvent('e2', { camera: 'gate', started_at: NOW_MS + 10, verdict: 'right' }), []);
      await events.insert(keptEvent('e3', { rule_id: 'r2', severity: 'info', kept: true }), []);
      await events.insert(keptEvent('e4', { tracks: dogs, verdict: 'wrong_object', seen: true }), []);
      expect(await found({})).toEqual(['e4', 'e3', 'e2', 'e1']);
      expect(await found({ cameras: ['gate'] })).toEqual(['e2']);
      expect(await found({ cameras: [] })).toEqual([]);
      expect(await found({ rule: 'r2' })).toEqual(['e3']);
      expect(await found({ severity: 'info' })).toEqual(['e3']);
      expect(await found({ class: 'dog' })).toEqual(['e4']);
      expect(await found({ verdict: 'right' })).toEqual(['e2']);
      expect(await found({ verdict: 'wrong' })).toEqual(['e4']);
      expect(await found({ verdict: 'none' })).toEqual(['e3', 'e1']);
      expect(await found({ seen: true })).toEqual(['e4']);
      expect(await found({ kept: true })).toEqual(['e3']);
      expect(await found({ since: NOW_MS + 10 })).toEqual(['e2']);
      expect(await found({ until: NOW_MS + 10 })).toEqual(['e4', 'e3', 'e1']);
      expect(await found({ rule: 'r1', class: 'person', cameras: ['yard', 'gate'], seen: false })).toEqual([
        'e2',
        'e1',
      ]);
    });

    it('come in pages, which new events do not shift', async () => {
      const { events } = now();
      for (let index = 0; index < 5; index++) await events.insert(keptEvent(`e${index}`), []);
      const first = await events.page({ limit: 2 });
      await events.insert(keptEvent('e9'), []);
      const second = await events.page({ limit: 2, cursor: first.cursor });
      const third = await events.page({ limit: 2, cursor: second.cursor });
      const ids = [first, second, third].map((page) => page.events.map(({ id }) => id));
      expect(ids).toEqual([['e4', 'e3'], ['e2', 'e1'], ['e0']]);
      expect(third.cursor).toBeUndefined();
    });

    it('tell what has not ended, what is oldest, and what it takes', async () => {
      const { events } = now();
      expect(await events.totalBytes()).toBe(0);
      expect(await events.count()).toBe(0);
      await events.insert(keptEvent('e1', { bytes: 10, kept: true, ended_at: NOW_MS }), []);
      await events.insert(keptEvent('e2', { bytes: 20 }), []);
      await events.insert(keptEvent('e3', { bytes: 30 }), []);
      expect((await events.open()).map(({ id }) => id)).toEqual(['e2', 'e3']);
      expect(await events.totalBytes()).toBe(60);
      expect(await events.count()).toBe(3);
      expect(await events.oldest(1)).toEqual([{ id: 'e2', started_at: NOW_MS, bytes: 20 }]);
    });

    it('are counted by rule and by step', async () => {
      const { events, rules } = now();
      const rule = { prompt: null, summary: '', assumptions: [], enabled: true, snoozed_until: null };
      const trigger: Trigger = { behavior: 'appear', subject: { classes: ['person'] } };
      await rules.insert(
        ['r1', 'r2'].map((id) => ({
          ...rule,
          id,
          rule: { cameras: 'all', severity: 'info', cooldown_s: 60, trigger },
          modes: ['home'],
          created_at: 0,
        })),
      );
      await events.insert(keptEvent('e1', { started_at: NOW_MS - 1 }), []);
      await events.insert(keptEvent('e2', { verdict: 'wrong_place' }), []);
      await events.insert(keptEvent('e3', { started_at: NOW_MS + 2500, verdict: 'right' }), []);
      expect(await events.countsByRule(NOW_MS)).toEqual(
        new Map([
          ['r1', { last_event_at: NOW_MS + 2500, events_24h: 2, wrong_24h: 1 }],
          ['r2', { last_event_at: null, events_24h: 0, wrong_24h: 0 }],
        ]),
      );
      const steps = await events.countsByStep('yard', NOW_MS, NOW_MS + 3000, 1000);
      expect(steps).toEqual(
        new Map([
          [0, 1],
          [2, 1],
        ]),
      );
    });
  });
}
