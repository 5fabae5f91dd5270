import { expect, it } from 'vitest';
import type { KeptEvent } from '../../platform/storage/index.js';
import { Retention } from './retention.js';

const DAY_MS = 86_400_000;

it('applies another age at once when told to, and goes on at its times', async () => {
  let events = [1, 5, 20].map((days) => ({ id: `${days}`, started_at: -days * DAY_MS }) as unknown as KeptEvent);
  const timers: Array<{ run: () => void; cancelled: boolean }> = [];
  const age = { days: 30 };
  const retention = new Retention({
    store: {
      oldest: async () => events.toSorted((a, b) => a.started_at - b.started_at),
      count: async () => events.length,
    },
    remove: async (id) => {
      events = events.filter((event) => event.id !== id);
    },
    removeClipsBefore: async () => undefined,
    get maxAgeDays() {
      return age.days;
    },
    now: () => 0,
    onFault: (error) => expect.unreachable(String(error)),
    later: (run) => {
      const timer = { run, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
  const waiting = () => timers.filter(({ cancelled }) => !cancelled);
  age.days = 10;
  retention.runSoon();
  await expect.poll(() => events.map(({ id }) => id)).toEqual(['1', '5']);
  age.days = 2;
  // Two at once leave one timer.
  retention.runSoon();
  retention.runSoon();
  await expect.poll(() => events.map(({ id }) => id)).toEqual(['1']);
  await expect.poll(() => waiting().length).toBe(1);
  await retention.close();
  expect(waiting()).toEqual([]);
  retention.runSoon();
  expect(waiting()).toEqual([]);
});
