import { InferRequest, LookoutError } from '@lookout/protocol';
import type { ModelRunner, NamedTensor } from '@lookout/vision/detector';
import { checkInputs, checkOutputs, fromModelTensor, toModelTensor } from './declared-tensors.js';
import { checkMessage, type EncodedMessage, encodeMessage, readTensors, splitMessage } from './message.js';

/** An unparsed request to a raw model, on its way to a worker. */
export interface InferJob {
  body: Uint8Array;
  /** Text of `Inference-Header-Content-Length`. */
  headerLength: string | undefined;
  /** Name in the response. */
  modelName: string;
  modelVersion: string;
}

export interface InferAnswer extends EncodedMessage {
  /** Time in the model, ms. */
  inferMs: number;
}

/** Maximum JSON bytes of a request: enough for a base64 image or about a million numbers. */
export const MAX_INFER_JSON_BYTES = 14 * 1024 * 1024;
/** Maximum elements of an input: a colour image of 1280×1280 pixels, or four of 640×640. A run's memory grows with them. */
export const MAX_INPUT_ELEMENTS = 3 * 1280 * 1280;
/** Maximum bytes of a request: such an input as FP32, and its JSON. */
export const MAX_INFER_BYTES = 4 * MAX_INPUT_ELEMENTS + 1024 * 1024;
/** Maximum elements of a response written as JSON numbers. */
const MAX_JSON_ELEMENTS = 1024 * 1024;
/** ONNX Runtime's message about unsuitable inputs may fill pages. */
const MAX_REASON_LENGTH = 400;

/**
 * Answers one request: takes tensors as the model declares them and returns all or the requested outputs.
 * @throws LookoutError describing what is wrong with the request
 */
export async function inferTensors(runner: ModelRunner, job: InferJob): Promise<InferAnswer> {
  const request = readRequest(job);
  const { inputs, outputs: wanted, id, parameters } = request.message;
  checkInputs(inputs, runner.inputs);
  checkOutputs(wanted ?? [], runner.outputs);
  const tensors = readTensors('inputs', inputs, request.binary, MAX_INPUT_ELEMENTS).map((tensor, i) =>
    toModelTensor(tensor, `inputs.${i}`),
  );
  const startedMs = performance.now();
  const results = await run(runner, tensors);
  const inferMs = performance.now() - startedMs;
  const names = wanted && wanted.length > 0 ? wanted.map(({ name }) => name) : runner.outputs.map(({ name }) => name);
  const outputs = names.map((name) => fromModelTensor(results.find((result) => result.name === name)!));
  const fields = { model_name: job.modelName, model_version: job.modelVersion, ...(id !== undefined && { id }) };
  const message = encodeMessage(
    'outputs',
    fields,
    outputs,
    isBinary({ outputs: wanted, parameters }),
    MAX_JSON_ELEMENTS,
  );
  return { ...message, inferMs };
}

/** @throws LookoutError `bad_request`, `payload_too_large`, `validation_failed` */
export function readRequest({ body, headerLength }: Pick<InferJob, 'body' | 'headerLength'>): {
  message: InferRequest;
  binary: Uint8Array;
} {
  const jsonBytes = headerLength === undefined ? body.length : Math.min(Number(headerLength), body.length);
  if (jsonBytes > MAX_INFER_JSON_BYTES) {
    throw new LookoutError('payload_too_large', `The request’s JSON exceeds ${MAX_INFER_JSON_BYTES} bytes`, {
      hint: 'Send tensors as binary data after the JSON.',
    });
  }
  const { json, binary } = splitMessage(body, headerLength);
  return { message: checkMessage(InferRequest, json), binary };
}

/** Returns whether an output should be sent as binary data, by its name. */
export function isBinary({ outputs, parameters }: Pick<InferRequest, 'outputs' | 'parameters'>) {
  const otherwise = parameters?.binary_data_output ?? false;
  return (name: string) => outputs?.find((output) => output.name === name)?.parameters?.binary_data ?? otherwise;
}

async function run(runner: ModelRunner, tensors: NamedTensor[]): Promise<NamedTensor[]> {
  try {
    return await runner.run(tensors);
  } catch (error) {
    if (!(error instanceof LookoutError) || error.code !== 'inference_failed') throw error;
    // Types and ranks have been checked, so the graph rejected sizes or values.
    throw new LookoutError('bad_request', error.message.slice(0, MAX_REASON_LENGTH), {
      hint: 'The model can not take inputs of these sizes or values.',
      cause: error,
    });
  }
}
