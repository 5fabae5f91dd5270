import type { NalCodec, NalRole, NalWriter } from './nal-depacketizer.js';

// NAL unit types, H.265 table 7-1.
const FIRST_IRAP = 16;
const LAST_IRAP = 21;
const LAST_VCL = 31;
const VPS = 32;
const SPS = 33;
const PPS = 34;
const DELIMITER = 35;
// Packet types, RFC 7798 §4.4.
const AGGREGATION = 48;
const FRAGMENTATION = 49;

const HEADER_BYTES = 2;

/**
 * HEVC over RTP (RFC 7798): single NAL units, aggregation and fragmentation packets.
 * @param usesDonl whether packets carry decoding order numbers (`sprop-max-don-diff` > 0); they are skipped: senders that
 *   interleave pictures are not for live video.
 */
export function hevcCodec(usesDonl: boolean): NalCodec {
  const donlBytes = usesDonl ? 2 : 0;
  return {
    parameterSetTypes: [VPS, SPS, PPS],

    role(nal: Uint8Array): NalRole {
      const type = nalType(nal);
      if (type <= LAST_VCL) {
        const random = type >= FIRST_IRAP && type <= LAST_IRAP;
        const first = nal.length > HEADER_BYTES && (nal[HEADER_BYTES]! & 0x80) !== 0; // first_slice_segment_in_pic_flag
        return { kind: 'slice', first, random, intra: random };
      }
      if (type >= VPS && type <= PPS) return { kind: 'parameter-set', type };
      return { kind: type === DELIMITER ? 'delimiter' : 'other' };
    },

    unpack(payload: Uint8Array, writer: NalWriter): void {
      if (payload.length <= HEADER_BYTES) {
        writer.malformed('packet too short');
        return;
      }
      const type = nalType(payload);
      if (type === AGGREGATION) unpackAggregate(payload, donlBytes, writer);
      else if (type === FRAGMENTATION) unpackFragment(payload, donlBytes, writer);
      else if (type > FRAGMENTATION) writer.malformed(`packet type ${type} of HEVC is not supported`);
      else if (usesDonl)
        writer.startFragment(payload.subarray(0, HEADER_BYTES), payload.subarray(HEADER_BYTES + donlBytes));
      else writer.nal(payload);
    },
  };
}

function nalType(bytes: Uint8Array): number {
  return (bytes[0]! >> 1) & 0x3f;
}

function unpackAggregate(payload: Uint8Array, donlBytes: number, writer: NalWriter): void {
  let at = HEADER_BYTES + donlBytes;
  while (at + 2 <= payload.length) {
    const length = (payload[at]! << 8) | payload[at + 1]!;
    at += 2;
    if (length === 0 || at + length > payload.length) {
      writer.malformed('aggregation packet cut short');
      return;
    }
    writer.nal(payload.subarray(at, at + length));
    // Units after the first carry a one-byte difference (DOND).
    at += length + (donlBytes > 0 ? 1 : 0);
  }
}

function unpackFragment(payload: Uint8Array, donlBytes: number, writer: NalWriter): void {
  if (payload.length <= HEADER_BYTES + 1) {
    writer.malformed('fragment too short');
    return;
  }
  const fragmentHeader = payload[HEADER_BYTES]!;
  const start = (fragmentHeader & 0x80) !== 0;
  if (!start) {
    writer.continueFragment(payload.subarray(HEADER_BYTES + 1));
    return;
  }
  // Header of the NAL unit: the packet's, with the fragment header's type.
  const header = Uint8Array.of((payload[0]! & 0x81) | ((fragmentHeader & 0x3f) << 1), payload[1]!);
  writer.startFragment(header, payload.subarray(HEADER_BYTES + 1 + donlBytes));
}
