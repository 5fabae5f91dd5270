import { EXTENDED_TIMESTAMP, INITIAL_CHUNK_BYTES, MESSAGE, type RtmpMessage } from './message.js';
import { malformed, overLimit } from './rtmp-error.js';

/** Chunk streams of one connection. Publishers use about five, with any ids. */
export const MAX_CHUNK_STREAMS = 64;
/** Basic header of 3 bytes, message header of 11, extended timestamp. */
const MAX_HEADER_BYTES = 18;
/** Memory for a message grows from this size as it arrives: what a header claims allocates nothing. */
const FIRST_ALLOCATION_BYTES = 4096;
/** Message headers by chunk format. */
const MESSAGE_HEADER_BYTES = [11, 7, 3, 0] as const;

interface ChunkStream {
  messageStreamId: number;
  typeId: number;
  length: number;
  timestampMs: number;
  /** Added to the timestamp by a message without a timestamp of its own. */
  deltaMs: number;
  /** The extended timestamp of the newest header that had one. */
  extendedMs: number | undefined;
  /** The unfinished message: its bytes so far. */
  partial: Buffer | undefined;
  received: number;
}

/**
 * Puts the messages of a client together from the bytes of its chunk stream (RTMP 1.0 §5.3), however they are cut.
 * Unfinished messages together may have twice `maxMessageBytes`, so that messages can be interleaved.
 */
export class ChunkReader {
  /** Larger messages are refused. May be changed at any time. */
  maxMessageBytes: number;
  /** Set while handling a message, `push` returns after it. */
  isPaused = false;
  readonly #onMessage: (message: RtmpMessage) => void;
  readonly #streams = new Map<number, ChunkStream>();
  #chunkBytes = INITIAL_CHUNK_BYTES;
  /** Received bytes of all unfinished messages together. */
  #partialBytes = 0;
  /** The chunk whose payload is being read, and how much of it is missing. */
  #current: ChunkStream | undefined;
  #missing = 0;
  /** The beginning of a header that is not complete yet. */
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerBytes = 0;

  constructor(maxMessageBytes: number, onMessage: (message: RtmpMessage) => void) {
    this.maxMessageBytes = maxMessageBytes;
    this.#onMessage = onMessage;
  }

  /**
   * @returns how many bytes were read: all, unless paused.
   * @throws RtmpError `malformed` or `limit_exceeded`; the reader can't be used afterwards.
   */
  push(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && !this.isPaused) {
      at += this.#current ? this.#readPayload(this.#current, bytes, at) : this.#readHeader(bytes, at);
    }
    return at;
  }

  /** @returns how many bytes of `bytes` were used. */
  #readHeader(bytes: Buffer, at: number): number {
    const held = this.#headerBytes;
    const copied = bytes.copy(this.#header, held, at, at + MAX_HEADER_BYTES - held);
    const length = this.#parseHeader(this.#header.subarray(0, held + copied));
    if (length === 0) {
      this.#headerBytes = held + copied;
      return copied;
    }
    this.#headerBytes = 0;
    if (length >= held) return length - held;
    // Held as a possible extended timestamp, it turned out to be payload and what follows it.
    const tail = Buffer.from(this.#header.subarray(length, held));
    const used = this.push(tail);
    if (used < tail.length) this.#headerBytes = tail.copy(this.#header, 0, used);
    return 0;
  }

  /** @returns the length of the header, 0 when it is not complete. */
  #parseHeader(header: Buffer): number {
    const format = header[0]! >> 6;
    const basicBytes = basicHeaderBytes(header[0]! & 0x3f);
    const fieldsEnd = basicBytes + MESSAGE_HEADER_BYTES[format]!;
    if (header.length < fieldsEnd) return 0;
    const stream = this.#streamOf(chunkStreamId(header), format);
    let extendedMs: number | undefined;
    let end = fieldsEnd;
    const isExtended =
      format === 3 ? stream.extendedMs !== undefined : header.readUIntBE(basicBytes, 3) === EXTENDED_TIMESTAMP;
    if (isExtended) {
      if (header.length < fieldsEnd + 4) return 0;
      extendedMs = header.readUInt32BE(fieldsEnd);
      // Older publishers leave it out where a message goes on, so these four bytes may be payload.
      if (!stream.partial || format !== 3 || extendedMs === stream.extendedMs) end += 4;
    }
    if (format !== 3) this.#readFields(stream, format, header.subarray(basicBytes), extendedMs);
    if (!stream.partial) this.#startMessage(stream, format, extendedMs);
    this.#current = stream;
    this.#missing = Math.min(this.#chunkBytes, stream.length - stream.received);
    if (this.#missing === 0) this.#finishChunk(stream);
    return end;
  }

  #streamOf(id: number, format: number): ChunkStream {
    const known = this.#streams.get(id);
    if (known) return known;
    // Some clients begin the chunk stream of control messages with format 1.
    if (format > 1) throw malformed(`Chunk stream ${id} begins without a message header`);
    if (this.#streams.size >= MAX_CHUNK_STREAMS) {
      throw overLimit(`The client uses more than ${MAX_CHUNK_STREAMS} chunk streams`);
    }
    const stream: ChunkStream = {
      messageStreamId: 0,
      typeId: 0,
      length: 0,
      timestampMs: 0,
      deltaMs: 0,
      extendedMs: undefined,
      partial: undefined,
      received: 0,
    };
    this.#streams.set(id, stream);
    return stream;
  }

  #readFields(stream: ChunkStream, format: number, fields: Buffer, extendedMs: number | undefined): void {
    this.#discard(stream); // a new header within a message starts another one
    stream.extendedMs = extendedMs;
    stream.deltaMs = extendedMs ?? fields.readUIntBE(0, 3);
    if (format === 2) return;
    stream.length = fields.readUIntBE(3, 3);
    stream.typeId = fields[6]!;
    if (format === 0) stream.messageStreamId = fields.readUInt32LE(7);
  }

  #startMessage(stream: ChunkStream, format: number, extendedMs: number | undefined): void {
    if (stream.length > this.maxMessageBytes) {
      throw overLimit(`A message has ${stream.length} bytes, the maximum is ${this.maxMessageBytes}`);
    }
    if (format === 3 && extendedMs !== undefined) stream.extendedMs = stream.deltaMs = extendedMs;
    // After an absolute timestamp, format 3 repeats it as a difference (§5.3.1.2.4); FFmpeg counts on it.
    const base = format === 0 ? 0 : stream.timestampMs;
    stream.timestampMs = (base + stream.deltaMs) % 2 ** 32;
    stream.partial = Buffer.allocUnsafeSlow(Math.min(stream.length, FIRST_ALLOCATION_BYTES));
    stream.received = 0;
  }

  #readPayload(stream: ChunkStream, bytes: Buffer, at: number): number {
    const count = Math.min(this.#missing, bytes.length - at);
    if (this.#partialBytes + count > 2 * this.maxMessageBytes) throw overLimit('Too many unfinished messages');
    const needed = stream.received + count;
    let { partial } = stream;
    if (!partial || partial.length < needed) {
      const grown = Buffer.allocUnsafeSlow(Math.min(stream.length, Math.max(needed, 2 * (partial?.length ?? 0))));
      partial?.copy(grown, 0, 0, stream.received);
      stream.partial = partial = grown;
    }
    bytes.copy(partial, stream.received, at, at + count);
    stream.received = needed;
    this.#partialBytes += count;
    this.#missing -= count;
    if (this.#missing === 0) this.#finishChunk(stream);
    return count;
  }

  #finishChunk(stream: ChunkStream): void {
    this.#current = undefined;
    const { partial, received, length, typeId, messageStreamId, timestampMs } = stream;
    if (!partial || received < length) return;
    this.#discard(stream);
    if (typeId === MESSAGE.setChunkSize) this.#setChunkSize(partial);
    else if (typeId === MESSAGE.abort) this.#abort(partial);
    else this.#onMessage({ typeId, messageStreamId, timestampMs, payload: partial });
  }

  #discard(stream: ChunkStream): void {
    this.#partialBytes -= stream.received;
    stream.partial = undefined;
    stream.received = 0;
  }

  /** Any size is fine: nothing is allocated for it, and no chunk is longer than its message. */
  #setChunkSize(payload: Buffer): void {
    const bytes = payload.length >= 4 ? payload.readUInt32BE(0) : 0;
    if (bytes < 1 || bytes > 0x7fffffff) throw malformed(`The client set a chunk size of ${bytes}`);
    this.#chunkBytes = bytes;
  }

  #abort(payload: Buffer): void {
    if (payload.length < 4) throw malformed('An abort message names no chunk stream');
    const stream = this.#streams.get(payload.readUInt32BE(0));
    if (stream) this.#discard(stream);
  }
}

/** @param low the six low bits of the first byte */
function basicHeaderBytes(low: number): number {
  return low === 0 ? 2 : low === 1 ? 3 : 1;
}

function chunkStreamId(header: Buffer): number {
  const low = header[0]! & 0x3f;
  if (low === 0) return header[1]! + 64;
  if (low === 1) return header.readUInt16LE(1) + 64;
  return low;
}
