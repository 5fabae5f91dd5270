import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { LookoutError } from '@lookout/protocol/core';

export interface FileDownload {
  /** Name for messages. */
  label: string;
  url: string;
  /** Where it is written; an earlier partial download there is resumed. */
  path: string;
  bytes: number;
  /** In hex. */
  sha256: string;
  /** Alternative for the hint if the source can't be reached. */
  advice: string;
  signal?: AbortSignal | undefined;
  onProgress?(receivedBytes: number): void;
}

// How many times in a row the connection may break without delivering a byte.
const MAX_FRUITLESS_TRIES = 3;
const RETRY_DELAY_MS = 500;
const SILENCE_MS = 30_000;

/**
 * Downloads a file, resuming an earlier attempt, and checks its size and checksum. A complete file is only checked.
 * @throws LookoutError `model_download_failed` (offline, refused, interrupted: try again to resume), `model_checksum_mismatch` (a complete
 *   file is then deleted); the signal's reason if stopped; errors of the file system
 */
export async function downloadFile(file: FileDownload): Promise<void> {
  await fetchAll(file);
  if ((await sha256OfFile(file.path)) === file.sha256) return;
  await rm(file.path, { force: true });
  throw new LookoutError('model_checksum_mismatch', `${file.label} has a different checksum from the catalogue's`, {
    hint: 'The file at the source was changed, or something modified it on the way; nothing was kept',
  });
}

async function fetchAll(file: FileDownload): Promise<void> {
  let fruitless = 0;
  for (;;) {
    const before = await sizeOfFile(file.path);
    if (before === file.bytes) return file.onProgress?.(before);
    try {
      await fetchRest(file, before);
      return;
    } catch (error) {
      file.signal?.throwIfAborted();
      if (error instanceof LookoutError && !error.retryable) throw error;
      if (error instanceof Refused || isStorageError(error)) throw error;
      fruitless = (await sizeOfFile(file.path)) > before ? 0 : fruitless + 1;
      if (fruitless >= MAX_FRUITLESS_TRIES) throw failed(file, error);
      await delay(RETRY_DELAY_MS, undefined, { signal: file.signal });
    }
  }
}

/** Requests the missing part. A server that doesn't support ranges sends everything, and the file is started afresh. */
async function fetchRest(download: FileDownload, from: number): Promise<void> {
  const { url, path, bytes } = download;
  const silence = new Silence(download.signal);
  try {
    const headers = from > 0 && from < bytes ? { range: `bytes=${from}-` } : undefined;
    const response = await fetch(url, { headers, signal: silence.signal });
    if (response.status === 416) {
      await response.body?.cancel();
      await rm(path, { force: true });
      throw new Error('The server does not have the requested range');
    }
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Refused(download, response.status);
    }
    const resumed = response.status === 206 && startOf(response) === from;
    const file = await open(path, resumed ? 'a' : 'w');
    try {
      await append(file, response.body, resumed ? from : 0, download, silence);
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
  { label, bytes, onProgress }: FileDownload,
  silence: Silence,
): Promise<void> {
  let received = from;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    silence.heard();
    received += chunk.byteLength;
    // If it is larger than the catalogue says, it is not that file: stop before it fills the disk.
    if (received > bytes) {
      throw new LookoutError('model_checksum_mismatch', `${label} is larger at the source than the catalogue says`);
    }
    await file.write(chunk);
    onProgress?.(received);
  }
  if (received < bytes) throw new Error(`The connection ended after ${received} of ${bytes} bytes`);
}

/** The server answered, but not with the file: trying again would not help. */
class Refused extends LookoutError {
  constructor({ label, url }: FileDownload, status: number) {
    super('model_download_failed', `Cannot fetch ${label}: ${new URL(url).host} answered ${status}`);
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

/** Error codes of an unreachable server. */
const NO_CONNECTION = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;

function failed({ label, url, advice }: FileDownload, cause: unknown): LookoutError {
  const { message, cause: inner } = cause as Error & { cause?: NodeJS.ErrnoException };
  const { host } = new URL(url);
  const said = NO_CONNECTION.test(inner?.code ?? '')
    ? `No connection to ${host}`
    : `Cannot fetch ${label} from ${host}: ${inner?.message || message}`;
  return new LookoutError('model_download_failed', said, {
    cause,
    hint: `Check the connection and try again (it resumes), or ${advice}`,
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

/** 0 if there is no file. */
export async function sizeOfFile(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** In hex; undefined if there is no file. */
export async function sha256OfFile(path: string): Promise<string | undefined> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
