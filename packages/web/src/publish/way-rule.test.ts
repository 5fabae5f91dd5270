import { expect, it } from 'vitest';
import { WayRule } from './way-rule.js';

const SLOW = { linkBound: true, fps: 4 };

it('tries video once the network has been too slow for pictures for five seconds', () => {
  const rule = new WayRule();
  expect(rule.wantsVideo(SLOW, 0)).toBe(false);
  expect(rule.wantsVideo(SLOW, 4000)).toBe(false);
  expect(rule.wantsVideo({ linkBound: true, fps: 20 }, 4500)).toBe(false);
  expect(rule.wantsVideo(SLOW, 5000)).toBe(false);
  expect(rule.wantsVideo(SLOW, 10_000)).toBe(true);
});

it('stays with pictures where the server asks for few', () => {
  const rule = new WayRule();
  for (let ms = 0; ms < 60_000; ms += 1000) expect(rule.wantsVideo({ linkBound: false, fps: 5 }, ms)).toBe(false);
});

it('leaves video that failed alone for two minutes', () => {
  const rule = new WayRule();
  rule.failed(0);
  for (let ms = 0; ms < 120_000; ms += 1000) expect(rule.wantsVideo(SLOW, ms)).toBe(false);
  expect(rule.wantsVideo(SLOW, 120_000)).toBe(true);
});
