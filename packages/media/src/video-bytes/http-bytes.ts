import type { IncomingMessage } from 'node:http';
import { LookoutError } from '@lookout/protocol/core';
import type { CameraRequest } from '../mjpeg/camera-request.js';
import { BodyReader } from './body-reader.js';
import type { ByteSource } from './byte-source.js';

/** One response over HTTP: a seekable file, if the server supports ranges, or an endless stream. */
export class HttpBytes implements ByteSource {
  readonly #request: CameraRequest;
  readonly #signal: AbortSignal;
  #body: BodyReader | undefined;
  #position = 0;
  readonly size: number | undefined;

  /** @param response to a request for the full range. @param body of it, from its beginning. */
  constructor(request: CameraRequest, response: IncomingMessage, body: BodyReader, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#body = body;
    this.size = sizeOf(response);
  }

  async read(max: number): Promise<Buffer | undefined> {
    this.#body ??= await this.#open();
    const piece = await this.#body?.read(max);
    this.#position += piece?.length ?? 0;
    return piece;
  }

  moveTo(offset: number): void {
    if (offset === this.#position) return;
    this.#body?.close();
    this.#body = undefined;
    this.#position = offset;
  }

  async #open(): Promise<BodyReader | undefined> {
    if (this.#position >= this.size!) return undefined;
    const response = await this.#request.get(this.#signal, { from: this.#position });
    if (response.statusCode === 206) return new BodyReader(response, this.#signal);
    response.destroy();
    throw new LookoutError('source_protocol_error', 'The server no longer sends ranges of the file');
  }
}

/** @returns undefined when ranges can't be requested. */
function sizeOf({ statusCode, headers }: IncomingMessage): number | undefined {
  const total = statusCode === 206 ? /\/(\d{1,15})\s*$/.exec(headers['content-range'] ?? '')?.[1] : undefined;
  return total === undefined ? undefined : Number(total);
}
