import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelInfo } from '@lookout/vision';
import { EMBEDDED_MODEL, inspectModel, resolveModel, UnknownShapesError } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { openRemoteModel } from '../remote-models/remote-model.js';
import type { RemoteServers } from '../remote-models/remote-servers.js';
import type { ModelReader } from './model-reader.js';

// Runs models to determine how to decode them: for worker threads only.

/**
 * Tries a model and prepares it for use.
 * @param source name of one of `modelsDir`, or a path
 * @param runs see `CountedRunner`
 * @returns the model, and the size of the file to open, bytes
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `config_invalid`, `storage_failed`
 */
export async function prepareModel(
  source: string,
  modelsDir: string,
  runs: Int32Array,
): Promise<{ info: ModelInfo; bytes: number }> {
  const { openTrial } = await import('./open-trial.js');
  using trial = await openTrial(runs);
  const info = await resolveModel(source, { modelsDir, trial });
  return { info, bytes: (await stat(info.path)).size };
}

/** Describes a model; runs it only if its file does not say enough. @throws LookoutError as `prepareModel` */
export async function describeModelFile(source: string, modelsDir: string, runs: Int32Array): Promise<ModelInfo> {
  try {
    return { ...(await inspectModel(source, modelsDir)), path: '' };
  } catch (error) {
    if (!(error instanceof UnknownShapesError)) throw error;
    const { openTrial } = await import('./open-trial.js');
    using trial = await openTrial(runs);
    return { ...(await inspectModel(source, modelsDir, trial)), path: '' };
  }
}

/**
 * Prepares the default model: a local one, or one on a KServe server.
 * @param provider execution provider for local models
 * @param servers that run it, if it is not a local one
 * @throws LookoutError, see `ModelReader` and `openRemoteModel`; never because a KServe server is unavailable or its model
 * unusable
 */
export async function prepareDefaultModel(
  { model = EMBEDDED_MODEL, kserve }: Pick<Settings, 'model' | 'kserve'>,
  modelsDir: string,
  provider: string,
  reader: ModelReader,
  servers: RemoteServers | undefined,
): Promise<{ info: ModelInfo; bytes: number }> {
  if (!servers) return reader.prepare(model, modelsDir, provider);
  return { info: await openRemoteModel(kserve, servers, join(modelsDir, 'cache')), bytes: 0 };
}
