import { LookoutError } from '@lookout/protocol';
import { halfToFloat } from '../convert/half.js';
import type { ModelInfo } from '../model-info.js';
import type { OutputTensor } from './decoder.js';
import type { NamedTensor } from './model-runner.js';

/** What a run gave, as decoders take it: those the format reads, half floats as floats. */
export function outputTensors(
  { outputs }: Pick<ModelInfo, 'outputs'>,
  results: readonly NamedTensor[],
): OutputTensor[] {
  const read = outputs?.map((name) => {
    const found = results.find((result) => result.name === name);
    if (found) return found;
    throw new LookoutError('model_unsupported', `The model gives no output ${name}`);
  });
  return (read ?? results).map(outputTensor);
}

export function outputTensor({ name, dims, data, type }: NamedTensor): OutputTensor {
  if (type !== 'float16') return { name, dims, data: data as OutputTensor['data'] };
  return { name, dims, data: Float32Array.from(data as Uint16Array, halfToFloat) };
}
