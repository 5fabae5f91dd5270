import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LookoutError } from '@lookout/protocol/core';
import { type CatalogueEntry, findCatalogueEntry } from './catalogue.js';

export interface PullOptions {
  /** A mirror with the catalogue's files under their own names; absent: each entry's own address is used. */
  baseUrl?: string;
  onProgress?: (receivedBytes: number, totalBytes: number) => void;
  /** Stops the download; the part received so far is kept for the next try. */
  signal?: AbortSignal;
  /** Entries to use instead of the catalogue's. */
  entry?: CatalogueEntry;
}

// How many times in a row the connection may break without delivering a byte.
const MAX_FRUITLESS_TRIES = 3;
const RETRY_DELAY_MS = 500;
const SILENCE_MS = 30_000;

/**
 * Downloads a model of the catalogue into `modelsDir`, resuming an earlier try, and checks it. Does nothing if it is already there.
 * @returns the path of the ONNX file.
 * @throws LookoutError `model_not_found` (not in the catalogue), `model_download_failed` (offline, refused, interrupted: try
 *   again to resume), `model_checksum_mismatch`, `storage_failed`; the signal's reason if stopped.
 */
export async function pullModel(name: string, modelsDir: string, options: PullOptions = {}): Promise<string> {
  const entry = options.entry ?? findCatalogueEntry(name);
  if (!entry) throw new LookoutError('model_not_found', `There is no model ${name} in the catalogue`);
  const path = resolve(modelsDir, `${entry.name}.onnx`);
  const part = `${path}.part`;
  try {
    await mkdir(modelsDir, { recursive: true });
    if ((await sha256OfFile(path)) === entry.sha256) return path;
    await download(entry, part, options);
    if ((await sha256OfFile(part)) !== entry.sha256) {
      await rm(part, { force: true });
      throw new LookoutError('model_checksum_mismatch', `${entry.name} has a different checksum from the catalogue's`, {
        hint: 'The file at the source was changed, or something modified it on the way; nothing was kept',
      });
    }
    await rename(part, path);
    return path;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof LookoutError) throw error;
    throw new LookoutError('storage_failed', `Cannot store ${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function download(entry: CatalogueEntry, part: string, options: PullOptions): Promise<void> {
  const url = options.baseUrl ? `${options.baseUrl.replace(/\/$/, '')}/${basename(entry.url)}` : entry.url;
  let fruitless = 0;
  for (;;) {
    const before = await sizeOf(part);
    if (before === entry.bytes) return;
    try {
      await fetchRest(url, entry, part, before, options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof LookoutError && !error.retryable) throw error;
      if (error instanceof Refused || isStorageError(error)) throw error;
      fruitless = (await sizeOf(part)) > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS_TRIES) throw failed(entry, url, part, error);
      await delay(RETRY_DELAY_MS, undefined, { signal: options.signal });
    }
  }
}

/** Requests the missing part. A server that doesn't support ranges sends everything, and the file is started afresh. */
async function fetchRest(url: string, entry: CatalogueEntry, part: string, from: number, options: PullOptions) {
  const silence = new Silence(options.signal);
  try {
    const headers = from > 0 && from < entry.bytes ? { range: `bytes=${from}-` } : undefined;
    const response = await fetch(url, { headers, signal: silence.signal });
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new Error('The server does not have the requested range');
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Refused(entry, url, response.status);
    }
    const resumed = response.status === 206 && startOf(response) === from;
    const file = await open(part, resumed ? 'a' : 'w');
    try {
      await append(file, response.body, resumed ? from : 0, entry, silence, options);
    } finally {
      await file.close();
    }
  } finally {
    silence.stop();
  }
}

async function append(
  file: FileHandle,
  body: ReadableStream<Uint8Array>,
  from: number,
  entry: CatalogueEntry,
  silence: Silence,
  { onProgress }: PullOptions,
): Promise<void> {
  let received = from;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    silence.heard();
    received += chunk.byteLength;
    // If it is larger than the catalogue says, it is not that file: stop before it fills the disk.
    if (received > entry.bytes) {
      throw new LookoutError(
        'model_checksum_mismatch',
        `${entry.name} is larger at the source than the catalogue says`,
      );
    }
    await file.write(chunk);
    onProgress?.(received, entry.bytes);
  }
  if (received < entry.bytes) throw new Error(`The connection ended after ${received} of ${entry.bytes} bytes`);
}

/** The server answered, but not with the file: trying again would not help. */
class Refused extends LookoutError {
  constructor(entry: CatalogueEntry, url: string, status: number) {
    super('model_download_failed', `Cannot fetch ${entry.name}: ${new URL(url).host} answered ${status}`);
  }
}

/** Aborts a transfer that stalls, or that the caller stops. */
class Silence {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout;

  constructor(outer: AbortSignal | undefined) {
    this.signal = outer ? AbortSignal.any([outer, this.#controller.signal]) : this.#controller.signal;
    this.#timer = this.#start();
  }

  heard(): void {
    this.stop();
    this.#timer = this.#start();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(new Error('No data arrived for 30 s')), SILENCE_MS);
  }
}

/** Codes of a server that was not reached. */
const NO_CONNECTION = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;

function failed(entry: CatalogueEntry, url: string, part: string, cause: unknown): LookoutError {
  const { message, cause: inner } = cause as Error & { cause?: NodeJS.ErrnoException };
  const { host } = new URL(url);
  const said = NO_CONNECTION.test(inner?.code ?? '')
    ? `No connection to ${host}`
    : `Cannot fetch ${entry.name} from ${host}: ${inner?.message || message}`;
  return new LookoutError('model_download_failed', said, {
    cause,
    hint: `Check the connection and try again (it resumes), or put the file, named ${entry.name}.onnx, into the models folder ${dirname(part)}`,
  });
}

function startOf(response: Response): number {
  return Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? -1);
}

function isStorageError(error: unknown): boolean {
  return ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EISDIR', 'EPERM'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
