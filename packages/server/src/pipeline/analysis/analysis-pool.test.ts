import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ModelInfo } from '@lookout/vision';
import { afterEach, describe, expect, it } from 'vitest';
import type { AnalysisJob } from './analysis-job.js';
import { AnalysisPool } from './analysis-pool.js';

/**
 * Speaks the workers' protocol; a JPEG that begins with 0 ends its thread, as a crash in native code does, and one that begins
 * with 9 keeps it busy until the gate opens, one that begins with 8 inside a run of the model. It counts who opens a model at the same time, and fails where that was asked for
 * without the model.
 */
const program = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { models, shared } = workerData;
  const gate = new Int32Array(shared);
  const runs = new Int32Array(workerData.runs);
  const open = new Set();
  const kept = new Set();
  const nothing = { packed: new Float32Array(0), jpegs: [], decodeMs: 0, inferMs: 0, drawMs: 0, encodeMs: 0 };
  const take = ({ model: { name }, provider }) => {
    if (name === 'bad') return { code: 'model_invalid', message: 'it is bad' };
    open.add(name);
    return { name, provider };
  };
  const opened = models.map(take);
  parentPort.on('message', (message) => {
    const { type, id } = message;
    const done = (value) => parentPort.postMessage({ type: 'done', id, value });
    const fail = (code, text) => parentPort.postMessage({ type: 'error', id, code, message: text });
    if (type === 'close') return parentPort.close();
    if (type === 'drop') {
      open.delete(message.model);
      return done(undefined);
    }
    if (type === 'open') {
      if (Atomics.add(gate, 1, 1) > 0) Atomics.store(gate, 2, 1);
      Atomics.wait(gate, 1, -1, 20);
      if (message.setup.model.name === 'hangs') Atomics.wait(gate, 0, 0);
      Atomics.sub(gate, 1, 1);
      const found = take(message.setup);
      return found.code ? fail(found.code, found.message) : done(found);
    }
    if (type === 'draw') {
      kept.delete(message.picture);
      const jpegs = message.drawing.qualities.map((quality) => ({ quality, jpeg: new Uint8Array([kept.size]) }));
      return done({ jpegs, drawMs: 0, encodeMs: 0 });
    }
    if (type === 'release') return kept.delete(message.picture);
    if (kept.size > 0) return fail('internal', 'a job came while a picture is kept');
    if (type === 'run-together') {
      return done(message.jobs.map((job, i) => {
        kept.add(i);
        return { result: { ...nothing, kept: i } };
      }));
    }
    const [first] = message.job.picture.jpeg;
    if (first === 0) process.exit(1);
    if (first === 9) Atomics.wait(gate, 0, 0);
    if (first === 8) {
      Atomics.add(runs, 0, 1);
      Atomics.wait(gate, 0, 0);
      Atomics.add(runs, 0, 1);
    }
    if (message.model !== undefined && !open.has(message.model)) return fail('unavailable', 'not loaded');
    if (message.job.keepPicture) kept.add(id);
    done({ ...nothing, ...(message.job.keepPicture && { kept: id }) });
  });
  parentPort.postMessage({ type: 'ready', opened, failed: [] });
`;
const broken = 'throw new Error("no memory")';

const job = (first: number): AnalysisJob => ({ picture: { kind: 'jpeg', jpeg: new Uint8Array([first]) } });
const good = job(1);
const deadly = job(0);
const slow = job(9);
const endless = job(8);
const named = (name: string): ModelInfo => ({ name }) as ModelInfo;
const base = named('base');
const other = named('other');

let pool: AnalysisPool;
let faults: Error[];
let refused: string[];
/** A second passes for the pool. */
let tick: () => void;
/** The counts of runs of all workers, in the order of their start. */
let runs: Int32Array[];
/** 0: whether slow jobs may end; 1: models being opened now; 2: whether ever two at once. */
let gate: Int32Array;
afterEach(async () => {
  openGate();
  await pool.close();
});

function openGate(): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}

/** @param programs one for each thread in the order of their start; the last one for all after it. */
async function start(programs = [program], workers = 1): Promise<Worker[]> {
  const threads: Worker[] = [];
  const shared = new SharedArrayBuffer(12);
  gate = new Int32Array(shared);
  faults = [];
  refused = [];
  runs = [];
  pool = await AnalysisPool.start({
    model: base,
    workers,
    respawnDelayMs: 1,
    limits: { runS: 2, openS: 4 },
    everySecond: (each) => {
      tick = each;
      return () => undefined;
    },
    onFault: (error) => void faults.push(error),
    createThread: (setup) => {
      const source = programs[Math.min(threads.length, programs.length - 1)] as string;
      const thread = new Worker(source, { eval: true, workerData: { ...setup, shared } });
      runs.push(new Int32Array(setup.runs));
      threads.push(thread);
      return thread;
    },
  });
  pool.onRefused = (model) => void refused.push(model);
  return threads;
}

/** As long as the pool bears with a job that does not move on. */
function wait(seconds = 3): void {
  for (let i = 0; i < seconds; i++) tick();
}

const isInRun = (worker: number) => until(() => (runs[worker]?.[0] ?? 0) % 2 === 1);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}
const ready = (count = 1) => until(() => pool.readyCount >= count);

/** Every free worker that has the model, held. */
function reserveAll(model: ModelInfo) {
  const held = [];
  for (let one = pool.reserve(model); one; one = pool.reserve(model)) held.push(one);
  return held;
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
    const reservation = pool.reserve(base);
    await threads[0]?.terminate();
    await expect(reservation?.run(good)).rejects.toMatchObject({ code: 'inference_failed' });
  });

  it('gives no waiting job to a reserved worker that died', async () => {
    const threads = await start();
    const reservation = pool.reserve(base);
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

describe('a kept picture', () => {
  const keeping: AnalysisJob = { ...good, keepPicture: true };
  const drawing = { detections: [], qualities: [80] };

  it('holds its worker until it is drawn', async () => {
    await start();
    const { picture } = await pool.runSoon(keeping);
    const next = pool.runSoon(good);
    expect(pool.reserve(base)).toBeUndefined();
    await expect(picture?.draw(drawing)).resolves.toMatchObject({ jpegs: [{ quality: 80 }] });
    await expect(next).resolves.toMatchObject({ jpegs: [] });
    // What is done with it afterwards does nothing.
    picture?.release();
    expect(pool.freeCount(base)).toBe(1);
  });

  it('holds its worker until it is released', async () => {
    await start();
    const { picture } = await pool.runSoon(keeping);
    const next = pool.runSoon(good);
    picture?.release();
    picture?.release();
    await expect(next).resolves.toMatchObject({ jpegs: [] });
  });

  it('is one of several where the jobs went together', async () => {
    await start();
    const [first, second] = pool.reserve(base)?.split?.(2) ?? [];
    const results = await Promise.all([first?.run(keeping), second?.run(keeping)]);
    results[0]?.picture?.release();
    expect(pool.freeCount(base)).toBe(0);
    await results[1]?.picture?.draw(drawing);
    expect(pool.freeCount(base)).toBe(1);
  });

  it('goes with its worker', async () => {
    const threads = await start();
    const { picture } = await pool.runSoon(keeping);
    await threads[0]?.terminate();
    await expect(picture?.draw(drawing)).rejects.toMatchObject({ code: 'inference_failed' });
    await ready();
    await expect(pool.runSoon(good)).resolves.toMatchObject({ jpegs: [] });
  });
});

describe('several models', () => {
  it('are opened in every worker, one worker at a time', async () => {
    await start([program], 3);
    await ready(3);
    const opened = await Promise.all([pool.load(other, 'cpu'), pool.load(named('third'), 'webgpu')]);
    expect(opened).toEqual([
      { name: 'other', provider: 'cpu' },
      { name: 'third', provider: 'webgpu' },
    ]);
    for (const model of [base, other, named('third')]) {
      await until(() => {
        const held = reserveAll(model);
        for (const one of held) one.release();
        return held.length === 3;
      });
    }
    expect(Atomics.load(gate, 2), 'two workers at once').toBe(0);
    expect(pool.opened('third')?.provider).toBe('webgpu');
  });

  it('can be used as soon as one worker has them, while the others work', async () => {
    await start([program], 2);
    await ready(2);
    const inHand = pool.reserve(base)?.run(slow);
    await pool.load(other, 'cpu');
    await expect(pool.reserve(other)?.run(good)).resolves.toBeDefined();
    // The other worker has a frame in hand, and is asked for nothing else until it is done.
    expect(reserveAll(other)).toHaveLength(1);
    openGate();
    await expect(inHand).resolves.toBeDefined();
  });

  it('are opened again in a worker that replaces one that died', async () => {
    await start();
    await pool.load(other, 'cpu');
    await expect(pool.reserve(other)?.run(deadly)).rejects.toMatchObject({ code: 'inference_failed' });
    await ready();
    await expect(pool.reserve(other)?.run(good)).resolves.toBeDefined();
  });

  it('leave nothing behind when they can’t be used', async () => {
    await start();
    await expect(pool.load(named('bad'), 'cpu')).rejects.toMatchObject({ code: 'model_invalid', message: 'it is bad' });
    expect(pool.opened('bad')).toBeUndefined();
    await expect(pool.reserve(base)?.run(good)).resolves.toBeDefined();
  });

  it('are closed when what is in hand is done', async () => {
    await start();
    await pool.load(other, 'cpu');
    const reservation = pool.reserve(other);
    const unloaded = pool.unload('other');
    expect(pool.opened('other')).toBeUndefined();
    await expect(reservation?.run(good)).resolves.toBeDefined();
    await unloaded;
    // Whoever asks all the same is told, and does not wait for ever.
    await expect(pool.reserve(other)?.run(good)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(pool.reserve(base)?.run(good)).resolves.toBeDefined();
    expect(faults).toEqual([]);
  });
});

describe('what does not come to an end', () => {
  it('in a model: fails its caller, refuses the model, and leaves the others to a new worker', async () => {
    const threads = await start();
    await pool.load(other, 'cpu');
    const hanging = pool.reserve(other)?.run(endless);
    const waiting = pool.runSoon(good, other);
    await isInRun(0);
    tick();
    tick();
    expect(pool.hungCount).toBe(0);
    tick();
    const timeout = {
      code: 'model_timeout',
      message: expect.stringContaining('Model other did not finish a run within 2 s'),
    };
    await expect(hanging).rejects.toMatchObject(timeout);
    await expect(waiting).rejects.toMatchObject(timeout);
    expect(refused).toEqual(['other']);
    expect(pool.refusal('other')).toMatchObject(timeout);
    expect(pool.opened('other')).toBeUndefined();
    await expect(pool.reserve(other)?.run(good)).rejects.toMatchObject(timeout);
    await expect(pool.runSoon(good, other)).rejects.toMatchObject(timeout);
    await ready();
    await expect(pool.reserve(base)?.run(good)).resolves.toBeDefined();
    expect([threads.length, pool.hungCount]).toEqual([2, 1]);
    // Should it come back, it ends; and a model that was mended is used again.
    openGate();
    await until(() => pool.hungCount === 0);
    await pool.load(other, 'cpu');
    await expect(pool.reserve(other)?.run(good)).resolves.toBeDefined();
    expect(threads).toHaveLength(2);
  });

  it('while it is opened: fails who asked for it, and the next is opened', async () => {
    await start();
    const opening = pool.load(named('hangs'), 'cpu');
    const next = pool.load(other, 'cpu');
    await until(() => Atomics.load(gate, 1) > 0);
    wait(5);
    await expect(opening).rejects.toMatchObject({ code: 'model_timeout' });
    await expect(next).resolves.toMatchObject({ name: 'other' });
    expect(refused).toEqual(['hangs']);
  });

  it('in a picture: blames no model', async () => {
    await start();
    const hanging = pool.reserve(base)?.run(slow);
    wait();
    await expect(hanging).rejects.toMatchObject({
      code: 'frame_invalid',
      message: expect.stringContaining('within 2 s'),
    });
    await ready();
    await expect(pool.reserve(base)?.run(good)).resolves.toBeDefined();
    expect(refused).toEqual([]);
  });

  it('as the first worker starts: fails the start', async () => {
    const starting = start([
      "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => 0); parentPort.postMessage({ type: 'opening', name: 'base' });",
    ]);
    const failing = expect(starting).rejects.toMatchObject({
      code: 'model_timeout',
      message: expect.stringContaining('Model base'),
    });
    const timer = setInterval(() => tick(), 1);
    await failing;
    clearInterval(timer);
    pool = { close: async () => undefined } as AnalysisPool;
  });

  it('does not hold the end of the pool, in hand or given up', async () => {
    await start([program], 2);
    await ready(2);
    const jobs = [pool.reserve(base)?.run(slow), pool.reserve(base)?.run(slow)];
    wait();
    const outcomes = await Promise.allSettled(jobs.map((each) => each ?? Promise.resolve()));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await ready(2);
    const last = pool.reserve(base)?.run(slow);
    const closing = pool.close();
    wait();
    await expect(last).rejects.toMatchObject({ code: 'frame_invalid' });
    await closing;
    expect(pool.hungCount).toBe(3);
  });

  it('is replaced up to a bound; then callers are told, until a thread comes back', async () => {
    const threads = await start();
    for (let i = 1; i <= 8; i++) {
      await ready();
      const hanging = pool.reserve(base)?.run(slow);
      wait();
      await expect(hanging).rejects.toMatchObject({ code: 'frame_invalid' });
      expect(pool.hungCount).toBe(i);
    }
    const full = { code: 'unavailable', message: expect.stringContaining('8 analysis threads hang') };
    await until(() => pool.reserve(base) !== undefined);
    await expect(pool.reserve(base)?.run(good)).rejects.toMatchObject(full);
    await expect(pool.runSoon(good)).rejects.toMatchObject(full);
    expect(threads).toHaveLength(8);
    openGate();
    await ready();
    await expect(pool.reserve(base)?.run(good)).resolves.toBeDefined();
  });
});
