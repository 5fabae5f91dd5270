import { MAX_LOG_LINES } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { LogRing } from './log-ring.js';

const line = (fields: object) => `${JSON.stringify({ level: 30, time: '2026-03-01T10:00:00.000Z', ...fields })}\n`;
const all = { level: 'trace', limit: MAX_LOG_LINES } as const;

it('keeps the newest lines, and no more than its bound', () => {
  const ring = new LogRing();
  for (let i = 1; i <= MAX_LOG_LINES + 10; i++) ring.add(line({ msg: `line ${i}` }));
  const kept = ring.list(all);
  expect(kept).toHaveLength(MAX_LOG_LINES);
  expect(kept[0]).toEqual({ seq: 11, time: Date.parse('2026-03-01T10:00:00Z'), level: 'info', message: 'line 11' });
  expect(ring.list({ ...all, limit: 2 }).map(({ seq }) => seq)).toEqual([MAX_LOG_LINES + 9, MAX_LOG_LINES + 10]);
  expect(ring.list({ ...all, after: MAX_LOG_LINES + 9 })).toHaveLength(1);
});

it('shows lines of a level and above, with their other fields', () => {
  const ring = new LogRing();
  ring.add(line({ level: 20, msg: 'quiet' }));
  ring.add(line({ level: 40, msg: 'odd', camera: 'yard', reqId: 'r1' }));
  ring.add(line({ level: 60, msg: 'the end' }));
  expect(ring.list({ level: 'warn', limit: 10 })).toMatchObject([
    { level: 'warn', message: 'odd', details: '{"camera":"yard"}' },
    { level: 'fatal', message: 'the end' },
  ]);
});

it('cuts long lines, and keeps what is not JSON as it is', () => {
  const ring = new LogRing();
  ring.add(line({ msg: 'm'.repeat(50_000), stack: 's'.repeat(50_000) }));
  ring.add('plain text\n');
  ring.add('5');
  const [long, plain, number] = ring.list(all);
  expect(JSON.stringify(long).length).toBeLessThan(4000);
  expect([plain?.message, number?.message]).toEqual(['plain text', '5']);
});

it('tells listeners of each line until they leave', () => {
  const ring = new LogRing();
  const told: string[] = [];
  const leave = ring.onLine(({ message }) => told.push(message));
  ring.add(line({ msg: 'one' }));
  leave();
  ring.add(line({ msg: 'two' }));
  expect(told).toEqual(['one']);
});
