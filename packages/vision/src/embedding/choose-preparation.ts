import { LookoutError } from '@lookout/protocol/core';
import { type ImagePreparation, preparedSize } from '../image/preparation.js';
import { readPreprocessor } from '../image/preprocessor.js';
import type { EmbedFamily } from './families.js';

/**
 * Chooses how a model's images are prepared: as its file says, otherwise with the family's defaults.
 * @param preprocessor contents of `preprocessor_config.json`
 * @param width pixels of the graph's input, undefined if dynamic
 * @throws LookoutError `model_invalid` (also if images are not prepared at the graph's size), `model_unsupported`
 */
export function choosePreparation(
  family: EmbedFamily,
  preprocessor: Readonly<Record<string, unknown>> | undefined,
  width: number | undefined,
  height: number | undefined,
): { preparation: ImagePreparation; size: { width: number; height: number } } {
  const defaults = family.preparation(width ?? height);
  const preparation = preprocessor ? readPreprocessor(preprocessor, defaults) : defaults;
  const size = preparedSize(preparation);
  if (!size) throw new LookoutError('model_unsupported', 'preprocessor_config.json does not give a fixed image size');
  if ((width ?? size.width) !== size.width || (height ?? size.height) !== size.height) {
    const prepared = `${size.width}×${size.height}`;
    throw new LookoutError(
      'model_invalid',
      `preprocessor_config.json prepares images at ${prepared} pixels, but the model takes ${width ?? 'any'}×${height ?? 'any'}`,
      { hint: 'Use the preprocessor_config.json published with the model' },
    );
  }
  return { preparation, size };
}
