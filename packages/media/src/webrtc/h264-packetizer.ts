import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { nalUnitsOf, parameterSetsOf } from '../encoded/nal-units.js';

/** H.264: NAL unit types (table 7-1), packet types of RTP (RFC 6184 table 1). */
const NAL = { FIRST_SLICE: 1, LAST_SLICE: 5, SPS: 7, PPS: 8, DELIMITER: 9, FILLER: 12, STAP_A: 24, FU_A: 28 } as const;
const FU_HEADER_BYTES = 2;
const LENGTH_BYTES = 2;

/** With the headers of IP, UDP, SRTP and RTP's extensions, this stays below the MTU of most tunnels. */
export const MAX_RTP_PAYLOAD_BYTES = 1200;

/**
 * RTP payloads of one picture of H.264 in packetization mode 1 (RFC 6184): parameter sets and SEI joined in a STAP-A, slices alone or as
 * FU-A. A keyframe without its parameter sets gets those of the format.
 */
export function packetizeH264(packet: EncodedPacket, maxBytes = MAX_RTP_PAYLOAD_BYTES): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  let joined: Uint8Array[] = [];
  const flush = () => {
    payloads.push(...aggregate(joined, maxBytes));
    joined = [];
  };
  for (const unit of completeUnits(packet)) {
    const type = typeOf(unit);
    if (type < NAL.FIRST_SLICE || type > NAL.LAST_SLICE) {
      joined.push(unit);
      continue;
    }
    flush();
    payloads.push(...fragment(unit, maxBytes));
  }
  flush();
  return payloads;
}

/** The profile of a stream, as in `profile-level-id` (RFC 6184 §8.1): six hexadecimal digits. Undefined: no parameter set is known. */
export function profileLevelId(packet: EncodedPacket): string | undefined {
  const sps = completeUnits(packet).find((unit) => typeOf(unit) === NAL.SPS && unit.length >= 4);
  return sps && Buffer.from(sps.subarray(1, 4)).toString('hex');
}

function completeUnits(packet: EncodedPacket): Uint8Array[] {
  const units = nalUnitsOf(packet).filter((unit) => typeOf(unit) !== NAL.DELIMITER && typeOf(unit) !== NAL.FILLER);
  if (!packet.keyframe || units.some((unit) => typeOf(unit) === NAL.SPS)) return units;
  return [...parameterSetsOf(packet.format), ...units];
}

function typeOf(unit: Uint8Array): number {
  return unit[0]! & 0x1f;
}

function aggregate(units: readonly Uint8Array[], maxBytes: number): Uint8Array[] {
  const [first] = units;
  if (first === undefined) return [];
  const size = units.reduce((sum, unit) => sum + LENGTH_BYTES + unit.length, 1);
  if (units.length === 1 || size > maxBytes) return units.flatMap((unit) => fragment(unit, maxBytes));
  const payload = Buffer.alloc(size);
  // The importance (NRI) of an aggregate is the highest of its units.
  payload[0] = NAL.STAP_A | Math.max(...units.map((unit) => unit[0]! & 0x60));
  let at = 1;
  for (const unit of units) {
    at = payload.writeUInt16BE(unit.length, at);
    payload.set(unit, at);
    at += unit.length;
  }
  return [payload];
}

function fragment(unit: Uint8Array, maxBytes: number): Uint8Array[] {
  if (unit.length <= maxBytes) return [unit];
  const payloads: Uint8Array[] = [];
  const bytesEach = maxBytes - FU_HEADER_BYTES;
  // The unit's own header is carried by the headers of the fragments.
  for (let at = 1; at < unit.length; at += bytesEach) {
    const part = unit.subarray(at, at + bytesEach);
    const payload = new Uint8Array(FU_HEADER_BYTES + part.length);
    payload[0] = (unit[0]! & 0xe0) | NAL.FU_A;
    payload[1] = typeOf(unit) | (at === 1 ? 0x80 : 0) | (at + bytesEach >= unit.length ? 0x40 : 0);
    payload.set(part, FU_HEADER_BYTES);
    payloads.push(payload);
  }
  return payloads;
}
