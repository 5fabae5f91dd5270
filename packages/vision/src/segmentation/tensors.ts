import { LookoutError } from '@lookout/protocol/core';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';

/** A tensor of the type that the graph declares. @throws LookoutError `model_unsupported` for types other than float32, int64 and int32 */
export function numbersFor(
  { name, type }: TensorDeclaration,
  dims: readonly number[],
  values: readonly number[],
): NamedTensor {
  if (type === 'float32') return { name, type, dims, data: Float32Array.from(values) };
  if (type === 'int64') return { name, type, dims, data: BigInt64Array.from(values, (value) => BigInt(value)) };
  if (type === 'int32') return { name, type, dims, data: Int32Array.from(values) };
  throw unsupported(name, type);
}

/** A float32 output. @throws LookoutError `model_unsupported`, `inference_failed` */
export function floatOutput(
  outputs: readonly NamedTensor[],
  name: string,
): { data: Float32Array; dims: readonly number[] } {
  const found = outputs.find((one) => one.name === name);
  if (!found) throw new LookoutError('inference_failed', `The model returned no ${name}`);
  if (found.type !== 'float32') throw unsupported(name, found.type);
  return { data: found.data as Float32Array, dims: found.dims };
}

function unsupported(name: string, type: string): LookoutError {
  return new LookoutError('model_unsupported', `${name} of the model is ${type}; only float32 is supported`, {
    hint: 'Export the model with float32 inputs and outputs; its weights may be float16 or int8',
  });
}
