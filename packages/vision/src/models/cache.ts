import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import { FOLD_VERSION } from '../onnx/fold-input.js';

/** Files made from models carry the version of the code that made them in their names; the oldest have only a checksum. */
const MADE_OF_MODEL = /-(?:v(\d+)-)?[0-9a-f]{16}\.onnx(?:\.sha256)?$/;

/** SHA-256 in hex of all parts, one after the other. */
function sha256(...parts: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/**
 * Path of the prepared form of a model.
 * @param parts everything that determines its contents, apart from the version of the code.
 */
export function preparedPath(modelsDir: string, name: string, ...parts: (Uint8Array | string)[]): string {
  return resolve(cacheDirectory(modelsDir), `${name}-v${FOLD_VERSION}-${sha256(...parts).slice(0, 16)}.onnx`);
}

/**
 * Removes files that earlier versions made from models: nothing reads them any more.
 * @returns names of the removed files.
 * @throws Error of the file system.
 */
export async function clearOutdated(modelsDir: string): Promise<string[]> {
  return clear(modelsDir, (_name, version) => version !== FOLD_VERSION);
}

/** Removes what was made of one model. @returns names of the removed files. @throws Error of the file system. */
export async function clearPrepared(modelsDir: string, model: string): Promise<string[]> {
  return clear(modelsDir, (name) => name === model);
}

async function clear(modelsDir: string, isGone: (model: string, version: number) => boolean): Promise<string[]> {
  const directory = cacheDirectory(modelsDir);
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const gone = files.filter((file) => {
    const made = MADE_OF_MODEL.exec(file);
    return made !== null && isGone(file.slice(0, made.index), Number(made[1]));
  });
  for (const file of gone) await rm(join(directory, file), { force: true });
  return gone;
}

function cacheDirectory(modelsDir: string): string {
  return join(modelsDir, 'cache');
}

/**
 * Caches the result of an expensive function in a file at `path`, with its checksum at `path`.sha256. A file that is missing, truncated
 * or changed is made again. Written atomically, even if the process dies or two of them race.
 * @returns whether the file had to be made.
 * @throws LookoutError `storage_failed` if it can't be written; whatever `make` throws.
 */
export async function ensureFile(path: string, make: () => Promise<Uint8Array>): Promise<boolean> {
  if (await isIntact(path)) return false;
  const bytes = await make();
  try {
    await mkdir(dirname(path), { recursive: true });
    // Checksum first: a crash in between leaves a mismatch, so the file is made again.
    await writeAtomically(`${path}.sha256`, sha256(bytes));
    await writeAtomically(path, bytes);
  } catch (cause) {
    throw new LookoutError('storage_failed', `Cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
  return true;
}

/** Writes next to the target and renames, so that readers see either the old file or the new one. */
export async function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isIntact(path: string): Promise<boolean> {
  try {
    const [bytes, expected] = await Promise.all([readFile(path), readFile(`${path}.sha256`, 'utf8')]);
    return sha256(bytes) === expected.trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw new LookoutError('storage_failed', `Cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
