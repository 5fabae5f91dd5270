import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RuleEvent } from '@lookout/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeptEvent } from '../../platform/storage/index.js';
import { HeldFile } from './held-file.js';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'lookout-held-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const event = (id: string) =>
  ({ id, camera: 'yard', verification: { state: 'pending', question: 'Smoke?', held: true } }) as KeptEvent;
const open = () =>
  HeldFile.open(data, (error) => {
    throw error;
  });

it('stores the events that were held when a process ended, as unanswered', async () => {
  const file = await open();
  for (const id of ['answered', 'stored', 'left']) file.hold(event(id));
  file.done(event('answered'));
  await file.close();

  const stored: KeptEvent[] = [];
  const store = {
    get: async (id: string) => (id === 'stored' ? event(id) : undefined),
    insert: async (one: KeptEvent, deliveries: readonly object[]) => {
      expect(deliveries).toHaveLength(1);
      stored.push(one);
      return 1;
    },
  };
  const deliveries = ({ id }: RuleEvent) => [
    { webhookId: 'w', eventId: id, type: 'event.created' as const, body: '', nextAt: 0 },
  ];
  const again = await open();
  expect(await again.storeLeft(store, (one) => one as never, deliveries)).toBe(2);
  expect(stored).toMatchObject([{ id: 'left', verification: { state: 'failed', held: true } }]);
  await again.close();

  const third = await open();
  expect(await third.storeLeft(store, (one) => one as never, deliveries)).toBe(0);
  await third.close();
});
