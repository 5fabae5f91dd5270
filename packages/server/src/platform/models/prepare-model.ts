import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelInfo } from '@lookout/vision';
import {
  EMBEDDED_MODEL,
  EMBEDDED_MODEL_FLOAT,
  type EmbeddedName,
  embeddedModel,
  inspectModel,
  isEmbeddedName,
  resolveModel,
  UnknownShapesError,
} from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { openRemoteModel } from '../remote-models/remote-model.js';
import type { ModelReader } from './model-reader.js';

// Models are run here to see how they are to be read: for worker threads only.

/**
 * Makes a model ready to be opened, having tried it out.
 * @param source the name of an embedded model, one of `modelsDir`, or a path.
 * @param provider what it is to run on: the embedded model has no use for 8 bits where that is not the processor.
 * @param runs see `CountedRunner`.
 * @returns it, and the size of the file that will be opened.
 * @throws LookoutError `model_not_found`, `model_invalid`, `model_unsupported`, `config_invalid`, `storage_failed`
 */
export async function prepareModel(
  source: string,
  modelsDir: string,
  provider: string,
  runs: Int32Array,
): Promise<{ info: ModelInfo; bytes: number }> {
  const info = isEmbeddedName(source) ? embeddedFor(provider, source) : await prepareOwn(source, modelsDir, runs);
  return { info, bytes: (await stat(info.path)).size };
}

/** Says what a model is; it is tried out only where its file does not tell. @throws LookoutError as `prepareModel`. */
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

async function prepareOwn(source: string, modelsDir: string, runs: Int32Array): Promise<ModelInfo> {
  const { openTrial } = await import('./open-trial.js');
  using trial = await openTrial(runs);
  return await resolveModel(source, { modelsDir, trial });
}

function embeddedFor(provider: string, name: EmbeddedName): ModelInfo {
  return provider === 'cpu' ? embeddedModel(name) : { ...embeddedModel(EMBEDDED_MODEL_FLOAT), name };
}

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
