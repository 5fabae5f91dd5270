import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { clearOutdated, EMBEDDED_MODEL, isEmbeddedName } from '@lookout/vision/models';
import type { Logger } from 'pino';

/** A model that clients may name, and where it lies. */
export interface ModelFile {
  name: string;
  /** What `resolveModel` takes: the name of an embedded one, or the path of an ONNX file. */
  source: string;
  /** Changes with the file, so that what was found out about it is known to be of this one. */
  stamp: string;
}

/** Most files of the folder that are looked at. */
const MAX_FILES = 256;

/**
 * The models there are: the embedded one, those of the settings, and the ONNX files of the models folder. A client names one;
 * where it lies is never a client's to say.
 */
export class ModelFiles {
  readonly #modelsDir: string;
  /** By name; paths are resolved. */
  readonly #given = new Map<string, string>();

  /**
   * @param given names or paths, as settings give them.
   * @throws LookoutError `config_invalid` where two files have one name.
   */
  constructor(modelsDir: string, given: readonly string[]) {
    this.#modelsDir = modelsDir;
    for (const nameOrPath of given) {
      const name = modelName(nameOrPath);
      const source = isPath(nameOrPath) ? resolve(nameOrPath) : nameOrPath;
      const other = this.#given.get(name);
      if (other !== undefined && other !== source) {
        throw new LookoutError('config_invalid', `Two models are called ${name}: ${other} and ${source}`, {
          hint: 'A model is called as its file is; rename one of them.',
        });
      }
      this.#given.set(name, source);
    }
  }

  /** Names of the settings first, then the embedded one, then those of the folder by the alphabet. */
  async list(): Promise<ModelFile[]> {
    const sources = new Map(this.#given);
    if (!sources.has(EMBEDDED_MODEL)) sources.set(EMBEDDED_MODEL, EMBEDDED_MODEL);
    const files = await readdir(this.#modelsDir).catch(() => []);
    const own = files.filter((file) => /\.onnx$/i.test(file)).sort();
    for (const file of own.slice(0, MAX_FILES)) {
      const name = modelName(file);
      // Given by name, it is this one.
      if (!isPath(sources.get(name) ?? name)) sources.set(name, join(this.#modelsDir, file));
    }
    return Promise.all([...sources].map(([name, source]) => this.#look(name, source)));
  }

  /** @throws LookoutError `model_not_found` that says what there is. */
  async find(name: string): Promise<ModelFile> {
    const files = await this.list();
    const found = files.find((file) => file.name === name);
    if (found) return found;
    const names = files.map((file) => file.name).join(', ');
    throw new LookoutError('model_not_found', `There is no model ${JSON.stringify(name.slice(0, 100))}`, {
      hint: `There are: ${names.slice(0, 1000)}`,
    });
  }

  async #look(name: string, source: string): Promise<ModelFile> {
    if (isEmbeddedName(source)) return { name, source, stamp: 'embedded' };
    const path = isPath(source) ? source : join(this.#modelsDir, `${source}.onnx`);
    // With the file beside it that may say what it is.
    const paths = [path, `${path}.yaml`, path.replace(/\.onnx$/i, '.yaml')];
    const found = await Promise.all(paths.map((each) => stat(each).catch(() => undefined)));
    return { name, source, stamp: found.map((each) => (each ? `${each.mtimeMs} ${each.size}` : '')).join(', ') };
  }
}

/** What a model is called: its file without folder and ending. */
export function modelName(nameOrPath: string): string {
  return basename(nameOrPath).replace(/\.onnx$/i, '');
}

function isPath(nameOrPath: string): boolean {
  return /[/\\]|\.onnx$/i.test(nameOrPath);
}

/** Removes what earlier versions made of models. A start does not fail for it: the files only take up space. */
export async function clearPreparedModels(dataDir: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    const files = await clearOutdated(join(dataDir, 'models'));
    if (files.length > 0) log.info({ files }, 'removed prepared models of an earlier version');
  } catch (error) {
    log.warn({ err: (error as Error).message }, 'prepared models of an earlier version cannot be removed');
  }
}
