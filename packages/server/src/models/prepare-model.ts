import { stat } from 'node:fs/promises';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL, EMBEDDED_MODEL_FLOAT, prepareEmbeddedModel, resolveModel } from '@lookout/vision/models';

/**
 * Makes a model ready to be opened.
 * @param source the name of an embedded model, one of `modelsDir`, or a path; absent: the embedded one.
 * @param provider what it is to run on: the embedded model has no use for 8 bits where that is not the processor.
 * @returns it, and the size of the file that will be opened.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `config_invalid`, `storage_failed`
 */
export async function prepareModel(
  source: string | undefined,
  modelsDir: string,
  provider: string,
): Promise<{ info: ModelInfo; bytes: number }> {
  const info = await prepare(source ?? EMBEDDED_MODEL, modelsDir, provider);
  return { info, bytes: (await stat(info.path)).size };
}

async function prepare(source: string, modelsDir: string, provider: string): Promise<ModelInfo> {
  if (source !== EMBEDDED_MODEL) return resolveModel(source, { modelsDir });
  if (provider === 'cpu') return prepareEmbeddedModel(modelsDir);
  return { ...(await prepareEmbeddedModel(modelsDir, { name: EMBEDDED_MODEL_FLOAT })), name: EMBEDDED_MODEL };
}
