import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo, RemoteModel } from '@lookout/vision';
import { createDetector, type Detector, type ModelRunner, measureTogether, openRunner } from '@lookout/vision/detector';
import type { AskServers } from '../../platform/remote-models/remote-runner.js';
import { CountedRunner } from '../../platform/threads/counted-runner.js';
import type { ModelSetup, OpenedModel } from './analysis-job.js';

interface OpenModel {
  runner: ModelRunner;
  isRemote: boolean;
  /** Undefined for a model served as a raw graph, which need not be a detector. */
  detector: Detector | undefined;
}

/** The models one analysis worker has open, by name. */
export class OpenModels {
  readonly #byName = new Map<string, OpenModel>();
  readonly #runs: Int32Array;
  readonly #ask: AskServers;

  /** @param runs see `WorkerSetup` */
  constructor(runs: Int32Array, ask: AskServers) {
    this.#runs = runs;
    this.#ask = ask;
  }

  /**
   * Opens a model on the calling thread, which is blocked meanwhile. Replaces an open model of the same name.
   * @throws LookoutError, see `openRunner` and `createDetector`; never for a remote model
   */
  async open({ model, provider, threads, lock, probe }: ModelSetup): Promise<OpenedModel> {
    const { remote } = model;
    // Runs elsewhere have their own deadline, and may overlap.
    const runner = remote
      ? await this.#remoteRunner(remote)
      : new CountedRunner(await openRunner(model, { threads, provider, lock }), this.#runs);
    let detector: Detector | undefined;
    let isThere = true;
    try {
      if (remote) ({ detector, isThere } = await openRemote({ ...model, remote }, runner, probe));
      else if (!model.raw) detector = await createDetector(model, runner);
    } catch (error) {
      await runner.close();
      throw error;
    }
    const toProbe = probe && isThere ? detector : undefined;
    // Local models were probed when they were prepared.
    const warning = toProbe && remote && (await this.#tryRemote({ ...model, remote }, runner));
    // On the CPU a joint run takes as long as separate runs, and each image would wait for the others.
    const together = toProbe && runner.provider !== 'cpu' ? await measured(toProbe) : 1;
    await this.drop(model.name);
    this.#byName.set(model.name, { runner, isRemote: remote !== undefined, detector });
    const { inputs, outputs } = runner;
    const { provider: used } = runner;
    return { name: model.name, provider: used, ...(warning !== undefined && { warning }), together, inputs, outputs };
  }

  isRemote(name: string | undefined): boolean {
    return this.#get(name)?.isRemote === true;
  }

  /** @throws LookoutError `unavailable` if this worker does not have the model open */
  detector(name: string | undefined): Detector {
    const model = this.#get(name);
    // Fails before an image is decoded in vain.
    model?.runner.check?.();
    return found(model?.detector, name);
  }

  /** @throws LookoutError `unavailable` if this worker does not have the model open */
  runner(name: string): ModelRunner {
    const model = this.#get(name);
    model?.runner.check?.();
    return found(model?.runner, name);
  }

  /** Closes a model; does nothing if it is not open. */
  async drop(name: string): Promise<void> {
    const model = this.#byName.get(name);
    this.#byName.delete(name);
    await model?.runner.close();
  }

  async close(): Promise<void> {
    for (const name of [...this.#byName.keys()]) await this.drop(name);
  }

  // What a remote model takes is loaded only here, as few servers have one.

  async #remoteRunner(remote: RemoteModel): Promise<ModelRunner> {
    const { RemoteRunner } = await import('../../platform/remote-models/remote-runner.js');
    return new RemoteRunner(remote, this.#ask);
  }

  async #tryRemote(model: ModelInfo & { remote: RemoteModel }, runner: ModelRunner): Promise<string | undefined> {
    const { tryRemote } = await import('./try-remote.js');
    return tryRemote(model, runner, this.#runs);
  }

  #get(name: string | undefined): OpenModel | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }
}

function found<T>(what: T | undefined, name: string | undefined): T {
  if (what === undefined) throw new LookoutError('unavailable', `The model ${name ?? '(none)'} is not loaded`);
  return what;
}

/** Opens it even if its servers are unavailable or refuse requests for now. @param warmUp whether to run it once */
async function openRemote(
  model: ModelInfo & { remote: RemoteModel },
  runner: ModelRunner,
  warmUp: boolean,
): Promise<{ detector: Detector | undefined; isThere: boolean }> {
  // A model that takes pictures needs no worker to prepare them.
  const isUnread = model.raw || model.remote.missing !== undefined || model.remote.pictures !== undefined;
  if (isUnread) return { detector: undefined, isThere: false };
  try {
    return { detector: await createDetector(model, runner, { warmUp }), isThere: true };
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    return { detector: await createDetector(model, runner, { warmUp: false }), isThere: error.code !== 'unavailable' };
  }
}

/** A model that can't be measured runs one image at a time. */
async function measured(detector: Detector): Promise<number> {
  try {
    return await measureTogether(detector);
  } catch (error) {
    if (error instanceof LookoutError) return 1;
    throw error;
  }
}
