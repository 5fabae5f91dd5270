import type { ModelMetadata } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { AnalysisPool } from '../../pipeline/analysis/analysis-pool.js';
import type { Dispatcher } from '../../pipeline/analysis/dispatcher.js';
import { JobLine } from '../../pipeline/analysis/job-line.js';
import { tensorMetadata } from '../../platform/kserve/declared-tensors.js';
import type { InferAnswer } from '../../platform/kserve/infer-tensors.js';
import { describeDetector } from './detector-description.js';
import { RawModels, type ServedModels } from './raw-models.js';

export interface TensorServiceOptions {
  models: ServedModels;
  pool: Pick<AnalysisPool, 'load' | 'unload' | 'opened'>;
  dispatcher: Pick<Dispatcher, 'add' | 'remove' | 'kick'>;
  /** Weight of all requests to one model together when sharing the workers: that of a camera at this frame rate. */
  wantedFps: number;
  now(): number;
}

/** Every model has exactly one version. */
export const MODEL_VERSION = '1';

const MAX_WAITING = 32;

/** Serves raw models, tensors in and out. Each model takes part in sharing the workers as one consumer. */
export class TensorService {
  readonly #options: TensorServiceOptions;
  readonly #raw: RawModels;
  /** By model name, while requests are in progress. */
  readonly #lines = new Map<string, { line: JobLine; uses: number }>();

  constructor(options: TensorServiceOptions) {
    this.#options = options;
    this.#raw = new RawModels(options.models, options.pool, options.now);
  }

  /** @throws LookoutError `model_not_found`, or why the model can't be opened */
  metadata(name: string): Promise<ModelMetadata> {
    return this.#raw.use(name, async (raw, model) => {
      const { inputs = [], outputs = [] } = this.#options.pool.opened(raw.name) ?? {};
      return {
        name,
        versions: [MODEL_VERSION],
        platform: 'onnxruntime_onnx',
        inputs: inputs.map(tensorMetadata),
        outputs: outputs.map(tensorMetadata),
        parameters: { detector: JSON.stringify(describeDetector(model)) },
      };
    });
  }

  /**
   * @param request unparsed; it is read where it runs
   * @param signal aborts when the client has gone
   * @throws LookoutError naming the problem
   */
  infer(
    name: string,
    request: { body: Uint8Array; headerLength: string | undefined },
    signal?: AbortSignal,
  ): Promise<InferAnswer> {
    return this.#raw.use(name, (raw) =>
      this.#inLine(raw, (line) =>
        line.run(
          { model: raw },
          (reservation) => reservation.infer({ ...request, modelName: name, modelVersion: MODEL_VERSION }),
          signal,
        ),
      ),
    );
  }

  close(): void {
    for (const { line } of this.#lines.values()) line.close();
  }

  async #inLine<T>(model: ModelInfo, work: (line: JobLine) => Promise<T>): Promise<T> {
    const { dispatcher, wantedFps, now } = this.#options;
    const entry = this.#lines.get(model.name) ?? {
      line: new JobLine({ dispatcher, wantedFps, maxWaiting: MAX_WAITING, jobs: 'requests', now }),
      uses: 0,
    };
    this.#lines.set(model.name, entry);
    entry.uses++;
    try {
      return await work(entry.line);
    } finally {
      entry.uses--;
      if (entry.uses === 0) this.#lines.delete(model.name);
    }
  }
}
