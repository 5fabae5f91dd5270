import { LookoutError } from '@lookout/protocol/core';
import type { NamedTensor, TensorDeclaration } from '../runtime/model-runner.js';

/** Mean of the used tokens' rows. @param states tokens·dimension, row-major */
export function meanPool(states: Float32Array, used: number, dimension: number): Float32Array {
  const mean = new Float32Array(dimension);
  for (let i = 0; i < used * dimension; i++) mean[i % dimension]! += states[i]! / used;
  return mean;
}

/** Scales `vector` to length 1, in place. @throws LookoutError `inference_failed` if it is zero or not finite */
export function normalise(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!(sum > 0 && Number.isFinite(sum))) {
    throw new LookoutError('inference_failed', 'The model returned a vector that is zero or not finite');
  }
  const length = Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i]! /= length;
  return vector;
}

/** The first `count` rows of a 2-D output, copied. */
export function firstRows({ data, dims }: NamedTensor, count: number): Float32Array[] {
  const dimension = dims.at(-1)!;
  return Array.from({ length: count }, (_, i) => (data as Float32Array).slice(i * dimension, (i + 1) * dimension));
}

/** @throws LookoutError `model_unsupported` */
export function checkFloat({ name, type }: TensorDeclaration): void {
  if (type === 'float32') return;
  throw new LookoutError('model_unsupported', `${name} of the model is ${type}; only float32 is supported`, {
    hint: 'Export the model with float32 inputs and outputs; its weights may be float16 or int8',
  });
}

/** A declared size, undefined if it is dynamic. */
export function fixedSize(size: number | string | undefined): number | undefined {
  return typeof size === 'number' && size > 0 ? size : undefined;
}
