import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Model } from '@lookout/protocol';
import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { RemoteServers } from '../remote-models/remote-servers.js';
import { describeInput, describeOrigin, describeUnloaded, estimateMemory, megabytes } from './describe-model.js';
import { ModelFiles } from './model-files.js';
import { DefaultHold, type ModelHold } from './model-hold.js';
import { ModelInspections } from './model-inspections.js';
import { ModelReader } from './model-reader.js';
import { prepareDefaultModel } from './prepare-model.js';

/** `memory`: to make room for another; `refused`: it hung. */
export type UnloadReason = 'asked' | 'memory' | 'refused';

export interface LibraryEvents {
  onLoaded?(model: ModelInfo, estimateBytes: number): void;
  onUnloaded?(name: string, reason: UnloadReason): void;
  onDefault?(model: ModelInfo, before: ModelInfo): void;
  onWarning?(name: string, warning: string): void;
}

export type LibrarySettings = Pick<
  Settings,
  'data' | 'kserve' | 'limits' | 'model' | 'models' | 'model_memory_mb' | 'workers'
>;

interface LoadedModel {
  info: ModelInfo;
  /** In all workers together. */
  readonly estimateBytes: number;
  holds: number;
  usedMs: number;
  /** Why it does not run on the intended device. */
  readonly fallback?: string;
}

/** The workers that models are loaded into. */
export interface ModelWorkers {
  /** Opens a model in all workers. */
  load(model: ModelInfo, provider: string): Promise<unknown>;
  unload(name: string): Promise<void>;
  /** How a model runs; undefined if it is not loaded. */
  opened(name: string): { provider: string; warning?: string | undefined } | undefined;
  /** Resolves once no loading or unloading is in progress. */
  settled(): Promise<void>;
  /** Why a model is no longer used; undefined if it may be used. */
  refusal(name: string): LookoutError | undefined;
}

/**
 * The models of this server: which are available, which are loaded, and the default model for cameras and clients that name
 * none. Other models are loaded on request. If the next one would exceed the memory limit, the least recently used is unloaded,
 * but never the default or one in use.
 */
export class ModelLibrary {
  readonly #settings: LibrarySettings;
  readonly #modelsDir: string;
  readonly #files: ModelFiles;
  readonly #inspections: ModelInspections;
  readonly #reader: ModelReader;
  readonly #loaded = new Map<string, LoadedModel>();
  /** Being loaded now or queued for it. */
  readonly #loading = new Map<string, Promise<void>>();
  /** Loads and unloads, one at a time. */
  #changing: Promise<unknown> = Promise.resolve();
  #default: LoadedModel;
  #pool: ModelWorkers | undefined;
  readonly #provider: string;
  /** Of the remote default model; undefined: it runs here. */
  readonly servers: RemoteServers | undefined;
  #events: LibraryEvents = {};
  /** Problems with the use of a model, read with each list. */
  oddities: (model: ModelInfo) => string[] = () => [];

  private constructor(
    settings: LibrarySettings,
    provider: string,
    files: ModelFiles,
    reader: ModelReader,
    servers: RemoteServers | undefined,
    first: { info: ModelInfo; bytes: number },
  ) {
    this.#provider = provider;
    this.servers = servers;
    this.#settings = settings;
    this.#modelsDir = join(settings.data, 'models');
    this.#files = files;
    this.#reader = reader;
    this.#inspections = new ModelInspections(this.#modelsDir, reader);
    this.#default = this.#describe(first.info, first.bytes);
  }

  /**
   * Finds and prepares the default model.
   * @param provider execution provider for models
   * @param reader of model files; by default one with the time limit of the settings
   * @throws LookoutError `model_not_found`, `model_invalid` or `model_unsupported`; `config_invalid`
   */
  static async open(
    settings: LibrarySettings,
    provider = 'cpu',
    reader = new ModelReader({ runS: settings.limits.inference_timeout_s }),
  ): Promise<ModelLibrary> {
    const modelsDir = join(settings.data, 'models');
    const { model = EMBEDDED_MODEL, models } = settings;
    const files = new ModelFiles(modelsDir, [model, ...models]);
    const { url } = settings.kserve;
    const servers = url && new RemoteServers({ ...settings.kserve, url });
    const first = await prepareDefaultModel(settings, modelsDir, provider, reader, servers);
    return new ModelLibrary(settings, provider, files, reader, servers, first);
  }

  /** The model for cameras and for clients that name none. */
  get current(): ModelInfo {
    return this.#default.info;
  }

  /** Sets the workers to load models into; they already have the default one. */
  attach(pool: ModelWorkers, events: LibraryEvents): void {
    this.#pool = pool;
    this.#events = events;
    const { info, estimateBytes } = this.#default;
    this.#loaded.set(info.name, this.#default);
    events.onLoaded?.(info, estimateBytes);
    this.#warn(info.name);
  }

  /** Estimated bytes of all loaded models. */
  get memoryBytes(): number {
    let bytes = 0;
    for (const { estimateBytes } of this.#loaded.values()) bytes += estimateBytes;
    return bytes;
  }

  /** Threads that hang in a model under trial. */
  get hungCount(): number {
    return this.#reader.hungCount;
  }

  get loadedCount(): number {
    return this.#loaded.size;
  }

  /** Execution provider of the default model. */
  get device(): string {
    return this.#pool?.opened(this.current.name)?.provider ?? this.#provider;
  }

  /** All available models, the default first. */
  async list(): Promise<Model[]> {
    const files = await this.#files.list();
    const names = new Set([this.current.name, ...this.#loaded.keys(), ...files.map(({ name }) => name)]);
    const unread = files.filter(({ name }) => !this.#loaded.has(name));
    const inspected = await this.#inspections.of(unread);
    return [...names].map((name) => {
      const loaded = this.#loaded.get(name);
      if (loaded) return this.#describeLoaded(loaded);
      return describeUnloaded(name, inspected.get(name));
    });
  }

  /**
   * Loads a model unless it is loaded. A new default takes over once every worker has it; frames in progress finish with the old
   * one and none is lost.
   * @throws LookoutError `model_not_found`, `model_memory_full`, or why the model can't be used
   */
  async load(name: string, { asDefault = false } = {}): Promise<Model> {
    const hold = await this.acquire(name);
    try {
      const loaded = this.#loaded.get(name)!;
      if (asDefault && this.#default !== loaded) {
        await this.#pool?.settled();
        const before = this.#default.info;
        this.#default.usedMs = performance.now();
        this.#default = loaded;
        this.#events.onDefault?.(loaded.info, before);
        this.#forgetIfRefused(before.name);
      }
      return this.#describeLoaded(loaded);
    } finally {
      hold.release();
    }
  }

  /** @throws LookoutError `model_not_found`; `conflict` for the default and for a model in use */
  async unload(name: string): Promise<void> {
    if (!this.#loaded.has(name)) await this.#files.find(name);
    await this.#oneByOne(async () => {
      const loaded = this.#loaded.get(name);
      if (!loaded) return;
      if (loaded === this.#default) {
        throw new LookoutError('conflict', `${name} is the default model`, {
          hint: 'Make another model the default first.',
        });
      }
      if (loaded.holds > 0) {
        throw new LookoutError('conflict', `${name} is in use by ${loaded.holds} clients of the detection API`, {
          hint: 'End their sessions first.',
        });
      }
      await this.#drop(loaded, 'asked');
    });
  }

  /**
   * Loads a model if necessary, and holds it. @param name undefined: the default, which needs no hold
   * @throws LookoutError `model_not_found`, `model_memory_full`, or why the model can't be used
   */
  async acquire(name?: string): Promise<ModelHold> {
    if (name === undefined) return this.hold();
    while (!this.#loaded.has(name)) await this.#loadOnce(name);
    return this.hold(name);
  }

  /** Holds a loaded model. @throws LookoutError `unavailable` if it is not loaded, or no longer */
  hold(name?: string): ModelHold {
    if (name === undefined) return new DefaultHold(this);
    const loaded = this.#loaded.get(name);
    if (!loaded) throw new LookoutError('unavailable', `The model ${name} is not loaded`);
    loaded.holds++;
    let released = false;
    return {
      get model() {
        return loaded.info;
      },
      release: () => {
        if (released) return;
        released = true;
        loaded.holds--;
        loaded.usedMs = performance.now();
      },
    };
  }

  /** A model hung: it is not loaded again until its file changes or the server restarts. */
  async refuse(name: string, error: LookoutError): Promise<void> {
    const file = (await this.#files.list()).find((one) => one.name === name);
    if (file) this.#inspections.failed(file, error);
    this.#forgetIfRefused(name);
  }

  /** The workers have already closed it. The default is kept until it is replaced. */
  #forgetIfRefused(name: string): void {
    const loaded = this.#loaded.get(name);
    if (!loaded || loaded === this.#default || !this.#pool?.refusal(name)) return;
    this.#loaded.delete(name);
    this.#events.onUnloaded?.(name, 'refused');
  }

  /**
   * Reads the metadata of the configured KServe server again and applies changes for all users of the model.
   * @returns the updated model
   * @throws LookoutError `model_not_found` if it was unloaded
   */
  async refreshRemote(name: string): Promise<ModelInfo> {
    const { info } = await prepareDefaultModel(
      this.#settings,
      this.#modelsDir,
      this.#provider,
      this.#reader,
      this.servers,
    );
    return this.#oneByOne(async () => {
      const loaded = this.#loaded.get(name);
      if (!loaded || info.name !== name) throw new LookoutError('model_not_found', `The model ${name} is not loaded`);
      const before = loaded.info;
      if (isDeepStrictEqual(before, info)) return before;
      await this.#pool?.unload(name);
      await this.#pool?.load(info, this.#provider);
      loaded.info = info;
      if (loaded === this.#default) this.#events.onDefault?.(info, before);
      return info;
    });
  }

  #loadOnce(name: string): Promise<void> {
    const under = this.#loading.get(name);
    if (under) return under;
    const loading = this.#oneByOne(() => this.#loadNow(name)).finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  async #loadNow(name: string): Promise<void> {
    const pool = this.#pool;
    const modelsDir = this.#modelsDir;
    if (!pool) throw new LookoutError('unavailable', 'The analysis workers have not started');
    if (this.#loaded.has(name)) return;
    const file = await this.#files.find(name);
    this.#inspections.throwIfUnusable(file);
    try {
      const read = async (provider: string) => {
        const { info, bytes } = await this.#reader.prepare(file.source, modelsDir, provider);
        return this.#describe(info, bytes);
      };
      const described = await read(this.#provider);
      await this.#makeRoom(described);
      const loaded = await this.#open(pool, described, () => read('cpu'));
      this.#loaded.set(name, loaded);
      this.#events.onLoaded?.(loaded.info, loaded.estimateBytes);
      this.#warn(name);
    } catch (error) {
      this.#inspections.failed(file, error);
      throw error;
    }
  }

  /** Opens a model on the configured device or, if that fails, on the CPU. */
  async #open(
    pool: ModelWorkers,
    described: LoadedModel,
    forProcessor: () => Promise<LoadedModel>,
  ): Promise<LoadedModel> {
    try {
      await pool.load(described.info, this.#provider);
      return described;
    } catch (error) {
      if (this.#provider === 'cpu' || !(error instanceof LookoutError) || error.code !== 'unavailable') throw error;
      const plain = await forProcessor();
      await pool.load(plain.info, 'cpu');
      return { ...plain, fallback: `The model runs on the processor instead of ${this.#provider}: ${error.message}` };
    }
  }

  async #makeRoom({ info, estimateBytes: needed }: LoadedModel): Promise<void> {
    const limit = this.#settings.model_memory_mb * 1024 ** 2;
    while (this.memoryBytes + needed > limit) {
      const idle = [...this.#loaded.values()].filter((one) => one.holds === 0 && one !== this.#default);
      const [oldest] = idle.sort((a, b) => a.usedMs - b.usedMs);
      if (!oldest) {
        const inUse = [...this.#loaded.keys()].join(', ');
        throw new LookoutError(
          'model_memory_full',
          `${info.name} needs about ${megabytes(needed)} MB, but ${megabytes(this.memoryBytes)} of the ${this.#settings.model_memory_mb} MB for models are in use by ${inUse}`,
          { hint: 'Raise model_memory_mb, or end the sessions that use other models.' },
        );
      }
      await this.#drop(oldest, 'memory');
    }
  }

  async #drop({ info: { name } }: LoadedModel, reason: UnloadReason): Promise<void> {
    this.#loaded.delete(name);
    await this.#pool?.unload(name);
    this.#events.onUnloaded?.(name, reason);
  }

  #describe(info: ModelInfo, bytes: number): LoadedModel {
    const estimateBytes = info.remote ? 0 : estimateMemory(info, bytes) * this.#settings.workers;
    return { info, estimateBytes, holds: 0, usedMs: performance.now() };
  }

  #describeLoaded(loaded: LoadedModel): Model {
    const { info, estimateBytes, holds } = loaded;
    const warning = [...this.#warnings(loaded), ...(loaded === this.#default ? this.oddities(info) : [])].join(' ');
    const isKnown = info.remote?.missing === undefined;
    return {
      name: info.name,
      format: isKnown ? info.format : 'unknown',
      classes: [...info.classNames],
      input: isKnown ? describeInput(info) : 'unknown',
      task: 'detect',
      loaded: true,
      default: loaded === this.#default,
      device: this.#pool?.opened(info.name)?.provider ?? this.#provider,
      memory_mb: megabytes(estimateBytes),
      in_use: holds,
      ...describeOrigin(info),
      ...(warning && { warning }),
    };
  }

  #warnings({ info, fallback }: LoadedModel): string[] {
    const refusal = this.#pool?.refusal(info.name)?.message;
    const found = this.#pool?.opened(info.name)?.warning;
    return [refusal, info.reading?.warning, found, fallback].filter((one) => one !== undefined);
  }

  #warn(name: string): void {
    for (const warning of this.#warnings(this.#loaded.get(name)!)) this.#events.onWarning?.(name, warning);
  }

  #oneByOne<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(change);
    this.#changing = changed.catch(() => undefined);
    return changed;
  }
}
