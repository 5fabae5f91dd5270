import { LookoutError } from '@lookout/protocol/core';
import { type ImagePreparation, preparedSize } from '../image/preparation.js';
import { readPreprocessor } from '../image/preprocessor.js';
import type { EmbedFamily } from './families.js';

/**
 * How a model's images are prepared: as its file says, and otherwise as all of its family are.
 * @param preprocessor contents of `preprocessor_config.json`
 * @param width pixels that the graph takes, undefined if any
 * @throws LookoutError `model_invalid` if the prepared images are of a size that the graph does not take; `model_unsupported`
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
  if (!size) throw new LookoutError('model_unsupported', 'preprocessor_config.json gives images no fixed size');
  if ((width ?? size.width) !== size.width || (height ?? size.height) !== size.height) {
    const prepared = `${size.width}×${size.height}`;
    throw new LookoutError(
      'model_invalid',
      `preprocessor_config.json prepares images of ${prepared} pixels, but the model takes ${width ?? 'any'}×${height ?? 'any'}`,
      { hint: 'Take the preprocessor_config.json that was published with the model' },
    );
  }
  return { preparation, size };
}
