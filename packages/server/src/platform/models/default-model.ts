import { join } from 'node:path';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { openRemoteModel } from '../remote-models/remote-model.js';
import type { ModelReader } from './model-reader.js';

/**
 * The model that cameras use, and clients that name none: one of this machine, or one of a KServe server.
 * @param provider what models of this machine are to run on.
 * @throws LookoutError, see `ModelReader` and `openRemoteModel`. Never because a KServe server is away or wrong.
 */
export async function prepareDefaultModel(
  { model = EMBEDDED_MODEL, kserve }: Pick<Settings, 'model' | 'kserve'>,
  modelsDir: string,
  provider: string,
  reader: ModelReader,
): Promise<{ info: ModelInfo; bytes: number }> {
  const { url } = kserve;
  if (url === undefined) return reader.prepare(model, modelsDir, provider);
  return { info: await openRemoteModel({ ...kserve, url }, join(modelsDir, 'cache')), bytes: 0 };
}
