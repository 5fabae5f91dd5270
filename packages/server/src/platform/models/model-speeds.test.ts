import { expect, it } from 'vitest';
import { ModelSpeeds } from './model-speeds.js';

function memory() {
  const stored: Record<string, string> = {};
  const store = {
    all: async () => ({ ...stored }),
    change: async (changes: Readonly<Record<string, string | null>>) => void Object.assign(stored, changes),
  };
  return { stored, store };
}
const file = (name: string, stamp = '1 100') => ({ name, stamp });

it('takes the median after the first runs, and keeps it over a restart', async () => {
  const { store } = memory();
  const speeds = await ModelSpeeds.open({ store, now: () => 1000 });
  const times = [500, 300, 10, 11, 12, 90, 8, 9, 10, 10, 10, 10, 10];
  const measured = await speeds.measure(file('road'), 'cpu', async () => times.shift() ?? Number.NaN);
  expect(measured).toEqual({ ms: 10, device: 'cpu', measured_at: 1000 });
  expect(times).toEqual([]);
  const again = await ModelSpeeds.open({ store, now: () => 2000 });
  expect(again.of(file('road'))).toEqual(measured);
  expect(again.of(file('road', '2 100'))).toBeUndefined();
  expect(again.of(file('other'))).toBeUndefined();
});

it('runs a slow model less often', async () => {
  const speeds = await ModelSpeeds.open({ store: memory().store, now: () => 0 });
  let runs = 0;
  await speeds.measure(file('slow'), 'cpu', async () => {
    runs++;
    return 6000;
  });
  expect(runs).toBe(1);
  expect(speeds.of(file('slow'))?.ms).toBe(6000);
});

it('measures one at a time, also after one that failed', async () => {
  const speeds = await ModelSpeeds.open({ store: memory().store, now: () => 0 });
  let fail = (_error: Error) => {};
  const first = speeds.measure(file('a'), 'cpu', () => new Promise((_, reject) => (fail = reject)));
  await expect(speeds.measure(file('b'), 'cpu', async () => 1)).rejects.toMatchObject({ code: 'too_many_requests' });
  fail(new Error('the worker ended'));
  await expect(first).rejects.toThrow('the worker ended');
  expect((await speeds.measure(file('b'), 'cpu', async () => 1)).ms).toBe(1);
});

it('keeps those measured last, and begins anew if what is kept can’t be read', async () => {
  const { stored, store } = memory();
  stored['models.speeds'] = '{"a": 5}';
  const speeds = await ModelSpeeds.open({ store, now: () => 0 });
  for (let i = 0; i < 105; i++) await speeds.measure(file(`model ${i}`), 'cpu', async () => 5000);
  expect(speeds.of(file('model 4'))).toBeUndefined();
  expect(speeds.of(file('model 5'))).toBeDefined();
});
