import { LookoutError } from '@lookout/protocol/core';
import type { ReadModel, ReadModelsTask } from './model-reader.js';
import { describeModelFile, prepareModel } from './prepare-model.js';

/**
 * Reads the requested models in this thread, which is a worker's: see `ModelReader`. Never rejects.
 * @param runs see `CountedRunner`
 */
export async function readModels(
  { modelsDir, sources, prepare }: ReadModelsTask,
  runs: Int32Array,
): Promise<ReadModel[]> {
  const read = async (source: string): Promise<ReadModel> => {
    try {
      if (prepare) return { ok: true, ...(await prepareModel(source, modelsDir, runs)) };
      return { ok: true, info: await describeModelFile(source, modelsDir, runs), bytes: 0 };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof LookoutError) return { ok: false, code: error.code, message, hint: error.hint };
      return { ok: false, code: 'model_invalid', message, hint: undefined };
    }
  };
  const found: ReadModel[] = [];
  // One at a time: several large models at once might not fit into memory.
  for (const source of sources) found.push(await read(source));
  return found;
}
