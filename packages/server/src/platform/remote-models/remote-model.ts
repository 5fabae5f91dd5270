import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LookoutError, type ModelMetadata } from '@lookout/protocol';
import type { ModelInfo, RemoteModel } from '@lookout/vision';
import type { TensorDeclaration } from '@lookout/vision/detector';
import { describeTensors, readSidecarFile, Sidecar, sidecarNames } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { declarationOf } from '../kserve/declared-tensors.js';
import { PICTURE_PLATFORM, takesPictures } from '../kserve/picture-tensors.js';
import { PeerMetadata, type RemoteServers } from './remote-servers.js';

/**
 * Determines from the servers their model's inputs and outputs and how to prepare images for it: from the metadata, completed
 * by the sidecar file of the settings. The metadata is cached, so that the model is known while no server is available.
 * @param cacheDir folder of the cache
 * @returns the model; if it can't be used and is not cached, a placeholder that detects nothing, with the reason in
 * `remote.missing`
 * @throws LookoutError `config_invalid`
 */
export async function openRemoteModel(
  settings: Pick<Settings['kserve'], 'model' | 'version' | 'sidecar'>,
  servers: RemoteServers,
  cacheDir: string,
): Promise<ModelInfo> {
  const { model, version } = settings;
  const given = settings.sidecar === undefined ? {} : await readSidecarFile(settings.sidecar);
  const remote: RemoteModel = { urls: servers.urls, model: model ?? '', inputs: [], outputs: [] };
  const cachePath = join(cacheDir, cacheName(remote, version));
  try {
    const metadata = await servers.describe();
    const info = describe(remote, metadata, given);
    await mkdir(cacheDir, { recursive: true });
    await writeFile(cachePath, JSON.stringify(metadata));
    return info;
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    const cached = await readFile(cachePath, 'utf8').catch(() => undefined);
    if (cached !== undefined) {
      const known = PeerMetadata.parse(JSON.parse(cached));
      servers.expect(known);
      return describe(remote, known, given);
    }
    return standIn({
      ...remote,
      missing: error.hint === undefined ? error.message : `${error.message}. ${error.hint}`,
    });
  }
}

function describe(remote: RemoteModel, metadata: PeerMetadata, given: Sidecar): ModelInfo {
  const known: RemoteModel = { ...remote, ...declarations(metadata) };
  const told = { ...readParameters(metadata), ...given };
  if (takesPictures(known.inputs as TensorDeclaration[], known.outputs as TensorDeclaration[])) {
    return pictureModel(known, metadata, told);
  }
  const [described] = describeTensors(known, told);
  return { ...described, name: nameOf(remote), path: '', remote: known };
}

/** It prepares pictures itself, so only its classes matter; the input is what parts of pictures are compared in. */
function pictureModel(remote: RemoteModel, { platform }: PeerMetadata, told: Sidecar): ModelInfo {
  const names = sidecarNames(told);
  if (names === undefined) {
    throw new LookoutError('model_unsupported', `The KServe server does not tell the classes of ${remote.model}`, {
      hint: 'List them under `names` in the file given by `kserve.sidecar`.',
    });
  }
  return {
    name: nameOf(remote),
    path: '',
    format: told.format ?? 'boxes-scores',
    classNames: names,
    input: { kind: 'fixed', width: 640, height: 640, multiple: 32 },
    letterbox: { anchor: 'center', fill: 114 },
    remote: { ...remote, pictures: { tuned: platform === PICTURE_PLATFORM } },
  };
}

/** Placeholder for a model that is not known yet. Workers reject every frame with the reason before decoding it. */
function standIn(remote: RemoteModel): ModelInfo {
  return {
    name: nameOf(remote),
    path: '',
    format: 'yolov8',
    classNames: [],
    input: { kind: 'fixed', width: 32, height: 32 },
    letterbox: { anchor: 'center', fill: 114 },
    remote,
  };
}

function nameOf({ model }: RemoteModel): string {
  return `${model}@kserve`;
}

function declarations({ inputs, outputs }: PeerMetadata): Pick<RemoteModel, 'inputs' | 'outputs'> {
  const declare = (tensor: ModelMetadata['inputs'][number]) => {
    const declaration = declarationOf(tensor);
    if (declaration) return declaration;
    throw new LookoutError(
      'model_unsupported',
      `Tensor ${tensor.name} of the KServe server has the unsupported datatype ${tensor.datatype}`,
    );
  };
  return { inputs: inputs.map(declare), outputs: outputs.map(declare) };
}

/** Model description by another Lookout; empty for other servers. */
function readParameters({ parameters }: PeerMetadata): Sidecar {
  const { detector } = parameters ?? {};
  if (typeof detector !== 'string') return {};
  try {
    return Sidecar.parse(JSON.parse(detector));
  } catch {
    // An unrelated parameter of the same name.
    return {};
  }
}

function cacheName({ urls, model }: RemoteModel, version = ''): string {
  return `kserve-${Buffer.from(JSON.stringify([urls.join(), model, version]))
    .toString('base64url')
    .slice(-120)}.json`;
}
