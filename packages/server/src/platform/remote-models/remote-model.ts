import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePercent } from '@lookout/media';
import { LookoutError, ModelMetadata } from '@lookout/protocol';
import type { ModelInfo, RemoteModel } from '@lookout/vision';
import { describeTensors, readSidecarFile, Sidecar } from '@lookout/vision/models';
import type { z } from 'zod';
import type { Settings } from '../config/settings.js';
import { declarationOf } from '../kserve/declared-tensors.js';
import { checkMessage, splitMessage } from '../kserve/message.js';
import { KServeClient } from './kserve-client.js';
import { modelPath } from './remote-runner.js';

export type RemoteSettings = Settings['kserve'] & { url: string };

/**
 * Determines from a KServe server its model's inputs and outputs and how to prepare images for it: from the metadata, completed
 * by the sidecar file of the settings. The metadata is cached, so that the model is known while the server is unavailable.
 * @param cacheDir folder of the cache
 * @returns the model; if it can't be used and is not cached, a placeholder that detects nothing, with the reason in
 * `remote.missing`
 * @throws LookoutError `config_invalid`
 */
export async function openRemoteModel(settings: RemoteSettings, cacheDir: string): Promise<ModelInfo> {
  const { url, authorization } = addressOf(settings);
  const { model, version, timeout_ms: timeoutMs } = settings;
  if (model === undefined) {
    throw new LookoutError('config_invalid', 'kserve.model: expected the name of a model, as kserve.url is set', {
      hint: 'Set --kserve-model or KSERVE_MODEL.',
    });
  }
  const given = settings.sidecar === undefined ? {} : await readSidecarFile(settings.sidecar);
  const remote: RemoteModel = {
    url,
    model,
    timeoutMs,
    inputs: [],
    outputs: [],
    ...(version !== undefined && { version }),
    ...(authorization !== undefined && { authorization }),
  };
  const cachePath = join(cacheDir, cacheName(remote));
  try {
    const metadata = await fetchMetadata(remote);
    const info = describe(remote, metadata, given);
    await mkdir(cacheDir, { recursive: true });
    await writeFile(cachePath, JSON.stringify(metadata));
    return info;
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    const known = await readFile(cachePath, 'utf8').catch(() => undefined);
    if (known !== undefined) return describe(remote, PeerMetadata.parse(JSON.parse(known)), given);
    return standIn({
      ...remote,
      missing: error.hint === undefined ? error.message : `${error.message}. ${error.hint}`,
    });
  }
}

/** The protocol requires `platform`, but some servers omit it. */
const PeerMetadata = ModelMetadata.extend({ platform: ModelMetadata.shape.platform.optional() });
type PeerMetadata = z.infer<typeof PeerMetadata>;

function describe(remote: RemoteModel, metadata: PeerMetadata, given: Sidecar): ModelInfo {
  const known: RemoteModel = { ...remote, ...declarations(metadata) };
  const [described] = describeTensors(known, { ...readParameters(metadata), ...given });
  return { ...described, name: nameOf(remote), path: '', remote: known };
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

/** Splits credentials off the URL into a header. @throws LookoutError `config_invalid` */
function addressOf({ url, token }: RemoteSettings): { url: string; authorization?: string } {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    // The URL may contain a password, so it is not repeated.
    throw new LookoutError('config_invalid', 'kserve.url: expected http://host:port or https://host:port');
  }
  const parsed = new URL(url);
  const { username, password } = parsed;
  const plain = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '').replace(/\/v2$/, '')}`;
  if (token !== undefined) return { url: plain, authorization: `Bearer ${token}` };
  if (username === '' && password === '') return { url: plain };
  const credentials = `${decodePercent(username)}:${decodePercent(password)}`;
  return { url: plain, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

/** @throws LookoutError if the metadata can't be fetched or is invalid */
async function fetchMetadata(remote: RemoteModel): Promise<PeerMetadata> {
  const client = new KServeClient(remote);
  try {
    const { body } = await client.ask(modelPath(remote));
    try {
      return checkMessage(PeerMetadata, splitMessage(body).json);
    } catch (error) {
      const reason = (error as Error).message;
      throw new LookoutError(
        'model_unsupported',
        `${client.name} returned invalid metadata for ${remote.model}: ${reason}`,
        {
          cause: error,
        },
      );
    }
  } finally {
    client.close();
  }
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

function cacheName({ url, model, version = '' }: RemoteModel): string {
  return `kserve-${Buffer.from(JSON.stringify([url, model, version]))
    .toString('base64url')
    .slice(-120)}.json`;
}
