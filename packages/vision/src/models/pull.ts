import { mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import { findCatalogueEntry } from './catalogue.js';
import { type CatalogueEntry, type CatalogueFile, downloadBytes, RESTRICTIONS, storedName } from './catalogue-entry.js';
import { downloadFile, sha256OfFile, sizeOfFile } from './download-file.js';
import { MODEL_RECORD, type ModelRecord } from './model-record.js';
import { readTaskModel } from './read-task-model.js';

export interface PullOptions {
  /** A mirror with the catalogue's files under their own names; absent: each file's own address is used. */
  baseUrl?: string;
  /** Bytes over all files. */
  onProgress?: (receivedBytes: number, totalBytes: number) => void;
  /** Stops the download; the part received so far is kept for the next try. */
  signal?: AbortSignal;
  /** Whether a licence that restricts the model's use is accepted. */
  acceptLicence?: boolean;
  /** Entries to use instead of the catalogue's. */
  entry?: CatalogueEntry;
}

/** Left free for the rest of the machine, bytes. */
const SPARE_BYTES = 64 * 1024 ** 2;

/**
 * Downloads a model of the catalogue into `modelsDir`, resuming an earlier attempt, and checks it. A model of several files becomes a
 * folder, which appears once it is complete. Does nothing if the model is already there.
 * @returns the path of the ONNX file or of the folder.
 * @throws LookoutError `model_not_found` (not in the catalogue), `licence_not_accepted`, `model_download_failed` (offline, refused,
 *   interrupted: try again to resume), `model_checksum_mismatch`, `storage_failed` (also if there is not enough space); the signal's reason
 *   if stopped.
 */
export async function pullModel(name: string, modelsDir: string, options: PullOptions = {}): Promise<string> {
  const entry = options.entry ?? findCatalogueEntry(name);
  if (!entry) throw new LookoutError('model_not_found', `There is no model ${name} in the catalogue`);
  requireLicence(entry, options.acceptLicence ?? false);
  const path = resolve(modelsDir, storedName(entry));
  try {
    await mkdir(modelsDir, { recursive: true });
    if (await isThere(entry, path)) return path;
    if (entry.files.length === 1) await pullFile(entry, path, options);
    else await pullFolder(entry, modelsDir, path, options);
    return path;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LookoutError) throw error;
    throw new LookoutError('storage_failed', `Cannot store ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws LookoutError `licence_not_accepted` if the licence restricts the model's use and is not accepted */
export function requireLicence({ name, licence, use }: CatalogueEntry, isAccepted: boolean): void {
  if (use === 'any' || isAccepted) return;
  throw new LookoutError('licence_not_accepted', `${name} has the licence ${licence}: ${RESTRICTIONS[use]}`, {
    hint: 'If you agree, accept the licence: --accept-licence on the command line, accept_licence in the API, or the button on the page',
  });
}

async function isThere({ files }: CatalogueEntry, path: string): Promise<boolean> {
  for (const file of files) {
    const at = files.length === 1 ? path : join(path, file.name);
    // The size shows most differences without reading the file.
    if ((await sizeOfFile(at)) !== file.bytes || (await sha256OfFile(at)) !== file.sha256) return false;
  }
  return true;
}

async function pullFile(entry: CatalogueEntry, path: string, options: PullOptions): Promise<void> {
  const part = `${path}.part`;
  const total = downloadBytes(entry);
  await requireSpace(entry, total - (await sizeOfFile(part)), join(path, '..'));
  await downloadFile({
    ...source(entry, entry.files[0]!, options.baseUrl),
    path: part,
    advice: `put the file, named ${entry.name}.onnx, into the models folder ${join(path, '..')}`,
    signal: options.signal,
    onProgress: (received) => options.onProgress?.(received, total),
  });
  await rename(part, path);
}

/** Files are collected in a hidden folder, renamed at the end, so that an incomplete model is never visible. */
async function pullFolder(entry: CatalogueEntry, modelsDir: string, path: string, options: PullOptions): Promise<void> {
  const part = resolve(modelsDir, `.${entry.name}.part`);
  await mkdir(part, { recursive: true });
  const total = downloadBytes(entry);
  const sizes = await Promise.all(entry.files.map(({ name }) => sizeOfFile(join(part, name))));
  await requireSpace(entry, total - sizes.reduce((sum, size) => sum + size, 0), modelsDir);
  let before = 0;
  for (const file of entry.files) {
    await downloadFile({
      ...source(entry, file, options.baseUrl),
      path: join(part, file.name),
      advice: `put its files into the folder ${path}: ${entry.files.map(({ name }) => name).join(', ')}`,
      signal: options.signal,
      onProgress: (received) => options.onProgress?.(before + received, total),
    });
    before += file.bytes;
  }
  const { task } = await readTaskModel(part, modelsDir);
  if (task !== entry.task) {
    throw new LookoutError('model_invalid', `${entry.name} does not match the catalogue: its files are for ${task}`);
  }
  const { name, licence, use } = entry;
  const files = entry.files.map(({ name: file, url, bytes, sha256 }) => ({ name: file, url, bytes, sha256 }));
  const record: ModelRecord = { name, licence, use, files };
  await writeFile(join(part, MODEL_RECORD), `${JSON.stringify(record, null, 2)}\n`);
  await rm(path, { recursive: true, force: true });
  await rename(part, path);
}

/** Source of a file. On a mirror, each model of several files has its own folder. */
function source({ name: model, files }: CatalogueEntry, { name, url, bytes, sha256 }: CatalogueFile, mirror?: string) {
  const isAlone = files.length === 1;
  const path = isAlone ? name : `${model}/${name}`;
  return {
    label: isAlone ? model : `${model} (${name})`,
    url: mirror === undefined ? url : `${mirror.replace(/\/$/, '')}/${path}`,
    ...{ bytes, sha256 },
  };
}

/** @throws LookoutError `storage_failed` */
async function requireSpace({ name }: CatalogueEntry, bytes: number, directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free >= bytes + SPARE_BYTES) return;
  const megabytes = (size: number) => Math.ceil(size / 1024 ** 2);
  throw new LookoutError(
    'storage_failed',
    `${name} needs ${megabytes(bytes)} MB more, but only ${megabytes(free)} MB are free in the models folder`,
    { hint: `Free some space, or choose another data folder. Models are in ${directory}` },
  );
}
