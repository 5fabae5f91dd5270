import { InferResponse, LookoutError } from '@lookout/protocol';
import type { RemoteModel } from '@lookout/vision';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '@lookout/vision/detector';
import { DATATYPE_OF, fromModelTensor, toModelTensor } from '../kserve/declared-tensors.js';
import { checkMessage, encodeMessage, readTensors, splitMessage } from '../kserve/message.js';
import { KServeClient } from './kserve-client.js';
import { RetryGate } from './retry-gate.js';

/** Device name reported by `/stream/health` and others. */
export const REMOTE_PROVIDER = 'kserve';

/** Maximum elements of an output: ten times those of the largest detectors. */
const MAX_OUTPUT_ELEMENTS = 16 * 1024 * 1024;

/**
 * Runs a model on a server of the KServe v2 protocol over a persistent connection. Sends tensors as binary data, or as JSON if
 * the server rejects that.
 */
export class RemoteRunner implements ModelRunner {
  readonly provider = REMOTE_PROVIDER;
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  readonly #client: KServeClient;
  readonly #path: string;
  readonly #gate: RetryGate;
  readonly #missing: string | undefined;
  /**
   * Encoding of the last successful run. Determined by trying rather than from the server's `extensions`: KServe accepts binary
   * data without listing it.
   */
  #encoding: 'binary' | 'json' | undefined;

  constructor(remote: RemoteModel, now: () => number = () => performance.now()) {
    this.inputs = remote.inputs as readonly TensorDeclaration[];
    this.outputs = remote.outputs as readonly TensorDeclaration[];
    this.#client = new KServeClient(remote);
    this.#path = `${modelPath(remote)}/infer`;
    this.#gate = new RetryGate(now);
    this.#missing = remote.missing;
  }

  /** @throws LookoutError `unavailable` if the model is not known yet, or during the pause after a failure */
  check(): void {
    if (this.#missing !== undefined) throw new LookoutError('unavailable', this.#missing);
    this.#gate.check();
  }

  async run(inputs: readonly NamedTensor[]): Promise<NamedTensor[]> {
    this.check();
    try {
      const outputs = await this.#ask(inputs);
      this.#gate.succeeded();
      return outputs;
    } catch (error) {
      if (error instanceof LookoutError && error.code === 'unavailable') this.#gate.failed(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #ask(inputs: readonly NamedTensor[]): Promise<NamedTensor[]> {
    const asJson = inputs.every(({ type }) => type !== 'float16');
    const encodings = this.#encoding
      ? [this.#encoding]
      : asJson
        ? (['binary', 'json'] as const)
        : (['binary'] as const);
    let refusal: LookoutError | undefined;
    for (const encoding of encodings) {
      try {
        const outputs = await this.#send(inputs, encoding);
        this.#encoding = encoding;
        return outputs;
      } catch (error) {
        if (!(error instanceof LookoutError) || error.code !== 'inference_failed') throw error;
        refusal ??= error;
      }
    }
    this.#encoding = undefined;
    throw refusal;
  }

  async #send(inputs: readonly NamedTensor[], encoding: 'binary' | 'json'): Promise<NamedTensor[]> {
    const isBinary = encoding === 'binary';
    const fields = isBinary ? { parameters: { binary_data_output: true } } : {};
    const message = encodeMessage('inputs', fields, inputs.map(fromModelTensor), () => isBinary);
    const answer = await this.#client.ask(this.#path, message);
    try {
      const { json, binary } = splitMessage(answer.body, answer.headerLength);
      const { outputs } = checkMessage(InferResponse, json);
      const tensors = readTensors('outputs', outputs, binary, MAX_OUTPUT_ELEMENTS);
      return this.outputs.map((declared, i) => {
        const tensor = tensors.find(({ name }) => name === declared.name);
        if (!tensor) throw new Error(`output ${declared.name} is missing`);
        const datatype = DATATYPE_OF[declared.type];
        if (tensor.datatype !== datatype) throw new Error(`${tensor.name} is ${tensor.datatype}, not ${datatype}`);
        return toModelTensor(tensor, `outputs.${i}`);
      });
    } catch (error) {
      const reason = (error as Error).message.slice(0, 300);
      throw new LookoutError('inference_failed', `${this.#client.name} returned an invalid answer: ${reason}`, {
        cause: error,
      });
    }
  }
}

/** Path of a model on its server. */
export function modelPath({ model, version }: Pick<RemoteModel, 'model' | 'version'>): string {
  const path = `/v2/models/${encodeURIComponent(model)}`;
  return version === undefined ? path : `${path}/versions/${encodeURIComponent(version)}`;
}
