import { STANDARD_HUFFMAN_SEGMENT } from '../jpeg/standard-huffman.js';
import { GrowingBuffer } from '../source/growing-buffer.js';
import { type Depacketizer, type DepacketizerSink, MAX_ACCESS_UNIT_BYTES, type RtpPacket } from './depacketizer.js';

interface FragmentHeader {
  readonly offset: number;
  readonly sampling: number;
  readonly quality: number;
  readonly width: number;
  readonly height: number;
  readonly restartInterval: number;
  /** Offset of the rest of the payload. */
  readonly end: number;
}

const MAIN_HEADER_BYTES = 8;
const END_OF_IMAGE = Uint8Array.of(0xff, 0xd9);

/** Joins the packets of a JPEG track (RFC 2435) into pictures, and rebuilds the headers that RTP omits. */
export class JpegDepacketizer implements Depacketizer {
  readonly #sink: DepacketizerSink;
  readonly #fallbackSize: { width: number; height: number } | undefined;
  readonly #unit = new GrowingBuffer(MAX_ACCESS_UNIT_BYTES);
  /** Tables sent in-band once, by quality 128..254 (§4.2: they stay valid). */
  readonly #tables = new Map<number, readonly Uint8Array[]>();
  #open = false;
  #timestamp = 0;
  #arrivalMs = 0;
  #damage: string | undefined;
  #headerLength = 0;

  /** @param fallbackSize from the session description, for pictures over 2040 pixels, whose size does not fit RTP. */
  constructor(fallbackSize: { width: number; height: number } | undefined, sink: DepacketizerSink) {
    this.#fallbackSize = fallbackSize;
    this.#sink = sink;
  }

  push(packet: RtpPacket, arrivalMs: number): void {
    if (this.#open && packet.timestamp !== this.#timestamp) this.#finish();
    if (!this.#open) {
      this.#open = true;
      this.#timestamp = packet.timestamp;
      this.#arrivalMs = arrivalMs;
      this.#damage = undefined;
      this.#headerLength = 0;
      this.#unit.clear();
    }
    this.#damage ??= this.#append(packet.payload);
    if (packet.marker) this.#finish();
  }

  gap(count: number): void {
    if (this.#open) this.#damage ??= 'packets lost';
    this.#sink.onLost(count > 0 ? `${count} packets lost` : 'the camera restarted its stream');
  }

  /** @returns what is wrong with the packet, if anything. */
  #append(payload: Uint8Array): string | undefined {
    const header = parseFragmentHeader(payload);
    if (!header) return 'JPEG packet too short';
    if (header.sampling > 1) return `JPEG type ${header.sampling} is not supported`;
    let at = header.end;
    if (header.offset === 0) {
      const tables = this.#readTables(header.quality, payload, at);
      if (typeof tables === 'string') return tables;
      at = tables.end;
      const width = header.width || this.#fallbackSize?.width || 0;
      const height = header.height || this.#fallbackSize?.height || 0;
      if (width === 0 || height === 0) return 'JPEG of unknown size';
      this.#unit.clear();
      this.#unit.append(jpegHeaders({ ...header, width, height, quantization: tables.quantization }));
      this.#headerLength = this.#unit.length;
    } else if (header.offset !== this.#unit.length - this.#headerLength || this.#headerLength === 0) {
      return 'packets lost';
    }
    this.#unit.append(payload.subarray(at));
    return undefined;
  }

  #readTables(quality: number, payload: Uint8Array, at: number) {
    if (quality === 0 || (quality > 99 && quality < 128)) return `JPEG quality ${quality} is reserved`;
    if (quality < 128) return { quantization: quantizationTables(quality), end: at };
    if (at + 4 > payload.length) return 'JPEG packet too short';
    const precision = payload[at + 1]!;
    const length = (payload[at + 2]! << 8) | payload[at + 3]!;
    const end = at + 4 + length;
    if (end > payload.length) return 'JPEG tables cut short';
    if (length === 0) {
      const known = this.#tables.get(quality);
      return known ? { quantization: known, end } : 'JPEG tables not sent yet';
    }
    const quantization: Uint8Array[] = [];
    for (let start = at + 4; quantization.length < 2 && start < end; ) {
      const size = (precision >> quantization.length) & 1 ? 128 : 64;
      if (start + size > end) return 'JPEG tables cut short';
      quantization.push(payload.slice(start, start + size));
      start += size;
    }
    // 255 means tables that may change with every picture: never remembered.
    if (quality < 255) this.#tables.set(quality, quantization);
    return { quantization, end };
  }

  #finish(): void {
    this.#open = false;
    if (this.#damage !== undefined) {
      this.#sink.onLost(`picture dropped: ${this.#damage}`);
      return;
    }
    const tail = this.#unit.view(this.#unit.length - END_OF_IMAGE.length);
    if (tail[0] !== END_OF_IMAGE[0] || tail[1] !== END_OF_IMAGE[1]) this.#unit.append(END_OF_IMAGE);
    const data = this.#unit.copy();
    this.#sink.onAccessUnit({ data, rtpTimestamp: this.#timestamp, arrivalMs: this.#arrivalMs, keyframe: true });
  }
}

/** Main header and, for types 64 to 127, restart marker header (§3.1.1 to §3.1.7). */
function parseFragmentHeader(payload: Uint8Array): FragmentHeader | undefined {
  if (payload.length < MAIN_HEADER_BYTES) return undefined;
  const type = payload[4]!;
  const hasRestart = type >= 64 && type < 128;
  const end = MAIN_HEADER_BYTES + (hasRestart ? 4 : 0);
  if (payload.length < end) return undefined;
  return {
    offset: (payload[1]! << 16) | (payload[2]! << 8) | payload[3]!,
    sampling: hasRestart ? type - 64 : type,
    quality: payload[5]!,
    width: payload[6]! * 8,
    height: payload[7]! * 8,
    restartInterval: hasRestart ? (payload[8]! << 8) | payload[9]! : 0,
    end,
  };
}

/** Contents of the JPEG headers that RTP omits (RFC 2435 §3.1 and §4.2). */
interface JpegShape {
  readonly width: number;
  readonly height: number;
  /** 0: 4:2:2, 1: 4:2:0. */
  readonly sampling: number;
  /** Macroblocks between restart markers, 0 for none. */
  readonly restartInterval: number;
  /** One or two tables, 64 bytes each (128 where `precision` has its bit), zigzag order. */
  readonly quantization: readonly Uint8Array[];
}

// ITU-T T.81, tables K.1 and K.2, in zigzag order.
const LUMA_QUANTIZATION = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
  60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121,
  112, 100, 120, 92, 101, 103, 99,
];
const CHROMA_QUANTIZATION = [
  17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99,
];

/** The two tables of a quality factor 1..99 (RFC 2435 appendix A, the scale of libjpeg). */
export function quantizationTables(quality: number): Uint8Array[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  const scaled = (base: readonly number[]) =>
    Uint8Array.from(base, (value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
  return [scaled(LUMA_QUANTIZATION), scaled(CHROMA_QUANTIZATION)];
}

/** Everything of a baseline JPEG from its start up to the entropy-coded data. */
function jpegHeaders(shape: JpegShape): Uint8Array {
  const { quantization } = shape;
  const chromaTable = quantization.length > 1 ? 1 : 0;
  const bytes = [0xff, 0xd8];
  quantization.forEach((table, index) => {
    // The high nibble says whether values take one byte or two.
    segment(bytes, 0xdb, [((table.length > 64 ? 1 : 0) << 4) | index, ...table]);
  });
  if (shape.restartInterval > 0) segment(bytes, 0xdd, word(shape.restartInterval));
  const lumaSampling = shape.sampling === 0 ? 0x21 : 0x22;
  segment(bytes, 0xc0, [
    ...[8, ...word(shape.height), ...word(shape.width), 3],
    ...[1, lumaSampling, 0],
    ...[2, 0x11, chromaTable],
    ...[3, 0x11, chromaTable],
  ]);
  bytes.push(...STANDARD_HUFFMAN_SEGMENT);
  segment(bytes, 0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
  return Uint8Array.from(bytes);
}

function segment(bytes: number[], marker: number, content: readonly number[]): void {
  bytes.push(0xff, marker, ...word(content.length + 2), ...content);
}

function word(value: number): [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}
