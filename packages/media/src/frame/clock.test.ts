import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { EpochClock, nowMs } from './clock.js';

const built = new URL('./clock.js', import.meta.url.replace('/src/', '/dist/'));

describe('nowMs', () => {
  it('is Unix epoch milliseconds', () => {
    expect(Math.abs(nowMs() - Date.now())).toBeLessThan(60_000);
  });

  it('is one clock in all threads, whenever they began: what was stamped there is aged here', async () => {
    const program = `
      import { parentPort } from 'node:worker_threads';
      import { nowMs } from ${JSON.stringify(built.href)};
      parentPort.on('message', () => parentPort.postMessage([nowMs(), performance.timeOrigin]));
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`));
    try {
      await once(worker, 'online');
      const before = nowMs();
      worker.postMessage('now');
      const [[stamp, origin]] = (await once(worker, 'message')) as [[number, number]];
      expect(stamp).toBeGreaterThanOrEqual(before);
      expect(stamp).toBeLessThanOrEqual(nowMs());
      // Taken from the machine's clock once per process: a worker begun after that was set must not have an origin of its own.
      expect(origin).toBe(performance.timeOrigin);
    } finally {
      await worker.terminate();
    }
  });
});

describe('EpochClock', () => {
  it('follows a machine whose clock is set, or that was suspended, for times before and after', () => {
    let steady = 1000;
    let epoch = 1000;
    const clock = new EpochClock(
      () => steady,
      () => epoch,
    );
    const before = steady;
    expect(clock.toEpoch(before)).toBe(1000);
    // It began in 1970, as a machine without a battery does, and is corrected.
    epoch = 1_700_000_000_000;
    expect(clock.toEpoch(before)).toBe(1_700_000_000_000);
    steady += 500;
    epoch += 500;
    expect(clock.toEpoch(steady)).toBe(1_700_000_000_500);
    expect(clock.fromEpoch(1_700_000_000_000)).toBe(before);
    epoch -= 3_600_000;
    expect(clock.toEpoch(steady)).toBe(epoch);
  });

  it('keeps the distance of times where the machine’s clock is only coarse', () => {
    let steady = 0;
    const clock = new EpochClock(
      () => steady,
      () => Math.floor(steady) + 500,
    );
    for (; steady < 100; steady += 0.3) expect(clock.toEpoch(steady)).toBeCloseTo(steady + 500, 6);
  });
});
