import { type LogLine, MAX_LOG_LINES } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { mergeLines } from './log-lines.js';

const line = (seq: number, time = seq): LogLine => ({ seq, time, level: 'info', message: `line ${seq}` });
const seqs = (lines: readonly LogLine[]) => lines.map(({ seq }) => seq);

it('has each line once and in order, however they arrive', () => {
  expect(seqs(mergeLines([line(5)], [line(3), line(4), line(5)]))).toEqual([3, 4, 5]);
});

it('keeps the newest', () => {
  const many = Array.from({ length: MAX_LOG_LINES }, (_, i) => line(i + 1));
  const merged = mergeLines(many, [line(MAX_LOG_LINES + 1)]);
  expect(merged).toHaveLength(MAX_LOG_LINES);
  expect(merged[0]?.seq).toBe(2);
});

it('begins anew with a server that was started again', () => {
  expect(mergeLines([line(1), line(2), line(3)], [line(1, 100), line(2, 101)])).toEqual([line(1, 100), line(2, 101)]);
});
