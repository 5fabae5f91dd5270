import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { DeviceLock } from './device-lock.js';

const built = new URL('../../dist/runtime/device-lock.js', import.meta.url).href;

/** Holds the lock 200 times, across waits of its own, and counts whenever it meets somebody in there. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(${JSON.stringify(built)}).then(async ({ DeviceLock }) => {
    const lock = new DeviceLock(workerData.shared);
    const inside = new Int32Array(workerData.counts);
    for (let i = 0; i < 200; i++) {
      await lock.hold(async () => {
        if (Atomics.add(inside, 0, 1) > 0) Atomics.add(inside, 1, 1);
        await new Promise((resolve) => setImmediate(resolve));
        Atomics.sub(inside, 0, 1);
        Atomics.add(inside, 2, 1);
      });
    }
    parentPort.close();
  });
`;

describe('DeviceLock', () => {
  it('lets one thread in at a time', async () => {
    const shared = new SharedArrayBuffer(4);
    const counts = new SharedArrayBuffer(12);
    const threads = [1, 2, 3].map(() => new Worker(program, { eval: true, workerData: { shared, counts } }));
    await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('exit', resolve))));
    expect([...new Int32Array(counts)]).toEqual([0, 0, 600]);
  });

  it('is given back by work that fails', async () => {
    const lock = new DeviceLock(new SharedArrayBuffer(4));
    await expect(lock.hold(() => Promise.reject(new Error('it failed')))).rejects.toThrow('it failed');
    await expect(lock.hold(async () => 'fine')).resolves.toBe('fine');
  });

  it('is not waited for for ever', async () => {
    const shared = new SharedArrayBuffer(4);
    new Int32Array(shared)[0] = 1;
    const lock = new DeviceLock(shared, 20);
    await expect(lock.hold(async () => 'fine')).rejects.toMatchObject({ code: 'inference_failed' });
  });
});
