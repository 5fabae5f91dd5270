import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import { plainAddress } from '../../platform/auth/addresses.js';
import { AddressLimit } from './address-limit.js';

export interface UploadLimitOptions {
  /** Maximum bytes of bodies and messages arriving at once, in total … */
  maxBytes?: number;
  /** … and from one address. */
  maxBytesPerAddress?: number;
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
const DEFAULT_MAX_BYTES_PER_ADDRESS = 64 * 1024 * 1024;

/**
 * Limits the memory of bodies and messages while they arrive, by address: enough for thousands of typical frames, or a few very
 * large ones.
 */
export class UploadLimit {
  readonly #bytes: AddressLimit;

  constructor({
    maxBytes = DEFAULT_MAX_BYTES,
    maxBytesPerAddress = DEFAULT_MAX_BYTES_PER_ADDRESS,
  }: UploadLimitOptions = {}) {
    this.#bytes = new AddressLimit(maxBytes, maxBytesPerAddress);
  }

  /** Bytes currently expected. */
  get bytes(): number {
    return this.#bytes.total;
  }

  /** As `add`. @returns a function that releases the bytes; call it once when the request is over */
  begin(address: string, bytes: number): () => void {
    this.add(address, bytes);
    return () => this.remove(address, bytes);
  }

  /** @throws LookoutError `too_many_requests`; nothing is added then */
  add(address: string, bytes: number): void {
    if (this.#bytes.add(address, bytes) === undefined) return;
    throw new LookoutError('too_many_requests', 'Too much is being uploaded at once', {
      hint: 'Wait for responses before sending more, or send smaller images.',
    });
  }

  remove(address: string, bytes: number): void {
    this.#bytes.remove(address, bytes);
  }
}

/** Applies to all routes of `app`, before their bodies are read. @param maxBytes the largest body they accept */
export function limitUploads(app: FastifyInstance, limit: UploadLimit, maxBytes: number): void {
  app.addHook('onRequest', async ({ headers, socket }, reply) => {
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
    // A body without a length, or a compressed one, may have any size up to the limit. Larger lengths are rejected as such.
    const isWhole = (headers['content-encoding'] ?? 'identity') === 'identity';
    const length = isWhole ? Number(headers['content-length'] ?? maxBytes) : maxBytes;
    const bytes = length >= 0 && length < maxBytes ? length : maxBytes;
    reply.raw.once('close', limit.begin(plainAddress(socket.remoteAddress), bytes));
  });
}
