import { InferResponse, LookoutError } from '@lookout/protocol';
import type { RemoteModel } from '@lookout/vision';
import type { ModelRunner, NamedTensor, TensorDeclaration } from '@lookout/vision/detector';
import { checkShape, DATATYPE_OF, fromModelTensor, toModelTensor } from '../kserve/declared-tensors.js';
import { checkMessage, type EncodedMessage, encodeMessage, readTensors, splitMessage } from '../kserve/message.js';
import type { KServeTensor } from '../kserve/tensor.js';
import type { KServeAnswer } from './kserve-client.js';

/** Device name reported by `/stream/health` and others. */
export const REMOTE_PROVIDER = 'kserve';

/** Maximum elements of an output: ten times those of the largest detectors. */
const MAX_OUTPUT_ELEMENTS = 16 * 1024 * 1024;

/**
 * Sends a request to a server that has the model, and to another if the answer can't be read.
 * @throws LookoutError, see `RemoteServers.infer`
 */
export type AskServers = <T>(message: EncodedMessage, read: (answer: KServeAnswer) => T) => Promise<T>;

/** Runs a model elsewhere. Sends tensors as binary data, or as JSON if that is rejected. */
export class RemoteRunner implements ModelRunner {
  readonly provider = REMOTE_PROVIDER;
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  readonly #ask: AskServers;
  readonly #missing: string | undefined;
  /**
   * Encoding of the last successful run. Determined by trying rather than from the server's `extensions`: KServe accepts binary
   * data without listing it.
   */
  #encoding: 'binary' | 'json' | undefined;

  constructor(remote: RemoteModel, ask: AskServers) {
    this.inputs = remote.inputs as readonly TensorDeclaration[];
    this.outputs = remote.outputs as readonly TensorDeclaration[];
    this.#ask = ask;
    this.#missing = remote.missing;
  }

  /** @throws LookoutError `unavailable` if the model is not known yet */
  check(): void {
    if (this.#missing !== undefined) throw new LookoutError('unavailable', this.#missing);
  }

  /** Reads the inputs before its first wait, so that their buffers can be used for the next run. */
  async run(inputs: readonly NamedTensor[]): Promise<NamedTensor[]> {
    this.check();
    const known = this.#encoding;
    if (known) return this.#send(encode(inputs, known), known);
    const copies = inputs.map((input) => ({ ...input, data: input.data.slice() as NamedTensor['data'] }));
    try {
      return await this.#send(encode(inputs, 'binary'), 'binary');
    } catch (error) {
      if (!isRefusal(error) || inputs.some(({ type }) => type === 'float16')) throw error;
      // If JSON is refused too, the first reason is the telling one.
      return this.#send(encode(copies, 'json'), 'json').catch((second: unknown) => {
        throw isRefusal(second) ? error : second;
      });
    }
  }

  async close(): Promise<void> {}

  async #send(message: EncodedMessage, encoding: 'binary' | 'json'): Promise<NamedTensor[]> {
    try {
      const outputs = await this.#ask(message, (answer) => this.#read(answer));
      this.#encoding = encoding;
      return outputs;
    } catch (error) {
      if (isRefusal(error)) this.#encoding = undefined;
      throw error;
    }
  }

  /** @throws Error if these can't be outputs of the model */
  #read(answer: KServeAnswer): NamedTensor[] {
    const { json, binary } = splitMessage(answer.body, answer.headerLength);
    const { outputs } = checkMessage(InferResponse, json);
    const tensors = readTensors('outputs', outputs, binary, MAX_OUTPUT_ELEMENTS);
    return this.outputs.map((declared, i) => {
      const tensor = tensors.find(({ name }) => name === declared.name);
      if (!tensor) throw new Error(`output ${declared.name} is missing`);
      const datatype = DATATYPE_OF[declared.type];
      if (tensor.datatype !== datatype) throw new Error(`${tensor.name} is ${tensor.datatype}, not ${datatype}`);
      checkShape(`outputs.${i}.shape`, tensor.shape, declared);
      if (hasNaN(tensor)) throw new Error(`${tensor.name} contains NaN`);
      return toModelTensor(tensor, `outputs.${i}`);
    });
  }
}

function encode(inputs: readonly NamedTensor[], encoding: 'binary' | 'json'): EncodedMessage {
  const isBinary = encoding === 'binary';
  const fields = isBinary ? { parameters: { binary_data_output: true } } : {};
  return encodeMessage('inputs', fields, inputs.map(fromModelTensor), () => isBinary);
}

/** Decoders drop what is NaN, so a model that puts out nothing else would seem to see nothing. */
function hasNaN({ datatype, data }: KServeTensor): boolean {
  if (datatype !== 'FP32' && datatype !== 'FP64') return false;
  return (data as Float32Array | Float64Array).some(Number.isNaN);
}

function isRefusal(error: unknown): boolean {
  return error instanceof LookoutError && error.code === 'inference_failed';
}
