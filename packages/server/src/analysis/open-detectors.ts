import { LookoutError } from '@lookout/protocol';
import { type Detector, openDetector, probeModel } from '@lookout/vision/detector';
import type { ModelSetup, OpenedModel } from './analysis-job.js';

/** The detectors that one analysis worker has open, by the name of their model. */
export class OpenDetectors {
  readonly #byName = new Map<string, Detector>();

  /**
   * Opens a model on the calling thread, which does nothing else meanwhile; in place of the one of that name, where there is one.
   * @throws LookoutError, see `openDetector`.
   */
  async open({ model, provider, threads, probe }: ModelSetup): Promise<OpenedModel> {
    const detector = await openDetector(model, { threads, provider });
    const warning = probe ? await tryOut(detector) : undefined;
    await this.drop(model.name);
    this.#byName.set(model.name, detector);
    return { name: model.name, provider: detector.provider, ...(warning !== undefined && { warning }) };
  }

  /** @throws LookoutError `unavailable` where this worker does not have the model. */
  get(name: string | undefined): Detector {
    const detector = name === undefined ? undefined : this.#byName.get(name);
    if (!detector) throw new LookoutError('unavailable', `The model ${name ?? '(none)'} is not loaded`);
    return detector;
  }

  /** Closes one; nothing happens where it is not open. */
  async drop(name: string): Promise<void> {
    const detector = this.#byName.get(name);
    this.#byName.delete(name);
    await detector?.close();
  }

  async close(): Promise<void> {
    for (const name of [...this.#byName.keys()]) await this.drop(name);
  }
}

/** @returns what its owner should know; one that can't take the made-up pictures may take a camera's all the same. */
async function tryOut(detector: Detector): Promise<string | undefined> {
  try {
    return await probeModel(detector);
  } catch (error) {
    return `It fails at a test picture: ${error instanceof Error ? error.message : String(error)}`;
  }
}
