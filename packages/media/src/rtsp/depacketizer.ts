/** One RTP packet (RFC 3550 §5.1). `payload` shares the memory it was parsed from. */
export interface RtpPacket {
  readonly marker: boolean;
  readonly payloadType: number;
  /** 0..65535, wraps. */
  readonly sequenceNumber: number;
  /** Ticks of the codec's clock, 32 bits, wraps. */
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** One picture as it is transmitted: everything with the same capture time. */
export interface AccessUnit {
  /** Annex B, or one JPEG. Owned by the receiver; its buffer holds nothing else and can be transferred. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** RTP timestamp: when to show it, in ticks of the track's clock; wraps at 2 ** 32. */
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

/** Joins the packets of one track into access units. Fed in order; never holds more than the current unit. */
export interface Depacketizer {
  /** @throws LookoutError `source_protocol_error` when a unit exceeds `MAX_ACCESS_UNIT_BYTES`. */
  push(packet: RtpPacket, arrivalMs: number): void;
  /** Packets between the last one and the next were lost; 0 when the sender restarted its sequence numbers. */
  gap(count: number): void;
}

export const MAX_ACCESS_UNIT_BYTES = 8 * 1024 * 1024;

const FIXED_HEADER_BYTES = 12;

/** @returns the packet, or `undefined` when the bytes are not one. */
export function parseRtpPacket(bytes: Uint8Array): RtpPacket | undefined {
  if (bytes.length < FIXED_HEADER_BYTES || bytes[0]! >> 6 !== 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = FIXED_HEADER_BYTES + 4 * (bytes[0]! & 0x0f);
  if (bytes[0]! & 0x10) {
    if (start + 4 > bytes.length) return undefined;
    start += 4 + 4 * view.getUint16(start + 2);
  }
  const padding = bytes[0]! & 0x20 ? bytes[bytes.length - 1]! : 0;
  const end = bytes.length - padding;
  if (start > end) return undefined;
  return {
    marker: (bytes[1]! & 0x80) !== 0,
    payloadType: bytes[1]! & 0x7f,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.subarray(start, end),
  };
}
