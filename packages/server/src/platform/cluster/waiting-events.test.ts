import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeptEvent } from '../storage/index.js';
import { WaitingEvents } from './waiting-events.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-waiting-'));
  path = join(folder, 'waiting.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () =>
  WaitingEvents.open(path, (error) => {
    throw error;
  });
const event = (id: string, given: Partial<KeptEvent> = {}) => ({ id, camera: 'yard', ...given }) as KeptEvent;

it('keeps what waits over the end of the process, as it was at last', async () => {
  const first = await open();
  first.add({ kind: 'created', event: event('e1'), epoch: 7 });
  first.add({ kind: 'created', event: event('e2'), epoch: 7 });
  first.add({ kind: 'ended', event: event('e1', { ended_at: 5 }), epoch: 7 });
  first.add({ kind: 'ended', event: event('e0', { ended_at: 6 }), epoch: 6 });
  first.done('e2');
  await first.close();
  // What was being written when the process ended.
  appendFileSync(path, readFileSync(path, 'utf8').slice(0, 40));
  const second = await open();
  expect([...second.left.values()]).toEqual([
    { event: event('e1', { ended_at: 5 }), epoch: 7, isNew: true },
    { event: event('e0', { ended_at: 6 }), epoch: 6, isNew: false },
  ]);
  expect([second.get('e0')?.epoch, second.get('e2')?.epoch, second.count]).toEqual([6, undefined, 2]);
  for (const id of second.left.keys()) second.done(id);
  await second.close();
  expect(readFileSync(path, 'utf8')).toBe('');
});

it('bounds its file: what is more waits in memory', async () => {
  const waiting = await open();
  const reason = 'x'.repeat(1_000_000);
  for (let i = 0; i < 20; i++) waiting.add({ kind: 'created', event: event(`e${i}`, { reason }), epoch: 1 });
  await waiting.close();
  expect(waiting.count).toBe(20);
  const again = await open();
  expect(again.count).toBe(16);
  await again.close();
});
