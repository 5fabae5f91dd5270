import { Duplex } from 'node:stream';

/** What a peer's WebSocket frame did wrong, in the words of the error table. */
export interface FrameViolation {
  code: 'message_invalid' | 'payload_too_large';
  message: string;
}

export interface FrameFilterOptions {
  /** Most bytes of a message. */
  maxPayload: number;
  onViolation(violation: FrameViolation): void;
}

/** Two bytes, a length of eight, a mask of four (RFC 6455 §5.2). */
const MAX_HEADER_BYTES = 14;
/** What is dropped byte by byte rather than the connection; a frame that claims to be longer is none. */
const MAX_SKIPPED_BYTES = 128 * 1024 * 1024;
/** In a row; then the connection is left to fail as the protocol says. */
const MAX_VIOLATIONS = 20;

const CONTINUATION = 0;
const BINARY = 2;

/**
 * Stands between a socket and its WebSocket, and takes out frames that would end the connection though their bounds are clear: a
 * message that is too large, of which nothing is kept, one without a mask, with reserved bits or of an unknown kind, of which nothing
 * is read. RFC 6455 §5 has such connections fail; here the peer is told and its session goes on, as one bad frame of a robot should
 * not cost it its objects' identities. What is sent in fragments is not judged here.
 */
export class FrameFilter extends Duplex {
  readonly #socket: Duplex;
  readonly #options: FrameFilterOptions;
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerBytes = 0;
  /** Of the frame in hand, still to come. */
  #payloadBytes = 0;
  #isSkipping = false;
  #violations = 0;

  /** @param head what came on the socket behind the request. */
  constructor(socket: Duplex, head: Buffer, options: FrameFilterOptions) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.once('end', () => this.push(null));
    socket.once('error', (error) => this.destroy(error));
    socket.once('close', () => this.destroy());
    if (head.length > 0) this.#take(head);
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _writev(
    chunks: Array<{ chunk: Buffer; encoding: BufferEncoding }>,
    done: (error?: Error | null) => void,
  ): void {
    // Header and payload of a frame leave together.
    this.#socket.cork();
    chunks.forEach(({ chunk, encoding }, index) => {
      if (index === chunks.length - 1) this.#socket.write(chunk, encoding, done);
      else this.#socket.write(chunk, encoding);
    });
    this.#socket.uncork();
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #take(chunk: Buffer): void {
    let at = 0;
    let hasRoom = true;
    while (at < chunk.length) {
      if (this.#payloadBytes > 0) {
        const end = Math.min(chunk.length, at + this.#payloadBytes);
        this.#payloadBytes -= end - at;
        if (!this.#isSkipping) hasRoom = this.push(chunk.subarray(at, end));
        at = end;
      } else {
        this.#header[this.#headerBytes++] = chunk[at++]!;
        if (this.#headerBytes === headerLength(this.#header, this.#headerBytes)) hasRoom = this.#judge() && hasRoom;
      }
    }
    if (!hasRoom) this.#socket.pause();
  }

  /** The header is whole: hands it on, or skips the frame. @returns whether there is room for more. */
  #judge(): boolean {
    const header = Buffer.from(this.#header.subarray(0, this.#headerBytes));
    this.#headerBytes = 0;
    this.#payloadBytes = payloadLength(header);
    const violation = this.#payloadBytes <= MAX_SKIPPED_BYTES ? this.#violationOf(header) : undefined;
    this.#isSkipping = violation !== undefined && this.#violations < MAX_VIOLATIONS;
    if (!this.#isSkipping) {
      if (!violation) this.#violations = 0;
      return this.push(header);
    }
    this.#violations++;
    this.#options.onViolation(violation!);
    return true;
  }

  #violationOf(header: Buffer): FrameViolation | undefined {
    const first = header[0]!;
    const opcode = first & 0x0f;
    const invalid = (message: string): FrameViolation => ({ code: 'message_invalid', message });
    if ((first & 0x70) !== 0) return invalid('A WebSocket frame with reserved bits');
    if ((opcode > BINARY && opcode < 8) || opcode > 10) return invalid('A WebSocket frame of an unknown kind');
    if ((header[1]! & 0x80) === 0) return invalid('A WebSocket frame without a mask');
    const { maxPayload } = this.#options;
    const isWholeMessage = opcode !== CONTINUATION && opcode <= BINARY && (first & 0x80) !== 0;
    if (!isWholeMessage || this.#payloadBytes <= maxPayload) return undefined;
    return {
      code: 'payload_too_large',
      message: `A message of ${this.#payloadBytes} bytes; at most ${maxPayload} are taken`,
    };
  }
}

/** Of a header of which `known` bytes are there; more than those where that can't be told yet. */
function headerLength(header: Buffer, known: number): number {
  if (known < 2) return 2;
  const second = header[1]!;
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const length = header[1]! & 0x7f;
  if (length === 126) return header.readUInt16BE(2);
  return length === 127 ? Number(header.readBigUInt64BE(2)) : length;
}
