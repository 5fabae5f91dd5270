import { LookoutError } from '@lookout/protocol';
import { AVERROR_EOF, AVERROR_EXIT, AVSEEK_SET, AVSEEK_SIZE, type FormatContext, IOContext } from '../codec/native.js';
import type { ByteSource } from '../video-bytes/byte-source.js';
import type { BlindLimit } from './blind-limit.js';

const BUFFER_BYTES = 65_536;

/**
 * Lets FFmpeg read a `ByteSource`: all that it gets to see of a camera passes here. Its thread waits in a read for our bytes, so whoever
 * waits for FFmpeg ends the source first.
 */
export class CustomInput {
  readonly #source: ByteSource;
  readonly #limit: BlindLimit;
  readonly #stallMs: number;
  readonly #io = new IOContext();
  #failure: LookoutError | undefined;
  /** FFmpeg asks again behind an end. Where other video follows, that is not for this demuxer. */
  #ended = false;

  /** @param stallMs how long nothing may come */
  constructor(source: ByteSource, limit: BlindLimit, stallMs: number) {
    this.#source = source;
    this.#limit = limit;
    this.#stallMs = stallMs;
    const seek = source.size === undefined ? null : (offset: bigint, whence: number) => this.#seek(offset, whence);
    this.#io.allocContextWithCallbacks(BUFFER_BYTES, 0, (max) => this.#read(max), null, seek);
  }

  /** Why no more could be read, where FFmpeg knows only that. */
  get failure(): LookoutError | undefined {
    return this.#failure;
  }

  /** Before `context` is opened. */
  attach(context: FormatContext): void {
    context.pb = this.#io;
  }

  /** Once `context` has been closed. */
  free(): void {
    this.#io.freeContext();
  }

  /** @returns bytes, or a code of FFmpeg's. Never rejects: FFmpeg's thread would wait for ever. */
  async #read(max: number): Promise<Buffer | number> {
    if (this.#ended) return AVERROR_EOF;
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(stalledError()), this.#stallMs);
    });
    try {
      const bytes = await Promise.race([this.#source.read(max), stalled]);
      if (bytes === undefined) {
        this.#ended = this.#source.size === undefined;
        return AVERROR_EOF;
      }
      this.#limit.spend(bytes.length);
      return bytes;
    } catch (error) {
      this.#failure ??= error instanceof LookoutError ? error : unexpected(error);
      return AVERROR_EXIT;
    } finally {
      clearTimeout(timer);
    }
  }

  #seek(offset: bigint, whence: number): bigint {
    if (whence === AVSEEK_SIZE) return BigInt(this.#source.size!);
    if (whence !== AVSEEK_SET || offset < 0n) return -22n;
    this.#source.moveTo!(Number(offset));
    return offset;
  }
}

/** No more comes from a camera that was there. */
export function stalledError(): LookoutError {
  return new LookoutError('camera_stalled', 'The camera stopped sending video');
}

function unexpected(cause: unknown): LookoutError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LookoutError('internal', `Reading the camera failed unexpectedly: ${message}`, { cause });
}
