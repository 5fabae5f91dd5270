import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LookoutError, ModelMetadata } from '@lookout/protocol';
import type { ModelInfo, RemoteModel } from '@lookout/vision';
import { describeTensors, readSidecarFile, Sidecar } from '@lookout/vision/models';
import type { Settings } from '../config/settings.js';
import { declarationOf } from './declared-tensors.js';
import { KServeClient } from './kserve-client.js';
import { checkMessage, splitMessage } from './message.js';
import { modelPath } from './remote-runner.js';

export type RemoteSettings = Settings['kserve'] & { url: string };

/** How long a server that is still starting is waited for, and how often it is asked. */
const startMs = 30_000;
const retryMs = 500;

/**
 * Learns from a KServe server what its model takes and gives, and how pictures become that: from the metadata, and the file of the
 * settings where they are silent. What was learnt is kept, so that cameras can be watched while the server is away.
 * @param cacheDir where it is kept.
 * @throws LookoutError `unavailable` where it never answered yet; `model_not_found`, `model_unsupported`, `config_invalid`.
 */
export async function openRemoteModel(
  settings: RemoteSettings,
  cacheDir: string,
  waitMs = startMs,
): Promise<ModelInfo> {
  const { url, authorization } = addressOf(settings);
  const { model, version, timeout_ms: timeoutMs } = settings;
  if (model === undefined) {
    throw new LookoutError('config_invalid', 'kserve.model: expected the name of a model, beside kserve.url', {
      hint: 'Give --kserve-model or KSERVE_MODEL.',
    });
  }
  const named = { model, ...(version !== undefined && { version }) };
  const address = { url, timeoutMs, ...(authorization !== undefined && { authorization }) };
  const metadata = await learn(address, named, join(cacheDir, cacheName(url, named)), waitMs);
  const told = readParameters(metadata);
  const given = settings.sidecar === undefined ? {} : await readSidecarFile(settings.sidecar);
  const remote: RemoteModel = { ...address, ...named, ...declarations(metadata) };
  return { ...describeTensors(remote, { ...told, ...given }), name: `${model}@kserve`, path: '', remote };
}

/** The URL without credentials, and these as a header. @throws LookoutError `config_invalid` */
function addressOf({ url, token }: RemoteSettings): { url: string; authorization?: string } {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    // It may hold a password: it is not repeated.
    throw new LookoutError('config_invalid', 'kserve.url: expected http://host:port or https://host:port');
  }
  const parsed = new URL(url);
  const { username, password } = parsed;
  const plain = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/+$/, '').replace(/\/v2$/, '')}`;
  if (token !== undefined) return { url: plain, authorization: `Bearer ${token}` };
  if (username === '' && password === '') return { url: plain };
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url: plain, authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

async function learn(
  address: { url: string; authorization?: string; timeoutMs: number },
  named: { model: string; version?: string },
  cachePath: string,
  waitMs: number,
): Promise<ModelMetadata> {
  const client = new KServeClient(address);
  const endMs = performance.now() + waitMs;
  try {
    for (;;) {
      try {
        const { body } = await client.ask(modelPath(named));
        const metadata = checkMessage(ModelMetadata, splitMessage(body).json);
        await mkdir(join(cachePath, '..'), { recursive: true });
        await writeFile(cachePath, JSON.stringify(metadata));
        return metadata;
      } catch (error) {
        if (!(error instanceof LookoutError)) throw error;
        if (error.code !== 'unavailable') throw notServed(error, client.name, named.model);
        const known = await readFile(cachePath, 'utf8').catch(() => undefined);
        if (known !== undefined) return ModelMetadata.parse(JSON.parse(known));
        if (performance.now() > endMs) throw error;
        await sleep(retryMs);
      }
    }
  } finally {
    client.close();
  }
}

function notServed(error: LookoutError, server: string, model: string): LookoutError {
  if (error.code !== 'inference_failed') {
    return new LookoutError('model_unsupported', `${server} tells of ${model} what makes no sense: ${error.message}`, {
      cause: error,
    });
  }
  return new LookoutError('model_not_found', error.message, { cause: error, ...(error.hint && { hint: error.hint }) });
}

function declarations({ inputs, outputs }: ModelMetadata): Pick<RemoteModel, 'inputs' | 'outputs'> {
  const declare = (tensor: ModelMetadata['inputs'][number]) => {
    const declaration = declarationOf(tensor);
    if (declaration) return declaration;
    throw new LookoutError(
      'model_unsupported',
      `${tensor.name} of the KServe server is ${tensor.datatype}, which is not known`,
    );
  };
  return { inputs: inputs.map(declare), outputs: outputs.map(declare) };
}

/** What another Lookout says of its model; of other servers nothing. */
function readParameters({ parameters }: ModelMetadata): Sidecar {
  const { detector } = parameters ?? {};
  if (typeof detector !== 'string') return {};
  try {
    return Sidecar.parse(JSON.parse(detector));
  } catch {
    // Somebody else's parameter of that name.
    return {};
  }
}

function cacheName(url: string, { model, version = '' }: { model: string; version?: string }): string {
  return `kserve-${Buffer.from(JSON.stringify([url, model, version]))
    .toString('base64url')
    .slice(-120)}.json`;
}
