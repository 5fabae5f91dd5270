import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import { clearOutdated, clearPrepared, EMBEDDED_MODEL, embeddedModel, isEmbeddedName } from '@lookout/vision/models';
import type { Logger } from 'pino';

/** A model that clients may request, and its location. */
export interface ModelFile {
  name: string;
  /** In the form for `resolveModel`: name of a built-in model, or path of an ONNX file. */
  source: string;
  /** Changes with the file, to detect outdated inspections. */
  stamp: string;
  /** Size of the file; 0 if it is missing or a folder. */
  bytes: number;
  /** A model of several files, for a task other than class detection. */
  isFolder?: true;
}

/** Not models: the cache of derived files, and downloads in progress. */
const HIDDEN = /^(cache$|\.)/;
/** Maximum number of files read from the folder. */
const MAX_FILES = 256;

/**
 * The available models: the built-in one, those of the settings, and ONNX files in the models folder. Clients request them by
 * name and can never give a path.
 */
export class ModelFiles {
  readonly #modelsDir: string;
  /** By name; paths are resolved. */
  readonly #given = new Map<string, string>();

  /**
   * @param given names or paths from the settings
   * @throws LookoutError `config_invalid` if two files have the same name
   */
  constructor(modelsDir: string, given: readonly string[]) {
    this.#modelsDir = modelsDir;
    for (const nameOrPath of given) {
      const name = modelName(nameOrPath);
      const source = isPath(nameOrPath) ? resolve(nameOrPath) : nameOrPath;
      const other = this.#given.get(name);
      if (other !== undefined && other !== source) {
        throw new LookoutError('config_invalid', `Two models are called ${name}: ${other} and ${source}`, {
          hint: 'A model is named after its file: rename one of them.',
        });
      }
      this.#given.set(name, source);
    }
  }

  /** Models of the settings first, then the built-in one, then those of the folder in alphabetical order. */
  async list(): Promise<ModelFile[]> {
    const sources = new Map(this.#given);
    if (!sources.has(EMBEDDED_MODEL)) sources.set(EMBEDDED_MODEL, EMBEDDED_MODEL);
    const files = await readdir(this.#modelsDir).catch(() => []);
    const own = files.filter((file) => /\.onnx$/i.test(file)).sort();
    for (const file of own.slice(0, MAX_FILES)) {
      const name = modelName(file);
      // A name in the settings may refer to this file.
      if (!isPath(sources.get(name) ?? name)) sources.set(name, join(this.#modelsDir, file));
    }
    return Promise.all([...sources].map(([name, source]) => this.#look(name, source)));
  }

  /** @throws LookoutError `model_not_found` listing the available models */
  async find(name: string): Promise<ModelFile> {
    const files = await this.list();
    const found = files.find((file) => file.name === name);
    if (found) return found;
    const names = files.map((file) => file.name).join(', ');
    throw new LookoutError('model_not_found', `There is no model ${JSON.stringify(name.slice(0, 100))}`, {
      hint: `Available models: ${names.slice(0, 1000)}`,
    });
  }

  /** A model of one file or of a folder. @throws LookoutError `model_not_found` */
  async findAny(name: string): Promise<ModelFile> {
    const folder = join(this.#modelsDir, basename(name));
    const found = name === basename(name) && !HIDDEN.test(name) ? await stat(folder).catch(() => undefined) : undefined;
    if (!found?.isDirectory()) return this.find(name);
    return { name, source: folder, stamp: `${found.mtimeMs}`, bytes: 0, isFolder: true };
  }

  /** Whether a model is a file of the folder and not of the settings, so that it may be removed. */
  isRemovable({ name, source }: ModelFile): boolean {
    return !this.#given.has(name) && !isEmbeddedName(source);
  }

  /**
   * Removes a model's file or folder and the files derived from it. Its hand-written sidecar file stays.
   * @throws Error of the file system
   */
  async remove({ name, source }: ModelFile): Promise<void> {
    const path = isPath(source) ? source : join(this.#modelsDir, `${source}.onnx`);
    await rm(path, { force: true, recursive: true });
    await clearPrepared(this.#modelsDir, name);
  }

  async #look(name: string, source: string): Promise<ModelFile> {
    if (isEmbeddedName(source)) {
      return { name, source, stamp: 'embedded', bytes: (await stat(embeddedModel(source).path)).size };
    }
    const path = isPath(source) ? source : join(this.#modelsDir, `${source}.onnx`);
    // Includes the sidecar file that may describe the model.
    const paths = [path, `${path}.yaml`, path.replace(/\.onnx$/i, '.yaml')];
    const found = await Promise.all(paths.map((each) => stat(each).catch(() => undefined)));
    const bytes = found[0]?.size ?? 0;
    return { name, source, bytes, stamp: found.map((each) => (each ? `${each.mtimeMs} ${each.size}` : '')).join(', ') };
  }
}

/** Name of a model: its file name without folder and extension. */
export function modelName(nameOrPath: string): string {
  return basename(nameOrPath).replace(/\.onnx$/i, '');
}

function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.onnx$/i.test(nameOrPath);
}

/** Removes prepared models of earlier versions. Never fails the start, since the files only take up space. */
export async function clearPreparedModels(dataDir: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    const files = await clearOutdated(join(dataDir, 'models'));
    if (files.length > 0) log.info({ files }, 'removed prepared models of an earlier version');
  } catch (error) {
    log.warn({ err: (error as Error).message }, 'prepared models of an earlier version cannot be removed');
  }
}
