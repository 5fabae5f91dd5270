import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { nowMs } from './clock.js';

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
