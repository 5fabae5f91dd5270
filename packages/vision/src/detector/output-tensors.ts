import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '../model-info.js';
import type { OutputTensor } from './decoder.js';
import { OUTPUT_FORMATS } from './formats/index.js';
import { halfToFloat } from './half.js';
import type { NamedTensor } from './model-runner.js';

/**
 * What a run gave, as decoders take it: those the format reads, half floats as floats.
 * @param batch pictures that the model takes in every run, of which the first counts.
 */
export function outputTensors(
  { format, outputs }: Pick<ModelInfo, 'format' | 'outputs'>,
  results: readonly NamedTensor[],
  batch = 1,
): OutputTensor[] {
  const read = outputs?.map((name) => {
    const found = results.find((result) => result.name === name);
    if (found) return found;
    throw new LookoutError('model_unsupported', `The model gives no output ${name}`);
  });
  const tensors = (read ?? results).map(outputTensor);
  if (batch === 1 || OUTPUT_FORMATS[format].rowsNamePicture) return tensors;
  return tensors.map((tensor) => (tensor.dims[0] === batch ? partOf(tensor, 0, batch) : tensor));
}

/** The part of an output that is of one of `count` pictures, as the model gives it for one alone. */
export function partOf({ name, dims, data }: OutputTensor, index: number, count: number): OutputTensor {
  const size = data.length / count;
  return { name, dims: [1, ...dims.slice(1)], data: data.subarray(index * size, (index + 1) * size) };
}

export function outputTensor({ name, dims, data, type }: NamedTensor): OutputTensor {
  if (type !== 'float16') return { name, dims, data: data as OutputTensor['data'] };
  return { name, dims, data: Float32Array.from(data as Uint16Array, halfToFloat) };
}
