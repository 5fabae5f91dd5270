import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '@lookout/vision';
import { encodeModel, oddModel, tinyModel } from '@lookout/vision/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisPool } from '../../pipeline/analysis/analysis-pool.js';
import { loadSettings } from '../config/settings.js';
import { estimateMemory } from './describe-model.js';
import { ModelLibrary } from './model-library.js';
import { ModelReader, type ReadModel, type ReadModelsTask } from './model-reader.js';
import { readModels } from './read-models.js';

let directory: string;
let models: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-library-'));
  models = join(directory, 'data', 'models');
  mkdirSync(models, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Remembers what it was told to open and close, and can be told to refuse. */
class RecordingPool implements Pick<AnalysisPool, 'load' | 'unload' | 'opened' | 'settled' | 'refusal'> {
  readonly told: string[] = [];
  readonly open = new Map<string, string>();
  refuse: (model: ModelInfo, provider: string) => LookoutError | undefined = () => undefined;
  readonly endless = new Map<string, LookoutError>();

  async load(model: ModelInfo, provider: string) {
    this.told.push(`load ${model.name} on ${provider}`);
    const error = this.refuse(model, provider);
    if (error) throw error;
    this.open.set(model.name, provider);
    return this.opened(model.name)!;
  }

  async unload(name: string) {
    this.told.push(`unload ${name}`);
    this.open.delete(name);
  }

  opened(name: string) {
    const provider = this.open.get(name);
    return provider === undefined ? undefined : { name, provider, inputs: [], outputs: [] };
  }

  async settled() {
    this.told.push('settled');
  }

  refusal(name: string) {
    return this.endless.get(name);
  }
}

/** Reads models in this thread, as the thread of its own does that takes most of a second to start. */
class ReaderHere extends ModelReader {
  override read(task: ReadModelsTask): Promise<ReadModel[]> {
    return readModels(task, new Int32Array(1));
  }
}

function file(name: string, bytes = oddModel()): string {
  const path = join(models, `${name}.onnx`);
  writeFileSync(path, bytes);
  return path;
}

interface StartOptions {
  further?: string[];
  provider?: string;
  /** A small default of one's own, from beside the data folder; otherwise the built-in one, which need not be tried out. */
  hasBase?: boolean;
  memoryMb?: number;
  /** Default: one that reads in this thread. */
  reader?: ModelReader;
}

async function start(options: StartOptions = {}) {
  const { further = [], provider = 'cpu', hasBase = false, memoryMb = 512, reader = new ReaderHere() } = options;
  const values: Record<string, string> = { '--data': join(directory, 'data'), '--workers': '2' };
  if (hasBase) {
    values['--model'] = join(directory, 'base.onnx');
    writeFileSync(values['--model'], oddModel());
  }
  const settings = loadSettings({ flags: { values }, cwd: directory });
  const library = await ModelLibrary.open(
    { ...settings, models: further, model_memory_mb: memoryMb },
    provider,
    reader,
  );
  const pool = new RecordingPool();
  pool.open.set(library.current.name, provider);
  const events: string[] = [];
  library.attach(pool, {
    onLoaded: ({ name }) => void events.push(`loaded ${name}`),
    onUnloaded: (name, reason) => void events.push(`unloaded ${name}: ${reason}`),
    onDefault: (model, before) => void events.push(`${model.name} after ${before.name}`),
    onWarning: (name, warning) => void events.push(`${name}: ${warning}`),
  });
  return { library, pool, events };
}

/** A model of which two fit into 64 MiB: 2 workers × 140 bytes × 320². */
const middling = () =>
  encodeModel(
    tinyModel({
      input: [1, 3, 320, 320],
      outputs: { output0: { shape: [1, 6, 2100], values: new Float32Array(6 * 2100) } },
      metadata: { names: "{0: 'crack', 1: 'pothole'}" },
    }),
  );

describe('the models there are', () => {
  it('are the default, those of the settings, the embedded one and those of the folder', async () => {
    file('zebra');
    const beside = join(directory, 'beside.onnx');
    writeFileSync(beside, middling());
    const { library } = await start({ further: [beside, 'zebra'], hasBase: true, reader: new ModelReader() });
    expect(await library.list()).toMatchObject([
      { name: 'base', loaded: true, default: true, device: 'cpu', in_use: 0, format: 'yolov8', classes: ['thing'] },
      { name: 'beside', loaded: false, default: false, classes: ['crack', 'pothole'], input: '320×320' },
      { name: 'zebra', loaded: false, classes: ['thing'] },
      { name: 'nanodet-g', loaded: false, format: 'nanodet' },
    ]);
  });

  it('say why they can’t be used, and are not read again until the file has changed', async () => {
    const { library, pool } = await start();
    const path = file('broken', Buffer.from('<html>'));
    const listed = async () => (await library.list()).find(({ name }) => name === 'broken');
    expect(await listed()).toMatchObject({ format: 'unknown', classes: [], unusable: expect.stringContaining('ONNX') });
    await expect(library.acquire('broken')).rejects.toMatchObject({ code: 'model_invalid' });
    expect(pool.told).toEqual([]);
    writeFileSync(path, oddModel());
    expect(await listed()).not.toHaveProperty('unusable');
    await library.acquire('broken');
  });

  it('are named, never found by path', async () => {
    const { library } = await start();
    file('road');
    for (const name of ['nothing', '../models/road', join(models, 'road.onnx'), 'road.onnx', '__proto__']) {
      await expect(library.acquire(name), name).rejects.toMatchObject({
        code: 'model_not_found',
        hint: 'Available models: nanodet-g, road',
      });
    }
  });

  it('may not share a name', async () => {
    await expect(start({ further: [file('base')], hasBase: true })).rejects.toMatchObject({ code: 'config_invalid' });
  });
});

describe('loading', () => {
  it('happens once, however many ask, and unloading while nobody holds it', async () => {
    file('road', middling());
    const { library, pool, events } = await start();
    const [one, two] = await Promise.all([library.acquire('road'), library.acquire('road')]);
    expect(one!.model).toMatchObject({ name: 'road', classNames: ['crack', 'pothole'] });
    expect(pool.told).toEqual(['load road on cpu']);
    expect((await library.list()).find(({ name }) => name === 'road')).toMatchObject({ loaded: true, in_use: 2 });
    await expect(library.unload('road')).rejects.toMatchObject({ code: 'conflict' });
    one!.release();
    one!.release();
    await expect(library.unload('road')).rejects.toMatchObject({ code: 'conflict' });
    two!.release();
    await library.unload('road');
    await library.unload('road');
    await expect(library.unload('nowhere')).rejects.toMatchObject({ code: 'model_not_found' });
    expect(events).toEqual(['loaded nanodet-g', 'loaded road', 'unloaded road: asked']);
    expect(() => library.hold('road')).toThrow('not loaded');
  });

  it('makes room by letting go of what was not used for longest, and of nothing in use', {
    timeout: 60_000,
  }, async () => {
    for (const name of ['a', 'b', 'c']) file(name, middling());
    const { library, pool } = await start({ hasBase: true, memoryMb: 64 });
    const a = await library.acquire('a');
    (await library.acquire('b')).release();
    const c = await library.acquire('c');
    expect([...pool.open.keys()]).toEqual(['base', 'a', 'c']);
    await expect(library.acquire('b')).rejects.toMatchObject({
      code: 'model_memory_full',
      message: expect.stringMatching(/^b needs about 28 MB, but 5\d of the 64 MB for models are in use by base, a, c$/),
    });
    a.release();
    (await library.acquire('b')).release();
    expect([...pool.open.keys()]).toEqual(['base', 'c', 'b']);
    c.release();
  });

  it('says how sure it is that outputs are read rightly, before and after they were tried out', async () => {
    file('silent', oddModel({ score: 0 }));
    const { library, events } = await start({ hasBase: true });
    const listed = (await library.list()).find(({ name }) => name === 'silent');
    expect(listed).toMatchObject({
      reading: { certainty: 'likely', why: expect.stringContaining('names and shapes') },
    });
    expect(listed?.warning).toBeUndefined();
    const loaded = await library.load('silent');
    expect(loaded).toMatchObject({
      reading: { certainty: 'unsure', why: expect.stringContaining('all scores are 0') },
      warning: expect.stringContaining('a score of exactly 0'),
    });
    expect(events.at(-1)).toContain('silent: Model silent gives a score of exactly 0');
    expect((await library.list())[0]).toMatchObject({ name: 'base', reading: { certainty: 'likely' } });
  });

  it('falls back to the processor where a device can’t take the model, and says so', async () => {
    file('road', middling());
    const { library, pool, events } = await start({ provider: 'webgpu' });
    pool.refuse = (_model, provider) =>
      provider === 'webgpu' ? new LookoutError('unavailable', 'out of memory') : undefined;
    expect(await library.load('road')).toMatchObject({
      device: 'cpu',
      warning: 'The model runs on the processor instead of webgpu: out of memory',
    });
    expect(pool.told).toEqual(['load road on webgpu', 'load road on cpu']);
    expect(events.at(-1)).toContain('instead of webgpu');
  });

  it('that fails leaves nothing behind', async () => {
    file('road', middling());
    const { library, pool } = await start();
    pool.refuse = () => new LookoutError('model_invalid', 'it does not load');
    await expect(library.acquire('road')).rejects.toMatchObject({ code: 'model_invalid' });
    expect((await library.list()).find(({ name }) => name === 'road')).toMatchObject({
      loaded: false,
      unusable: 'it does not load',
    });
  });
});

describe('a model that does not come to an end', () => {
  const timeout = (name: string) => new LookoutError('model_timeout', `${name} did not finish`);

  it('is not loaded again until its file has changed', async () => {
    const path = file('endless');
    const { library, pool, events } = await start();
    (await library.acquire('endless')).release();
    pool.endless.set('endless', timeout('endless'));
    await library.refuse('endless', timeout('endless'));
    expect(events.at(-1)).toBe('unloaded endless: refused');
    await expect(library.acquire('endless')).rejects.toMatchObject({ code: 'model_timeout' });
    expect(await library.list()).toContainEqual(
      expect.objectContaining({ name: 'endless', loaded: false, unusable: 'endless did not finish' }),
    );
    writeFileSync(path, oddModel({ score: 0.5 }));
    pool.endless.clear();
    (await library.acquire('endless')).release();
  });

  it('as the default stays until another takes its place, and says so', async () => {
    file('other');
    const { library, pool, events } = await start({ hasBase: true });
    pool.endless.set('base', timeout('base'));
    await library.refuse('base', timeout('base'));
    expect((await library.list())[0]).toMatchObject({ name: 'base', default: true, warning: 'base did not finish' });
    await library.load('other', { asDefault: true });
    expect(events.at(-1)).toBe('unloaded base: refused');
    await expect(library.acquire('base')).rejects.toMatchObject({ code: 'model_timeout' });
  });
});

describe('the default', () => {
  it('changes when every worker has the other one; the one before may then go', async () => {
    file('road', middling());
    const { library, pool, events } = await start({ hasBase: true });
    const follower = library.hold();
    await expect(library.unload('base')).rejects.toMatchObject({ code: 'conflict' });
    library.oddities = ({ name }) => [`Camera yard is lost with ${name}.`];
    expect(await library.load('road', { asDefault: true })).toMatchObject({
      default: true,
      warning: 'Camera yard is lost with road.',
    });
    expect(pool.told).toEqual(['load road on cpu', 'settled']);
    expect(events).toEqual(['loaded base', 'loaded road', 'road after base']);
    expect([follower.model.name, library.current.name]).toEqual(['road', 'road']);
    expect((await library.list())[0]).toMatchObject({ name: 'road', default: true });
    await library.unload('base');
    await expect(library.unload('road')).rejects.toMatchObject({ code: 'conflict' });
    // Once more is no change.
    await library.load('road', { asDefault: true });
    expect(events.filter((event) => event.includes('after'))).toHaveLength(1);
  });
});

it('memory goes by file, size of the input and workers', () => {
  expect(estimateMemory({ input: { kind: 'fixed', width: 100, height: 200 } }, 1000)).toBe(2000 + 140 * 20_000);
  const free = estimateMemory({ input: { kind: 'free', multiple: 32 } }, 0);
  expect(free).toBe(140 * 640 * 640);
});
