import { LookoutError } from '@lookout/protocol';
import type { OutputTensor } from '../decoder.js';

export interface Table {
  data: Float32Array;
  rows: number;
  columns: number;
}

/**
 * The last two dimensions of an output of one picture.
 * @param leastColumns what the format needs for the model's classes
 * @throws LookoutError `model_unsupported`
 */
export function tableOf(output: OutputTensor | undefined, format: string, leastColumns: number): Table {
  const rows = output?.dims.at(-2);
  const columns = output?.dims.at(-1);
  if (!output || !rows || !columns || columns < leastColumns || output.data.length !== rows * columns) {
    throw new LookoutError(
      'model_unsupported',
      `Expected an output of at least ${leastColumns} columns for ${format}, got ${output?.dims.join('×') ?? 'none'}`,
    );
  }
  return { data: output.data as Float32Array, rows, columns };
}
