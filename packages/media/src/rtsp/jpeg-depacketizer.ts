import { type Depacketizer, type DepacketizerSink, UnitBuffer } from './access-unit.js';
import { jpegHeaders, quantizationTables } from './jpeg-headers.js';
import type { RtpPacket } from './rtp-packet.js';

interface FragmentHeader {
  readonly offset: number;
  readonly sampling: number;
  readonly quality: number;
  readonly width: number;
  readonly height: number;
  readonly restartInterval: number;
  /** Where the rest of the payload begins. */
  readonly end: number;
}

const MAIN_HEADER_BYTES = 8;
const END_OF_IMAGE = Uint8Array.of(0xff, 0xd9);

/** Joins the packets of a JPEG track (RFC 2435) into pictures, rebuilding the headers RTP leaves out. */
export class JpegDepacketizer implements Depacketizer {
  readonly #sink: DepacketizerSink;
  readonly #fallbackSize: { width: number; height: number } | undefined;
  readonly #unit = new UnitBuffer();
  /** Tables sent in-band once, by quality 128..254 (§4.2: they stay valid). */
  readonly #tables = new Map<number, readonly Uint8Array[]>();
  #open = false;
  #timestamp = 0;
  #arrivalMs = 0;
  #damage: string | undefined;
  #headerLength = 0;

  /** @param fallbackSize size told in the session description, for pictures over 2040 pixels, which RTP can not express. */
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

  /** @returns what is wrong with the packet, if anything is. */
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
