import { LookoutError } from '@lookout/protocol/core';
import { AVERROR_EOF, AVERROR_EXIT, AVSEEK_SET, AVSEEK_SIZE, type FormatContext, IOContext } from '../codec/native.js';
import type { ByteSource } from '../video-bytes/byte-source.js';
import type { BlindLimit } from './blind-limit.js';

const BUFFER_BYTES = 65_536;

/**
 * Lets FFmpeg read a `ByteSource`, so that every byte FFmpeg gets from a camera passes through here. FFmpeg's thread blocks while it waits
 * for our bytes: end the source before waiting for FFmpeg.
 */
export class CustomInput {
  readonly #source: ByteSource;
  readonly #limit: BlindLimit;
  readonly #stallMs: number;
  readonly #io = new IOContext();
  #failure: LookoutError | undefined;
  /** FFmpeg reads again after an end of file. If other video follows, this demuxer must not get it. */
  #ended = false;

  /** @param stallMs longest silence */
  constructor(source: ByteSource, limit: BlindLimit, stallMs: number) {
    this.#source = source;
    this.#limit = limit;
    this.#stallMs = stallMs;
    const seek = source.size === undefined ? null : (offset: bigint, whence: number) => this.#seek(offset, whence);
    this.#io.allocContextWithCallbacks(BUFFER_BYTES, 0, (max) => this.#read(max), null, seek);
  }

  /** Why reading failed, when FFmpeg only knows that it did. */
  get failure(): LookoutError | undefined {
    return this.#failure;
  }

  /** Call before `context` is opened. */
  attach(context: FormatContext): void {
    context.pb = this.#io;
  }

  /** Call after `context` has been closed. */
  free(): void {
    this.#io.freeContext();
  }

  /** @returns bytes, or an FFmpeg error code. Never rejects, since FFmpeg's thread would then wait for ever. */
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

/** For a camera that delivered video and then stopped. */
export function stalledError(): LookoutError {
  return new LookoutError('camera_stalled', 'The camera stopped sending video');
}

function unexpected(cause: unknown): LookoutError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new LookoutError('internal', `Reading the camera failed unexpectedly: ${message}`, { cause });
}
