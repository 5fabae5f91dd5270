import type { NalCodec, NalRole, NalWriter } from './nal-depacketizer.js';

// NAL unit types, H.264 table 7-1.
const SLICE = 1;
const PARTITION_A = 2;
const PARTITION_C = 4;
const IDR = 5;
const SEI = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;
// Packet types, RFC 6184 table 1.
const STAP_A = 24;
const FU_A = 28;

const RECOVERY_POINT = 6; // SEI payload type, H.264 table D-1

/** H.264 over RTP (RFC 6184), packetization modes 0 and 1: single NAL units, STAP-A, FU-A. */
export const h264Codec: NalCodec = {
  parameterSetTypes: [SPS, PPS],

  role(nal: Uint8Array): NalRole {
    const type = nal[0]! & 0x1f;
    if (type === SLICE || type === PARTITION_A || type === IDR) {
      // first_mb_in_slice is ue(v): 0 is the single bit 1.
      const first = (nal[1]! & 0x80) !== 0;
      const intra = type === IDR || (first && isIntraSliceType(nal[1]!));
      return { kind: 'slice', first, random: type === IDR, intra };
    }
    if (type > PARTITION_A && type <= PARTITION_C) return { kind: 'slice', first: false, random: false, intra: false };
    if (type === SPS || type === PPS) return { kind: 'parameter-set', type };
    if (type === SEI && hasRecoveryPoint(nal)) return { kind: 'recovery-point' };
    return { kind: type === DELIMITER ? 'delimiter' : 'other' };
  },

  unpack(payload: Uint8Array, writer: NalWriter): void {
    const type = payload[0]! & 0x1f;
    if (type > 0 && type < STAP_A) writer.nal(payload);
    else if (type === STAP_A) unpackAggregate(payload, writer);
    else if (type === FU_A) unpackFragment(payload, writer);
    else writer.malformed(`packet type ${type} of H.264 is not supported`);
  },
};

function unpackAggregate(payload: Uint8Array, writer: NalWriter): void {
  let at = 1;
  while (at + 2 <= payload.length) {
    const length = (payload[at]! << 8) | payload[at + 1]!;
    at += 2;
    if (length === 0 || at + length > payload.length) {
      writer.malformed('aggregation packet cut short');
      return;
    }
    writer.nal(payload.subarray(at, at + length));
    at += length;
  }
}

function unpackFragment(payload: Uint8Array, writer: NalWriter): void {
  if (payload.length < 3) {
    writer.malformed('fragment too short');
    return;
  }
  const start = (payload[1]! & 0x80) !== 0;
  const bytes = payload.subarray(2);
  // Header of the NAL unit: forbidden bit and importance of the indicator, type of the fragment header.
  if (start) writer.startFragment(Uint8Array.of((payload[0]! & 0xe0) | (payload[1]! & 0x1f)), bytes);
  else writer.continueFragment(bytes);
}

/** slice_type (ue, right after the bit of first_mb_in_slice = 0) is 2 or 7, I slices: `011` or `0001000`. */
function isIntraSliceType(byte: number): boolean {
  return (byte & 0x70) === 0x30 || (byte & 0x7f) === 0x08;
}

/**
 * Walks the messages of an SEI (§7.3.2.3.1). Emulation prevention bytes are not removed: one inside an earlier message of the
 * same SEI could hide the recovery point behind it, which costs a later start and nothing else.
 */
function hasRecoveryPoint(nal: Uint8Array): boolean {
  let at = 1;
  while (at + 1 < nal.length) {
    let type = 0;
    while (nal[at] === 0xff) {
      type += 255;
      at += 1;
    }
    type += nal[at] ?? 0;
    at += 1;
    if (type === RECOVERY_POINT) return true;
    let size = 0;
    while (nal[at] === 0xff) {
      size += 255;
      at += 1;
    }
    size += nal[at] ?? 0;
    at += 1 + size;
  }
  return false;
}
