import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogueModel, LookoutError } from '@lookout/protocol';
import {
  CATALOGUE,
  type CatalogueEntry,
  downloadBytes,
  pullModel,
  RESTRICTIONS,
  requireLicence,
  storedName,
} from '@lookout/vision/models';

export interface ModelDownloadsOptions {
  readonly modelsDir: string;
  /** See `PullOptions.baseUrl`. */
  readonly mirror?: string | undefined;
  /** Models to offer instead of the catalogue's. */
  readonly entries?: readonly CatalogueEntry[];
  onDone(name: string): void;
  onFailed(name: string, error: unknown): void;
}

interface Download {
  readonly stop: AbortController;
  received: number;
  isWaiting: boolean;
}

/** Downloads of the models of the catalogue: one at a time, so that each has the whole connection. */
export class ModelDownloads {
  readonly #options: ModelDownloadsOptions;
  readonly #entries: readonly CatalogueEntry[];
  readonly #downloads = new Map<string, Download>();
  readonly #failures = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: ModelDownloadsOptions) {
    this.#options = options;
    this.#entries = options.entries ?? CATALOGUE;
  }

  /** The models that can be downloaded, and how far each is. */
  list(): Promise<CatalogueModel[]> {
    return Promise.all(this.#entries.map((entry) => this.#describe(entry)));
  }

  /** Begins a download, unless it has begun. @throws LookoutError `model_not_found`, `licence_not_accepted` */
  async start(name: string, { acceptLicence = false } = {}): Promise<CatalogueModel> {
    const entry = this.#find(name);
    requireLicence(entry, acceptLicence);
    const current = this.#downloads.get(name);
    if (!current || current.stop.signal.aborted) {
      const download: Download = { stop: new AbortController(), received: 0, isWaiting: true };
      this.#downloads.set(name, download);
      this.#failures.delete(name);
      this.#last = this.#last.then(() => this.#run(entry, download));
    }
    return this.#describe(entry);
  }

  /** Stops a download; what has arrived is kept for the next. Does nothing if there is none. @throws LookoutError `model_not_found` */
  stop(name: string): void {
    this.#find(name);
    this.#downloads.get(name)?.stop.abort();
  }

  /** Stops all downloads. Idempotent. */
  async close(): Promise<void> {
    for (const { stop } of this.#downloads.values()) stop.abort();
    await this.#last;
  }

  async #run(entry: CatalogueEntry, download: Download): Promise<void> {
    const { modelsDir, mirror, onDone, onFailed } = this.#options;
    const { signal } = download.stop;
    download.isWaiting = false;
    try {
      signal.throwIfAborted();
      await pullModel(entry.name, modelsDir, {
        entry,
        // `start` has checked this.
        acceptLicence: true,
        signal,
        ...(mirror !== undefined && { baseUrl: mirror }),
        onProgress: (received) => {
          download.received = received;
        },
      });
      onDone(entry.name);
    } catch (error) {
      if (signal.aborted) return;
      this.#failures.set(entry.name, inWords(error));
      onFailed(entry.name, error);
    } finally {
      // Unless it was stopped and begun anew.
      if (this.#downloads.get(entry.name) === download) this.#downloads.delete(entry.name);
    }
  }

  #find(name: string): CatalogueEntry {
    const entry = this.#entries.find((one) => one.name === name);
    if (entry) return entry;
    const names = this.#entries.map((one) => one.name).join(', ');
    throw new LookoutError('model_not_found', `There is no model ${JSON.stringify(name.slice(0, 100))} to download`, {
      hint: `Models to download: ${names}`,
    });
  }

  async #describe(entry: CatalogueEntry): Promise<CatalogueModel> {
    const { name, task, description, licence, use, input, memoryMb, speed, isVerified, files } = entry;
    const download = this.#downloads.get(name);
    const error = this.#failures.get(name);
    const stored = await stat(join(this.#options.modelsDir, storedName(entry))).catch(() => undefined);
    const rest = download
      ? download.isWaiting
        ? 'waiting'
        : 'downloading'
      : error === undefined
        ? 'absent'
        : 'failed';
    return {
      ...{ name, task, description, licence, use, input, expected: speed },
      bytes: downloadBytes(entry),
      ...(use !== 'any' && { restriction: RESTRICTIONS[use] }),
      memory_mb: memoryMb,
      verified: isVerified,
      from: new URL(this.#options.mirror ?? files[0]!.url).host,
      state: !download && stored ? 'here' : rest,
      ...(download && { received_bytes: download.received }),
      ...(rest === 'failed' && { error }),
    };
  }
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = error instanceof LookoutError ? error.hint : undefined;
  return hint === undefined ? error.message : `${error.message}. ${hint}`;
}
