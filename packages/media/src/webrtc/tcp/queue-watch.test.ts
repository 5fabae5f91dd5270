import { expect, it } from 'vitest';
import { QueueWatch } from './queue-watch.js';

it('says when echoes take longer than the network alone, and when they no longer do', () => {
  const watch = new QueueWatch();
  watch.asked(0);
  watch.answered(40);
  expect(watch.isReady).toBe(true);
  watch.asked(100);
  expect([watch.isReady, watch.isLate(440), watch.isLate(441)]).toEqual([false, false, true]);
  watch.answered(900);
  expect(watch.isLate(900)).toBe(false);
  watch.asked(1000);
  expect([watch.isLate(1340), watch.isLate(1341)]).toEqual([false, true]);
});

it('says nothing of a peer that never answers', () => {
  const watch = new QueueWatch();
  watch.asked(0);
  expect([watch.isReady, watch.isLate(1e9)]).toEqual([false, false]);
  watch.answered(5);
  watch.answered(6);
  expect(watch.isReady).toBe(true);
});
