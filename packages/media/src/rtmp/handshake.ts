import { RtmpError } from './rtmp-error.js';

/** C1, C2, S1 and S2 are of this size (RTMP 1.0 §5.2.3). */
export const HANDSHAKE_BYTES = 1536;

const VERSION = 3;

/** Distinguishes connections in the specification; nothing depends on its randomness, and no client checks it. */
const S1_FILL = 0x4c;

/**
 * The server's side of the handshake: C0 and C1 are answered with S0, S1 and S2 at once, so that it takes one round trip.
 *
 * S1 carries the version 0 of the plain handshake. Clients that offer the one with digests (C1 with a version and an HMAC in it) take
 * that as a server that does not know it, and go on with the plain one. C2 is not checked, for the same reason: what such clients
 * echo differs.
 */
export class Handshake {
  readonly #send: (bytes: Buffer) => void;
  readonly #c1 = Buffer.alloc(HANDSHAKE_BYTES);
  /** Bytes received so far of C0, C1 and C2. */
  #received = 0;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  get isDone(): boolean {
    return this.#received === 1 + 2 * HANDSHAKE_BYTES;
  }

  /**
   * Reads the part of `bytes` that belongs to the handshake. @returns where the rest begins.
   * @throws RtmpError `not_rtmp` when the first byte is not the version of plain RTMP.
   */
  push(bytes: Buffer): number {
    let at = 0;
    if (this.#received === 0 && bytes.length > 0) {
      checkVersion(bytes[0]!);
      at = this.#received = 1;
    }
    if (this.#received >= 1 && this.#received < 1 + HANDSHAKE_BYTES) {
      const copied = bytes.copy(this.#c1, this.#received - 1, at);
      at += copied;
      this.#received += copied;
      if (this.#received === 1 + HANDSHAKE_BYTES) this.#answer();
    }
    if (this.#received >= 1 + HANDSHAKE_BYTES) {
      const skipped = Math.min(bytes.length - at, 1 + 2 * HANDSHAKE_BYTES - this.#received);
      at += skipped;
      this.#received += skipped;
    }
    return at;
  }

  #answer(): void {
    const s1 = Buffer.alloc(HANDSHAKE_BYTES, S1_FILL);
    s1.fill(0, 0, 8); // time 0, version 0
    this.#send(Buffer.concat([Buffer.of(VERSION), s1, this.#c1]));
  }
}

function checkVersion(version: number): void {
  if (version === VERSION) return;
  if (version === 0x16) throw new RtmpError('not_rtmp', 'The client speaks TLS (rtmps) on a port for plain RTMP');
  if (version === 6 || version === 8) throw new RtmpError('not_rtmp', 'The client uses RTMPE, which is not supported');
  throw new RtmpError('not_rtmp', `The connection begins with byte ${version}, RTMP with 3`);
}
