import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '@lookout/vision';
import type { ModelFile } from './model-files.js';
import { type ModelReader, readOrThrow } from './model-reader.js';

export interface Inspected {
  info?: ModelInfo;
  /** Why the model can't be used. */
  error?: LookoutError;
}

/** What is known about model files that are not loaded. Each is read once, and again after it changes. */
export class ModelInspections {
  readonly #modelsDir: string;
  readonly #reader: ModelReader;
  readonly #known = new Map<string, { stamp: string; inspected: Inspected }>();
  #reading: Promise<void> = Promise.resolve();

  constructor(modelsDir: string, reader: ModelReader) {
    this.#modelsDir = modelsDir;
    this.#reader = reader;
  }

  /** By name. */
  async of(files: readonly ModelFile[]): Promise<Map<string, Inspected>> {
    // Concurrent calls share one reading.
    this.#reading = this.#reading.catch(() => undefined).then(() => this.#readMissing(files));
    await this.#reading;
    return new Map(files.map((file) => [file.name, this.#find(file) ?? {}]));
  }

  /** Records that loading failed: it is not retried until the file changes, unless the error is retryable. */
  failed(file: ModelFile, error: unknown): void {
    if (!(error instanceof LookoutError) || error.retryable) return;
    this.#keep(file, { error });
  }

  /** @throws LookoutError if the model is known to be unusable */
  throwIfUnusable(file: ModelFile): void {
    const error = this.#find(file)?.error;
    if (error) throw error;
  }

  async #readMissing(files: readonly ModelFile[]): Promise<void> {
    const missing = files.filter((file) => !this.#find(file));
    if (missing.length === 0) return;
    const sources = missing.map(({ source }) => source);
    const found = await this.#reader.read({ modelsDir: this.#modelsDir, sources });
    for (const [i, file] of missing.entries()) {
      try {
        this.#keep(file, { info: readOrThrow(found[i]!).info });
      } catch (error) {
        if (!(error instanceof LookoutError)) throw error;
        this.#keep(file, { error });
      }
    }
    // Drop files that no longer exist, so that the map stays bounded by the folder.
    if (this.#known.size > files.length * 2) {
      const names = new Set(files.map(({ name }) => name));
      for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    }
  }

  #find({ name, stamp }: ModelFile): Inspected | undefined {
    const known = this.#known.get(name);
    return known?.stamp === stamp ? known.inspected : undefined;
  }

  #keep({ name, stamp }: ModelFile, inspected: Inspected): void {
    this.#known.set(name, { stamp, inspected });
  }
}
