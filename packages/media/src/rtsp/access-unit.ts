import { LookoutError } from '@lookout/protocol';
import type { RtpPacket } from './rtp-packet.js';

/** One picture as it travels: everything that shares a capture time. */
export interface AccessUnit {
  /** Annex B, or one JPEG. Owned by the receiver, its buffer holds nothing else and can be transferred. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** RTP timestamp: when it is to be shown, in ticks of the track's clock; wraps at 2 ** 32. */
  readonly rtpTimestamp: number;
  /** `nowMs()` when the unit's first packet arrived. */
  readonly arrivalMs: number;
  /** A decoder can begin here; parameter sets are in `data`. */
  readonly keyframe: boolean;
}

export interface DepacketizerSink {
  onAccessUnit(unit: AccessUnit): void;
  /** Pictures are missing or were dropped as damaged. */
  onLost(reason: string): void;
}

/** Joins the packets of one track into access units. Fed in order; never holds more than the unit at hand. */
export interface Depacketizer {
  /** @throws LookoutError `source_protocol_error` when a unit exceeds `MAX_ACCESS_UNIT_BYTES`. */
  push(packet: RtpPacket, arrivalMs: number): void;
  /** Packets between the last one and the next were lost; 0 when the sender started its numbers anew. */
  gap(count: number): void;
}

export const MAX_ACCESS_UNIT_BYTES = 8 * 1024 * 1024;
const INITIAL_BYTES = 64 * 1024;

/** The bytes of the unit at hand; the memory is used again for the next one. */
export class UnitBuffer {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > MAX_ACCESS_UNIT_BYTES) {
      throw new LookoutError('source_protocol_error', `The camera sent a picture over ${MAX_ACCESS_UNIT_BYTES} bytes`);
    }
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(MAX_ACCESS_UNIT_BYTES, Math.max(needed, 2 * this.#bytes.length)));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  /** The bytes from `start` on, valid until the next `append` or `clear`. */
  view(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** A copy of its own, with `prefix` parts before it. */
  copy(prefix: readonly Uint8Array[] = []): Uint8Array<ArrayBuffer> {
    const prefixLength = prefix.reduce((sum, part) => sum + part.length, 0);
    const copy = new Uint8Array(prefixLength + this.#length);
    let at = 0;
    for (const part of prefix) {
      copy.set(part, at);
      at += part.length;
    }
    copy.set(this.view(), at);
    return copy;
  }

  /** Takes back what was appended from `length` on. */
  truncate(length: number): void {
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
  }
}
