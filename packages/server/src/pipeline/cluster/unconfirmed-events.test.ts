import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError, type RuleEvent } from '@lookout/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WaitingEvents } from '../../platform/cluster/waiting-events.js';
import { keptEvent } from '../../testing/event-repository-suite.js';
import { storeLeft, UnconfirmedEvents } from './unconfirmed-events.js';

let folder: string;
let file: WaitingEvents;
const open = () =>
  WaitingEvents.open(join(folder, 'waiting.jsonl'), (error) => {
    throw error;
  });
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-unconfirmed-'));
  file = await open();
});
afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true, force: true });
});

it('tells events that wait once the nodes agree, and keeps the epoch by which they were found', () => {
  const told: unknown[] = [];
  let isAgreed = false;
  let epoch: number | undefined = 7;
  const events = new UnconfirmedEvents({
    ...{ file, isAgreed: () => isAgreed, epochOf: () => epoch, view: (event) => event as unknown as RuleEvent },
    bus: { emit: (_topic, happened) => void told.push(happened) },
  });
  const [first, second, third] = [keptEvent('e1'), keptEvent('e2'), keptEvent('e3')];
  events.waits('created', first);
  events.waits('created', second);
  events.done(second);
  expect(told).toEqual([]);
  isAgreed = true;
  events.tell();
  epoch = undefined;
  events.waits('ended', first);
  events.waits('created', third);
  expect(told).toMatchObject([
    { kind: 'created', event: { id: 'e1', unconfirmed: true } },
    { kind: 'ended', event: { id: 'e1', unconfirmed: true } },
  ]);
  expect(file.get('e1')).toMatchObject({ epoch: 7 });
  expect(file.count).toBe(1);
});

it('keeps held events with their epoch, announces none, and ends the wait for answers at the next start', async () => {
  const told: unknown[] = [];
  let epoch: number | undefined = 7;
  const events = new UnconfirmedEvents({
    ...{ file, isAgreed: () => true, epochOf: () => epoch, view: (event) => event as unknown as RuleEvent },
    bus: { emit: (_topic, happened) => void told.push(happened) },
  });
  const held = keptEvent('e1', { verification: { state: 'pending', question: 'Is it?', held: true } });
  events.hold(held);
  events.hold(keptEvent('e2'));
  events.done(keptEvent('e2'));
  // The camera has moved to another node in the meantime.
  epoch = undefined;
  events.hold({ ...held, reason: 'It goes on.' });
  expect(told).toEqual([]);
  expect(file.get('e1')).toMatchObject({ epoch: 7, event: { reason: 'It goes on.' } });
  await file.close();
  file = await open();
  const stored: unknown[] = [];
  const store = { insert: async (event: object) => stored.push(event), update: async () => 0 };
  expect(await storeLeft(file, store, () => [])).toBe(1);
  expect(stored).toMatchObject([{ id: 'e1', verification: { state: 'failed' } }]);
});

it('stores what a process has left once, in order, and nothing that was removed', async () => {
  file.add({ kind: 'created', event: keptEvent('e1'), epoch: 7 });
  file.add({ kind: 'ended', event: keptEvent('e2', { ended_at: 5 }), epoch: 7 });
  file.add({ kind: 'ended', event: keptEvent('gone', { ended_at: 5 }), epoch: 7 });
  file.add({ kind: 'created', event: keptEvent('there'), epoch: 7 });
  await file.close();
  file = await open();
  const log: string[] = [];
  const store = {
    insert: async ({ id }: { id: string }) => {
      if (id === 'there') throw new LookoutError('conflict', 'There is such an event');
      return log.push(`insert ${id}`);
    },
    update: async ({ id }: { id: string }, kind: string) => {
      if (id === 'gone') throw new LookoutError('not_found', 'There is no such event');
      return log.push(`${kind} ${id}`);
    },
  };
  expect(await storeLeft(file, store, () => [])).toBe(3);
  expect(log).toEqual(['insert e1', 'ended e2', 'updated there']);
  expect(file.count).toBe(0);
});
