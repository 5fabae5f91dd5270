import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { createDetector, type Detector, type ModelRunner, measureTogether, openRunner } from '@lookout/vision/detector';
import { RemoteRunner } from '../../platform/remote-models/remote-runner.js';
import { CountedRunner } from '../../platform/threads/counted-runner.js';
import type { ModelSetup, OpenedModel } from './analysis-job.js';
import { tryRemote } from './try-remote.js';

interface OpenModel {
  runner: ModelRunner;
  /** Absent of one that is served as its file is: it need not be a detector. */
  detector: Detector | undefined;
}

/** The models that one analysis worker has open, by name. */
export class OpenModels {
  readonly #byName = new Map<string, OpenModel>();
  readonly #runs: Int32Array;

  /** @param runs see `WorkerSetup` */
  constructor(runs: Int32Array) {
    this.#runs = runs;
  }

  /**
   * Opens a model on the calling thread, which does nothing else meanwhile; in place of the one of that name, where there is one.
   * @throws LookoutError, see `openRunner` and `createDetector`; never for a model of another server.
   */
  async open({ model, provider, threads, lock, probe }: ModelSetup): Promise<OpenedModel> {
    const opened = model.remote ? new RemoteRunner(model.remote) : await openRunner(model, { threads, provider, lock });
    const runner = new CountedRunner(opened, this.#runs);
    let detector: Detector | undefined;
    try {
      if (!model.raw && model.remote?.missing === undefined) detector = await openDetector(model, runner);
    } catch (error) {
      await runner.close();
      throw error;
    }
    const toProbe = probe && isThere(runner) ? detector : undefined;
    // Models of this machine were tried out when they were prepared.
    const { remote } = model;
    const warning = toProbe && remote && (await tryRemote({ ...model, remote }, runner, this.#runs));
    // On the processor a run of several takes as long as they do one after another, and its pictures wait for each other.
    const together = toProbe && runner.provider !== 'cpu' ? await measured(toProbe) : 1;
    await this.drop(model.name);
    this.#byName.set(model.name, { runner, detector });
    const { inputs, outputs } = runner;
    const { provider: used } = runner;
    return { name: model.name, provider: used, ...(warning !== undefined && { warning }), together, inputs, outputs };
  }

  /** @throws LookoutError `unavailable` where this worker does not have the model. */
  detector(name: string | undefined): Detector {
    const model = this.#get(name);
    // Before a picture is decoded for nothing.
    model?.runner.check?.();
    return found(model?.detector, name);
  }

  /** @throws LookoutError `unavailable` where this worker does not have the model. */
  runner(name: string): ModelRunner {
    const model = this.#get(name);
    model?.runner.check?.();
    return found(model?.runner, name);
  }

  /** Closes one; nothing happens where it is not open. */
  async drop(name: string): Promise<void> {
    const model = this.#byName.get(name);
    this.#byName.delete(name);
    await model?.runner.close();
  }

  async close(): Promise<void> {
    for (const name of [...this.#byName.keys()]) await this.drop(name);
  }

  #get(name: string | undefined): OpenModel | undefined {
    return name === undefined ? undefined : this.#byName.get(name);
  }
}

function found<T>(what: T | undefined, name: string | undefined): T {
  if (what === undefined) throw new LookoutError('unavailable', `The model ${name ?? '(none)'} is not loaded`);
  return what;
}

/** Another server may be away or refuse for now: its model is opened without having been run. */
async function openDetector(model: ModelInfo, runner: ModelRunner): Promise<Detector> {
  try {
    return await createDetector(model, runner);
  } catch (error) {
    if (!model.remote || !(error instanceof LookoutError)) throw error;
    return createDetector(model, runner, { warmUp: false });
  }
}

function isThere(runner: ModelRunner): boolean {
  try {
    runner.check?.();
    return true;
  } catch {
    return false;
  }
}

/** What can't be measured is taken one by one. */
async function measured(detector: Detector): Promise<number> {
  try {
    return await measureTogether(detector);
  } catch (error) {
    if (error instanceof LookoutError) return 1;
    throw error;
  }
}
