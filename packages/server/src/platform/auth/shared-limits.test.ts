import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestRedis } from '../../testing/redis.js';
import { openTestLink } from '../../testing/redis-link.js';
import type { RedisLink } from '../redis/redis-link.js';
import { SharedLimits } from './shared-limits.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await TestRedis.start();
});
afterAll(() => redis?.stop());

const links: RedisLink[] = [];
afterEach(() => {
  for (const link of links.splice(0)) link.close();
});

interface NodeOptions {
  url?: string;
  nodes?: number;
  waitMs?: number;
  haste?: number;
}

async function node({ url = redis.url, nodes = 1, ...options }: NodeOptions = {}) {
  const { link, log } = await openTestLink({ url }, options);
  links.push(link);
  let alone = 0;
  const limits = new SharedLimits({ redis: link, nodes: () => nodes, onAlone: () => alone++, now: () => 0 });
  return { link, limits, log, alone: () => alone };
}

const isUp = async (...nodes: { link: RedisLink }[]) =>
  expect.poll(() => nodes.every(({ link }) => link.isUp)).toBe(true);

/** How many of so many requests pass. */
async function passed(limiter: { take(peer: string): Promise<number> }, peer: string, tries: number): Promise<number> {
  const waits = await Promise.all(Array.from({ length: tries }, () => limiter.take(peer)));
  return waits.filter((wait) => wait === 0).length;
}

describe('limits of several nodes', () => {
  it('are counted together in Redis, for each peer and limit apart', async () => {
    const [one, other] = [await node(), await node()];
    await isUp(one, other);
    const [here, there] = [one, other].map(({ limits }) => limits.perMinute('tries', 6));
    expect(await passed(here!, 'ann', 4)).toBe(4);
    expect(await passed(there!, 'ann', 4)).toBe(2);
    expect(await here!.take('ann')).toBeGreaterThanOrEqual(9);
    // Looking at it takes nothing.
    expect(await there!.waitS('bob')).toBe(0);
    expect(await passed(there!, 'bob', 7)).toBe(6);
    expect(await passed(one.limits.perMinute('others', 6), 'ann', 7)).toBe(6);
    expect(one.alone() + other.alone()).toBe(0);
  });

  it('give their rate after a burst, by the clock of Redis', async () => {
    const one = await node();
    await isUp(one);
    const limiter = one.limits.limiter({ name: 'quick', burst: 2, perSecond: 20 });
    expect(await passed(limiter, 'ann', 2)).toBe(2);
    await expect.poll(() => limiter.take('ann')).toBe(0);
  });

  it('leave nothing in Redis of those that are full again', async () => {
    const one = await node();
    await isUp(one);
    await one.limits.limiter({ name: 'brief', burst: 1, perSecond: 100 }).take('ann');
    await expect.poll(() => one.link.run('KEYS', 'lookout:limit:brief:*')).toEqual([]);
  });

  it('do not take Redis for away because there are too many requests at once', async () => {
    const one = await node({ waitMs: 75, haste: 1 });
    await isUp(one);
    const limiter = one.limits.limiter({ name: 'many', burst: 1e6, perSecond: 1 });
    expect(await passed(limiter, 'ann', 3000)).toBe(3000);
    await isUp(one);
    expect(one.log).toEqual([]);
  });

  it('are each node’s share while Redis hangs, without a wait that grows, and common again after', async () => {
    const one = await node({ waitMs: 75, nodes: 2 });
    await isUp(one);
    const limiter = one.limits.perMinute('hung', 12);
    redis.signal('SIGSTOP');
    try {
      const startedMs = performance.now();
      expect(await passed(limiter, 'ann', 20)).toBe(6);
      expect(performance.now() - startedMs).toBeLessThan(2000);
      expect(one.link.trouble).toMatch(/^Redis has been away for \d+ s \(no answer/);
      expect(one.alone()).toBe(20);
      // It is given up, and connected to again.
      await expect.poll(() => one.log).toHaveLength(1);
    } finally {
      redis.signal('SIGCONT');
    }
    await isUp(one);
    expect(one.link.trouble).toBeUndefined();
    expect(one.log.map((line) => line.replace(/ \{.*/, ''))).toEqual([
      'Redis is away: each node allows its share of the limits',
      'Redis is back',
    ]);
  });

  it('survive a Redis that is started again and knows nothing', async () => {
    const one = await node();
    await isUp(one);
    const limiter = one.limits.perMinute('restarted', 3);
    expect(await passed(limiter, 'ann', 4)).toBe(3);
    await redis.stop();
    await expect.poll(() => one.link.isUp).toBe(false);
    expect(await passed(limiter, 'ann', 4)).toBe(3);
    await redis.start();
    await isUp(one);
    expect(await passed(limiter, 'ann', 4)).toBe(3);
    expect(one.alone()).toBe(4);
  });

  it('never tell the password, right or wrong', async () => {
    const one = await node({ url: redis.url.replace(redis.password, 'verkehrt') });
    await expect.poll(() => one.link.trouble).toContain('WRONGPASS');
    expect(await passed(one.limits.perMinute('refused', 3), 'ann', 4)).toBe(3);
    expect(one.log).toHaveLength(1);
    expect(one.log.join() + one.link.trouble).not.toMatch(/verkehrt|geheim/);
  });
});

describe('limits without Redis', () => {
  it('are shared out among the nodes that are up', async () => {
    let nodes = 1;
    let nowMs = 0;
    const limiter = new SharedLimits({ nodes: () => nodes, now: () => nowMs }).perMinute('tries', 12);
    expect(await passed(limiter, 'ann', 20)).toBe(12);
    nodes = 3;
    expect(await passed(limiter, 'bob', 20)).toBe(4);
    nowMs = 15_000;
    expect(await passed(limiter, 'bob', 20)).toBe(1);
    expect(await limiter.take('bob')).toBe(15);
    // However many there are, a second try is allowed.
    nodes = 100;
    expect(await passed(limiter, 'cat', 20)).toBe(3);
  });
});
