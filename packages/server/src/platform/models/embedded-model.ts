import { stat } from 'node:fs/promises';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL_FLOAT, type EmbeddedName, embeddedModel } from '@lookout/vision/models';

/**
 * Prepares the built-in model. It is known, so it needs no trial.
 * @param provider execution provider; 8 bits are used only on the CPU
 * @returns the model, and the size of the file to open, bytes
 */
export async function prepareEmbedded(
  name: EmbeddedName,
  provider: string,
): Promise<{ info: ModelInfo; bytes: number }> {
  const info = provider === 'cpu' ? embeddedModel(name) : { ...embeddedModel(EMBEDDED_MODEL_FLOAT), name };
  return { info, bytes: (await stat(info.path)).size };
}
