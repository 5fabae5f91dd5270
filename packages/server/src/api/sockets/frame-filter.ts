import { Duplex } from 'node:stream';

/** A peer's invalid WebSocket frame, as an error code and message. */
export interface FrameViolation {
  code: 'message_invalid' | 'payload_too_large';
  message: string;
}

/** Two bytes, eight bytes of length, four of mask (RFC 6455 §5.2). */
const MAX_HEADER_BYTES = 14;
/** Longest frame to skip; a larger length is garbage. */
const MAX_SKIPPED_BYTES = 128 * 1024 * 1024;
/** Consecutive violations; after that the connection fails as the protocol demands. */
const MAX_VIOLATIONS = 20;

/**
 * Sits between a TCP socket and its WebSocket, and removes invalid frames whose end is known: oversized messages, frames without
 * a mask, with reserved bits or an unknown opcode. RFC 6455 §5 fails such connections; here the violation is reported and the
 * session continues, because one bad frame should not cost a robot its session and its objects' identities. Fragmented messages
 * are passed on unchecked.
 */
export class FrameFilter extends Duplex {
  /** Called for each removed frame. */
  onViolation: (violation: FrameViolation) => void = () => undefined;
  readonly #socket: Duplex;
  readonly #maxPayload: number;
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerBytes = 0;
  /** Bytes left of the current frame. */
  #payloadBytes = 0;
  #isSkipping = false;
  #violations = 0;

  /** @param maxPayload maximum message size, bytes */
  constructor(socket: Duplex, maxPayload = Number.POSITIVE_INFINITY) {
    super();
    this.#socket = socket;
    this.#maxPayload = maxPayload;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _writev(chunks: Array<{ chunk: Buffer }>, done: (error?: Error | null) => void): void {
    // Header and payload of a frame are written together.
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    let hasRoom = true;
    for (let at = 0; at < chunk.length; ) {
      if (this.#payloadBytes > 0) {
        const part = chunk.subarray(at, at + this.#payloadBytes);
        this.#payloadBytes -= part.length;
        at += part.length;
        if (!this.#isSkipping) hasRoom = this.push(part);
        continue;
      }
      at += chunk.copy(this.#header, this.#headerBytes++, at, at + 1);
      if (this.#headerBytes === headerLength(this.#header, this.#headerBytes)) hasRoom = this.#judge() && hasRoom;
    }
    if (!hasRoom) this.#socket.pause();
  }

  /** Passes on a complete header, or skips its frame. @returns whether there is room for more */
  #judge(): boolean {
    const header = Buffer.from(this.#header.subarray(0, this.#headerBytes));
    this.#headerBytes = 0;
    this.#payloadBytes = payloadLength(header);
    const violation = violationOf(header, this.#payloadBytes, this.#maxPayload);
    this.#isSkipping = violation !== undefined && this.#violations < MAX_VIOLATIONS;
    if (violation && this.#isSkipping) {
      this.#violations++;
      this.onViolation(violation);
      return true;
    }
    if (!violation) this.#violations = 0;
    return this.push(header);
  }
}

/** @returns a value above `known` if that many bytes do not determine it yet */
function headerLength(header: Buffer, known: number): number {
  if (known < 2) return 2;
  const second = header.readUInt8(1);
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const length = header.readUInt8(1) & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
}

function violationOf(header: Buffer, bytes: number, maxBytes: number): FrameViolation | undefined {
  if (bytes > MAX_SKIPPED_BYTES) return undefined;
  const first = header.readUInt8(0);
  const opcode = first & 0x0f;
  const invalid = (message: string): FrameViolation => ({ code: 'message_invalid', message });
  if ((first & 0x70) !== 0) return invalid('A WebSocket frame with reserved bits');
  if ((opcode > 2 && opcode < 8) || opcode > 10) return invalid('A WebSocket frame of an unknown kind');
  if ((header.readUInt8(1) & 0x80) === 0) return invalid('A WebSocket frame without a mask');
  const isWholeMessage = (opcode === 1 || opcode === 2) && (first & 0x80) !== 0;
  if (!isWholeMessage || bytes <= maxBytes) return undefined;
  return { code: 'payload_too_large', message: `Message of ${bytes} bytes exceeds the limit of ${maxBytes} bytes` };
}
