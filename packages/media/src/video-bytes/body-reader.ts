import type { IncomingMessage } from 'node:http';
import { LookoutError } from '@lookout/protocol/core';
import { bodyError } from '../mjpeg/camera-request.js';

/** Reads a response in pieces, on demand: what is not read stays with the camera. */
export class BodyReader {
  readonly #response: IncomingMessage;
  readonly #signal: AbortSignal;
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(response: IncomingMessage, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
    this.#pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** @returns 1 to `max` bytes; undefined at the end. @throws LookoutError `camera_closed` when the connection breaks. */
  async read(max: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#next();
      if (next === undefined) return undefined;
      this.#rest = next;
    }
    const piece = this.#rest.subarray(0, max);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** The beginning of the body, `count` bytes or more unless it is shorter. `read` returns them again. */
  async peek(count: number): Promise<Buffer> {
    while (this.#rest.length < count) {
      const next = await this.#next();
      if (next === undefined) break;
      this.#rest = Buffer.concat([this.#rest, next]);
    }
    return this.#rest;
  }

  /** Drops `count` bytes. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const piece = await this.read(left);
      if (piece === undefined) return;
      left -= piece.length;
    }
  }

  /** The rest of the body. @throws LookoutError `source_protocol_error` when it exceeds `maxBytes`. @param what "The playlist" */
  async readAll(maxBytes: number, what: string): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for (let piece = await this.read(maxBytes); piece !== undefined; piece = await this.read(maxBytes)) {
      bytes += piece.length;
      if (bytes > maxBytes) {
        this.close();
        throw new LookoutError('source_protocol_error', `${what} is longer than ${maxBytes} bytes`, {
          hint: 'Check the address: it may not lead to a camera.',
        });
      }
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Closes the connection if the body has not ended. */
  close(): void {
    this.#response.destroy();
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const { value, done } = await this.#pieces.next();
      return done ? undefined : value;
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      throw bodyError(error);
    }
  }
}
