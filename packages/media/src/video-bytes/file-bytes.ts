import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { LookoutError } from '@lookout/protocol/core';
import { isSystemPath } from '../source/source-url.js';
import type { ByteSource } from './byte-source.js';

/**
 * A regular file. It only blocks for long on a file system that does not respond (an unreachable network share): an abort then ends the
 * wait for the caller, while one thread of the system keeps waiting.
 */
export class FileBytes implements ByteSource {
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #signal: AbortSignal;
  #position = 0;

  private constructor(handle: FileHandle, size: number, signal: AbortSignal) {
    this.#handle = handle;
    this.size = size;
    this.#signal = signal;
  }

  /**
   * @param path absolute; links are followed, but not to paths that are not allowed themselves.
   * @throws LookoutError `camera_unsupported` when it is not a regular file; system errors (`ENOENT` …); the reason of `signal`.
   */
  static async open(path: string, signal: AbortSignal): Promise<FileBytes> {
    const opening = openRegular(path);
    try {
      const { handle, size } = await unlessAborted(opening, signal);
      return new FileBytes(handle, size, signal);
    } catch (error) {
      // It opened after all, when nobody was waiting any more.
      void opening.then(({ handle }) => handle.close()).catch(ignore);
      throw error;
    }
  }

  async read(max: number): Promise<Buffer | undefined> {
    const reading = this.#handle.read(Buffer.allocUnsafe(max), 0, max, this.#position);
    const { bytesRead, buffer } = await unlessAborted(reading, this.#signal).catch((error) => {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw new LookoutError('camera_closed', `The rest of the file can't be read (${error.code})`, { cause: error });
    });
    this.#position += bytesRead;
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  }

  moveTo(offset: number): void {
    this.#position = offset;
  }

  /** Waits for a read in progress before closing, but the caller does not. */
  close(): void {
    void this.#handle.close().catch(ignore);
  }
}

/** The device file behind a camera's path. @throws LookoutError `camera_unsupported`; system errors. */
export async function videoDevice(path: string): Promise<string> {
  const real = await realpath(path);
  const { rdev } = await stat(real);
  const isCamera = /^\/dev\/video\d{1,3}$/.test(real) && ((rdev >> 8) & 0xfff) === VIDEO_MAJOR;
  if (isCamera) return real;
  throw new LookoutError('camera_unsupported', 'This is not a camera', {
    hint: 'A local camera is /dev/video0, /dev/video1 and so on.',
  });
}

/** Linux's major number for cameras and other video devices. */
const VIDEO_MAJOR = 81;

async function openRegular(path: string): Promise<{ handle: FileHandle; size: number }> {
  const real = await realpath(path);
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  if (isSystemPath(real)) throw noVideoFile();
  const found = await stat(real);
  if (found.isDirectory()) throw Object.assign(new Error('It is a folder'), { code: 'EISDIR' });
  if (!found.isFile()) throw noVideoFile();
  // Another file may be there by now: don't block on a pipe, and check again.
  const handle = await open(real, O_RDONLY | (O_NONBLOCK ?? 0) | (O_NOFOLLOW ?? 0));
  const opened = await handle.stat();
  if (opened.isFile()) return { handle, size: opened.size };
  await handle.close();
  throw noVideoFile();
}

function noVideoFile(): LookoutError {
  return new LookoutError('camera_unsupported', 'This is a device, a pipe or a system file, not a video file', {
    hint: 'Give the path of a video file.',
  });
}

/** @throws the reason of `signal` as soon as it aborts. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let abort: () => void = ignore;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function ignore(): void {
  // Nothing was written, so a failed close loses nothing.
}
