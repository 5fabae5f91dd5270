import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ModelInfo } from '@lookout/vision';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnalysisJob } from './analysis-job.js';
import { AnalysisPool } from './analysis-pool.js';

/** Speaks the workers' protocol; a JPEG that begins with 0 ends its thread, as a crash in native code does. */
const program = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ type, id, job }) => {
    if (type === 'close') return parentPort.close();
    if (job.picture.jpeg[0] === 0) process.exit(1);
    const result = { packed: new Float32Array(0), jpegs: [], decodeMs: 0, inferMs: 0, drawMs: 0, encodeMs: 0, startedMs: 0 };
    parentPort.postMessage({ type: 'done', id, result });
  });
  parentPort.postMessage({ type: 'ready', provider: 'cpu' });
`;
const broken = 'throw new Error("no memory")';

const good: AnalysisJob = { picture: { kind: 'jpeg', jpeg: new Uint8Array([1]) } };
const deadly: AnalysisJob = { picture: { kind: 'jpeg', jpeg: new Uint8Array([0]) } };

let pool: AnalysisPool;
afterEach(() => pool.close());

/** @param programs one for each thread in the order of their start; the last one for all after it. */
async function start(programs = [program]): Promise<Worker[]> {
  const threads: Worker[] = [];
  pool = await AnalysisPool.start({
    model: {} as ModelInfo,
    workers: 1,
    respawnDelayMs: 1,
    createThread: () => {
      const source = programs[Math.min(threads.length, programs.length - 1)] as string;
      const thread = new Worker(source, { eval: true });
      threads.push(thread);
      return thread;
    },
  });
  return threads;
}

async function ready(): Promise<void> {
  while (pool.readyCount === 0) await sleep(5);
}

describe('AnalysisPool', () => {
  it('fails only the job that killed its worker, and replaces the worker', async () => {
    await start();
    await expect(pool.runSoon(deadly)).rejects.toMatchObject({ code: 'inference_failed' });
    await ready();
    await expect(pool.runSoon(good)).resolves.toMatchObject({ jpegs: [] });
  });

  it('answers a caller whose reserved worker died before the job was ready', async () => {
    const threads = await start();
    const reservation = pool.reserve();
    await threads[0]?.terminate();
    await expect(reservation?.run(good)).rejects.toMatchObject({ code: 'inference_failed' });
  });

  it('gives no waiting job to a reserved worker that died', async () => {
    const threads = await start();
    const reservation = pool.reserve();
    const waiting = pool.runSoon(good);
    await threads[0]?.terminate();
    reservation?.release();
    await expect(waiting).resolves.toMatchObject({ jpegs: [] });
  });

  it('goes on trying when a replacement can not start', async () => {
    const threads = await start([program, broken, broken, program]);
    await expect(pool.runSoon(deadly)).rejects.toMatchObject({ code: 'inference_failed' });
    await ready();
    expect(threads).toHaveLength(4);
  });
});
