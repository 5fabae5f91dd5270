import { stat } from 'node:fs/promises';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL, prepareEmbeddedModel, resolveModel } from '@lookout/vision/models';

/**
 * Makes a model ready to be opened.
 * @param source the name of an embedded model, one of `modelsDir`, or a path.
 * @returns it, and the size of the file that will be opened.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `config_invalid`, `storage_failed`
 */
export async function prepareModel(source: string, modelsDir: string): Promise<{ info: ModelInfo; bytes: number }> {
  const info =
    source === EMBEDDED_MODEL ? await prepareEmbeddedModel(modelsDir) : await resolveModel(source, { modelsDir });
  return { info, bytes: (await stat(info.path)).size };
}
