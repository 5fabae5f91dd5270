import type { NalCodec, NalRole, NalWriter } from './nal-depacketizer.js';

/** H.264: NAL unit types (table 7-1), packet types of RTP (RFC 6184 table 1), SEI payload types (table D-1). */
const H264 = {
  SLICE: 1,
  PARTITION_A: 2,
  PARTITION_C: 4,
  IDR: 5,
  SEI: 6,
  SPS: 7,
  PPS: 8,
  DELIMITER: 9,
  STAP_A: 24,
  FU_A: 28,
  SEI_RECOVERY_POINT: 6,
} as const;

/** HEVC: NAL unit types (H.265 table 7-1), packet types of RTP (RFC 7798 §4.4). */
const HEVC = {
  FIRST_IRAP: 16,
  LAST_IRAP: 21,
  LAST_VCL: 31,
  VPS: 32,
  SPS: 33,
  PPS: 34,
  DELIMITER: 35,
  AGGREGATION: 48,
  FRAGMENTATION: 49,
} as const;
const HEVC_HEADER_BYTES = 2;

/** H.264 over RTP (RFC 6184), packetization modes 0 and 1: single NAL units, STAP-A, FU-A. */
export const h264Codec: NalCodec = {
  parameterSetTypes: [H264.SPS, H264.PPS],

  role(nal: Uint8Array): NalRole {
    const type = nal[0]! & 0x1f;
    if (type === H264.SLICE || type === H264.PARTITION_A || type === H264.IDR) {
      // first_mb_in_slice is ue(v): 0 is the single bit 1.
      const first = (nal[1]! & 0x80) !== 0;
      const intra = type === H264.IDR || (first && isIntraSliceType(nal[1]!));
      return { kind: 'slice', first, random: type === H264.IDR, intra };
    }
    if (type > H264.PARTITION_A && type <= H264.PARTITION_C)
      return { kind: 'slice', first: false, random: false, intra: false };
    if (type === H264.SPS || type === H264.PPS) return { kind: 'parameter-set', type };
    if (type === H264.SEI && hasRecoveryPoint(nal)) return { kind: 'recovery-point' };
    return { kind: type === H264.DELIMITER ? 'delimiter' : 'other' };
  },

  unpack(payload: Uint8Array, writer: NalWriter): void {
    const type = payload[0]! & 0x1f;
    if (type > 0 && type < H264.STAP_A) writer.nal(payload);
    else if (type === H264.STAP_A) unpackAggregate(payload, 1, 0, writer);
    else if (type === H264.FU_A) unpackH264Fragment(payload, writer);
    else writer.malformed(`packet type ${type} of H.264 is not supported`);
  },
};

/**
 * HEVC over RTP (RFC 7798): single NAL units, aggregation and fragmentation packets.
 * @param usesDonl whether packets carry decoding order numbers (`sprop-max-don-diff` > 0); they are skipped: senders that
 *   interleave pictures are not for live video.
 */
export function hevcCodec(usesDonl: boolean): NalCodec {
  const donlBytes = usesDonl ? 2 : 0;
  return {
    parameterSetTypes: [HEVC.VPS, HEVC.SPS, HEVC.PPS],

    role(nal: Uint8Array): NalRole {
      const type = hevcType(nal);
      if (type <= HEVC.LAST_VCL) {
        const random = type >= HEVC.FIRST_IRAP && type <= HEVC.LAST_IRAP;
        // first_slice_segment_in_pic_flag
        const first = nal.length > HEVC_HEADER_BYTES && (nal[HEVC_HEADER_BYTES]! & 0x80) !== 0;
        return { kind: 'slice', first, random, intra: random };
      }
      if (type >= HEVC.VPS && type <= HEVC.PPS) return { kind: 'parameter-set', type };
      return { kind: type === HEVC.DELIMITER ? 'delimiter' : 'other' };
    },

    unpack(payload: Uint8Array, writer: NalWriter): void {
      if (payload.length <= HEVC_HEADER_BYTES) {
        writer.malformed('packet too short');
        return;
      }
      const type = hevcType(payload);
      if (type === HEVC.AGGREGATION)
        // Units after the first carry a one-byte difference (DOND).
        unpackAggregate(payload, HEVC_HEADER_BYTES + donlBytes, usesDonl ? 1 : 0, writer);
      else if (type === HEVC.FRAGMENTATION) unpackHevcFragment(payload, donlBytes, writer);
      else if (type > HEVC.FRAGMENTATION) writer.malformed(`packet type ${type} of HEVC is not supported`);
      else if (usesDonl)
        writer.startFragment(payload.subarray(0, HEVC_HEADER_BYTES), payload.subarray(HEVC_HEADER_BYTES + donlBytes));
      else writer.nal(payload);
    },
  };
}

function hevcType(bytes: Uint8Array): number {
  return (bytes[0]! >> 1) & 0x3f;
}

/** Several NAL units in one packet, each after its length. @param gapBytes between two of them. */
function unpackAggregate(payload: Uint8Array, start: number, gapBytes: number, writer: NalWriter): void {
  for (let at = start; at + 2 <= payload.length; ) {
    const length = (payload[at]! << 8) | payload[at + 1]!;
    at += 2;
    if (length === 0 || at + length > payload.length) {
      writer.malformed('aggregation packet cut short');
      return;
    }
    writer.nal(payload.subarray(at, at + length));
    at += length + gapBytes;
  }
}

function unpackH264Fragment(payload: Uint8Array, writer: NalWriter): void {
  if (payload.length < 3) {
    writer.malformed('fragment too short');
    return;
  }
  const start = (payload[1]! & 0x80) !== 0;
  const bytes = payload.subarray(2);
  // Header of the NAL unit: forbidden bit and importance from the indicator, type from the fragment header.
  if (start) writer.startFragment(Uint8Array.of((payload[0]! & 0xe0) | (payload[1]! & 0x1f)), bytes);
  else writer.continueFragment(bytes);
}

function unpackHevcFragment(payload: Uint8Array, donlBytes: number, writer: NalWriter): void {
  if (payload.length <= HEVC_HEADER_BYTES + 1) {
    writer.malformed('fragment too short');
    return;
  }
  const fragmentHeader = payload[HEVC_HEADER_BYTES]!;
  const start = (fragmentHeader & 0x80) !== 0;
  if (!start) {
    writer.continueFragment(payload.subarray(HEVC_HEADER_BYTES + 1));
    return;
  }
  // Header of the NAL unit: the packet's, with the fragment header's type.
  const header = Uint8Array.of((payload[0]! & 0x81) | ((fragmentHeader & 0x3f) << 1), payload[1]!);
  writer.startFragment(header, payload.subarray(HEVC_HEADER_BYTES + 1 + donlBytes));
}

/** slice_type (ue, right after the bit of first_mb_in_slice = 0) is 2 or 7, I slices: `011` or `0001000`. */
function isIntraSliceType(byte: number): boolean {
  return (byte & 0x70) === 0x30 || (byte & 0x7f) === 0x08;
}

/**
 * Walks the messages of an SEI (§7.3.2.3.1). Emulation prevention bytes are not removed: one inside an earlier message of the same SEI
 * could hide the recovery point after it, which only delays the start.
 */
function hasRecoveryPoint(nal: Uint8Array): boolean {
  let at = 1;
  /** Types and sizes are sums of bytes up to the first that is not 255. */
  const readSum = (): number => {
    let sum = 0;
    for (; nal[at] === 0xff; at += 1) sum += 255;
    sum += nal[at] ?? 0;
    at += 1;
    return sum;
  };
  while (at + 1 < nal.length) {
    if (readSum() === H264.SEI_RECOVERY_POINT) return true;
    // Not `at += readSum()`, which would add to the old value of `at`.
    const sizeBytes = readSum();
    at += sizeBytes;
  }
  return false;
}
