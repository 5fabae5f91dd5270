import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import { plainAddress } from '../../platform/auth/addresses.js';
import { AddressLimit } from './address-limit.js';

export interface UploadLimitOptions {
  /** Most bytes of bodies and messages that arrive at once, all together … */
  maxBytes?: number;
  /** … and from one address. */
  maxBytesPerAddress?: number;
}

const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;
const DEFAULT_MAX_BYTES_PER_ADDRESS = 64 * 1024 * 1024;

/**
 * Bounds the memory that bodies and messages take while they arrive, by address. Thousands of usual frames fit, and few giant ones.
 */
export class UploadLimit {
  readonly #bytes: AddressLimit;

  constructor({
    maxBytes = DEFAULT_MAX_BYTES,
    maxBytesPerAddress = DEFAULT_MAX_BYTES_PER_ADDRESS,
  }: UploadLimitOptions = {}) {
    this.#bytes = new AddressLimit(maxBytes, maxBytesPerAddress);
  }

  /** Bytes expected now. */
  get bytes(): number {
    return this.#bytes.total;
  }

  /** As `add`. @returns takes the bytes back; to be called once, when the request is over. */
  begin(address: string, bytes: number): () => void {
    this.add(address, bytes);
    return () => this.remove(address, bytes);
  }

  /** @throws LookoutError `too_many_requests`; nothing is added then. */
  add(address: string, bytes: number): void {
    if (this.#bytes.add(address, bytes) === undefined) return;
    throw new LookoutError('too_many_requests', 'More is being uploaded at once than this server takes', {
      hint: 'Wait for answers before sending more, or send smaller images.',
    });
  }

  remove(address: string, bytes: number): void {
    this.#bytes.remove(address, bytes);
  }
}

/** Holds for all routes of `app`, before their bodies are read. @param maxBytes the largest body they take. */
export function limitUploads(app: FastifyInstance, limit: UploadLimit, maxBytes: number): void {
  app.addHook('onRequest', async ({ headers, socket }, reply) => {
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return;
    // Without a length, or compressed, it may be as long as is taken; over that it is refused by its length.
    const isWhole = (headers['content-encoding'] ?? 'identity') === 'identity';
    const length = isWhole ? Number(headers['content-length'] ?? maxBytes) : maxBytes;
    const bytes = length >= 0 && length < maxBytes ? length : maxBytes;
    reply.raw.once('close', limit.begin(plainAddress(socket.remoteAddress), bytes));
  });
}
